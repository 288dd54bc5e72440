import { describe, expect, it } from 'vitest';
import { containerOfFolder } from './container-folder.ts';

const ID = '0123456789abcdef'.repeat(4);
const TASK = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';

describe('a cgroup', () => {
  it.each([
    [`docker-${ID}.scope`, 'system.slice'],
    [ID, 'docker'],
    [ID, 'pod3f2a'],
    [`libpod-${ID}.scope`, 'machine.slice'],
    [`libpod-${ID}`, 'libpod_parent'],
    [`libpod-payload-${ID}`, 'web.service'],
    [`cri-containerd-${ID}.scope`, 'kubepods-burstable-pod3f2a.slice'],
    [`crio-${ID}.scope`, 'kubepods-besteffort-pod3f2a.slice'],
    [`nerdctl-${ID}.scope`, 'system.slice'],
    [`docker-${ID}.scope`, 'user.slice'],
    [`kubepods-besteffort-pod3f2a_11.slice:cri-containerd:${ID}`, ''],
    [`kubepods-pod3f2a.slice:cri-containerd:${ID}`, 'containerd.service'],
    [`system.slice:docker:${ID}`, 'docker.service'],
    [`kata_${ID}`, 'pod3f2a'],
    [`crio-${ID}`, 'pod3f2a'],
    [`libpod-${ID}.scope`, `user-libpod_pod_${ID}.slice`],
    [`libpod-${ID}`, ID],
    [ID, 'default'],
    [ID, 'balena'],
    [ID, '0f1e2d3c4b5a69788796a5b4c3d2e1f0'],
    [`balena-${ID}.scope`, 'system.slice'],
    [`runc-${ID}.scope`, 'system.slice'],
  ])('%s in %s is recognised by its id', (folder, parent) => {
    expect(containerOfFolder(folder, parent)).toEqual({ id: ID, name: null });
  });

  it.each([
    ['docker-x8d2jk3m4n5p6q7r8s9t0u1v2.scope', 'system.slice', 'x8d2jk3m4n5p6q7r8s9t0u1v2'],
    ['crio-0123456789ab.scope', 'kubepods-besteffort-pod3f2a.slice', '0123456789ab'],
  ])('%s in %s is recognised by its short id', (folder, parent, id) => {
    expect(containerOfFolder(folder, parent)).toEqual({ id, name: null });
  });

  it.each([
    ['lxc.payload.web', '', 'web'],
    ['lxc.payload.test_web', '', 'test_web'],
    ['101', 'lxc', '101'],
    ['web', 'lxc.payload', 'web'],
    ['systemd-nspawn@build\\x2dbox.service', 'machine.slice', 'build-box'],
    ['machine-debian\\x2dtree.scope', 'machine.slice', 'debian-tree'],
    ['machine-qemu\\x2dbuilder.scope', 'machine.slice', 'qemu-builder'],
    ['machine-gr\\xc3\\xb6\\xc3\\x9fe.scope', 'machine.slice', 'größe'],
    ['machine-lxc\\x2d4711\\x2dold\\x2ddb.scope', 'machine.slice', 'old-db'],
    ['machine-rkt\\x2d2\\x2db.scope', 'machine.slice', 'rkt-2-b'],
    ['runc-shell.scope', 'system.slice', 'shell'],
    ['crun-shell.scope', 'user.slice', 'shell'],
    ['shell', 'crun', 'shell'],
    ['shell', 'youki', 'shell'],
    ['system.slice:runc:shell', '', 'shell'],
    [':youki:shell', '', 'shell'],
    ['apptainer-4711.scope', 'user.slice', 'apptainer-4711'],
    ['x8d2jk3m4n5p6q7r8s9t0u1v2', 'buildkit', 'x8d2jk3m4n5p6q7r8s9t0u1v2'],
    [`${TASK}-1234567890`, TASK, `${TASK}-1234567890`],
    ['64dd7b2b-bd04-4c89-5148-c6c1', 'good', '64dd7b2b-bd04-4c89-5148-c6c1'],
    ['64dd7b2b-bd04-4c89-5148-c6c1a2b3d4e5', 'garden', '64dd7b2b-bd04-4c89-5148-c6c1a2b3d4e5'],
    ['64dd7b2b-bd04-4c89-5148-c6c1a2b3d4e5.redis.scope', 'share.slice', 'redis'],
    ['64dd7b2b-bd04-4c89-5148-c6c1a2b3d4e5.redis.scope', 'nomad.slice', 'redis'],
  ])('%s in %s is recognised by its name', (folder, parent, name) => {
    expect(containerOfFolder(folder, parent)).toEqual({ id: name, name });
  });

  it.each([
    [`libpod-conmon-${ID}.scope`, 'machine.slice'],
    [`crio-conmon-${ID}.scope`, 'system.slice'],
    [`var-lib-docker-overlay2-${ID}-merged.mount`, 'system.slice'],
    [`${ID}-5a1b.service`, 'system.slice'],
    [ID, 'libpod_parent'],
    [`libpod_pod_${ID}`, 'libpod_parent'],
    [`machine-libpod_pod_${ID}.slice`, 'machine.slice'],
    [ID, 'kata_overhead'],
    ['machine-qemu\\x2d1\\x2ddb.scope', 'machine.slice'],
    ['machine-xen\\x2d1\\x2ddb.scope', 'machine.slice'],
    ['lxc.monitor.web', 'lxc'],
    ['conmon', 'libpod_parent'],
    ['lxc.pivot', ''],
    ['docker', 'system.slice'],
    ['docker.service', 'system.slice'],
    ['buildkit', 'docker'],
    ['kubepods-burstable-pod3f2a_11.slice', 'kubepods-burstable.slice'],
    ['pod0f1e2d3c4b5a69788796a5b4c3d2e1f0', 'besteffort'],
    [TASK, 'ecs'],
    ['workers', TASK],
    ['app-gnome-firefox-4711.scope', 'app.slice'],
    ['lxc.monitor.web', ''],
    ['lxc.payload.', ''],
    ['docker', ''],
    ['ae6f34cde42944486ab0b96ac44b75f4', 'process_api'],
    ['sshd.service', 'system.slice'],
    [ID.toUpperCase(), 'docker'],
  ])('%s in %s is no container', (folder, parent) => {
    expect(containerOfFolder(folder, parent)).toBeNull();
  });
});
