import { describe, expect, it } from 'vitest';
import { containerOfFolder } from './container-folder.ts';

const ID = '0123456789abcdef'.repeat(4);

describe('a control group of a container', () => {
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
  ])('%s in %s is told by its id', (folder, parent) => {
    expect(containerOfFolder(folder, parent)).toEqual({ id: ID, name: null });
  });

  it.each([
    ['lxc.payload.web', '', 'web'],
    ['101', 'lxc', '101'],
    ['web', 'lxc.payload', 'web'],
    ['systemd-nspawn@build\\x2dbox.service', 'machine.slice', 'build-box'],
    ['machine-debian\\x2dtree.scope', 'machine.slice', 'debian-tree'],
  ])('%s in %s is told by its name', (folder, parent, name) => {
    expect(containerOfFolder(folder, parent)).toEqual({ id: name, name });
  });

  it.each([
    [`libpod-conmon-${ID}.scope`, 'machine.slice'],
    [`crio-conmon-${ID}.scope`, 'system.slice'],
    [`var-lib-docker-overlay2-${ID}-merged.mount`, 'system.slice'],
    [`${ID}-5a1b.service`, 'system.slice'],
    ['machine-qemu\\x2d1\\x2ddb.scope', 'machine.slice'],
    ['lxc.monitor.web', ''],
    ['lxc.payload.', ''],
    ['docker', ''],
    ['ae6f34cde42944486ab0b96ac44b75f4', 'process_api'],
    ['sshd.service', 'system.slice'],
    [ID.toUpperCase(), 'docker'],
  ])('%s in %s is none', (folder, parent) => {
    expect(containerOfFolder(folder, parent)).toBeNull();
  });
});
