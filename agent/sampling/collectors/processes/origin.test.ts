import { describe, expect, it } from 'vitest';
import { originOf } from './origin.ts';

const ID = '0123456789abcdef'.repeat(4);
const HOME = '/user.slice/user-1000.slice/user@1000.service';

describe('a process that is in no container', () => {
  it.each([
    ['0::/system.slice/nginx.service\n', 'nginx.service'],
    ['0::/system.slice/system-getty.slice/getty@tty1.service\n', 'getty@tty1.service'],
    ['0::/system.slice/web.service/workers/3\n', 'web.service'],
    ['0::/user.slice/user-1000.slice/session-3.scope\n', 'session-3.scope'],
    [`0::${HOME}/app.slice/app-browser-4711.scope\n`, 'app-browser-4711.scope'],
    [`0::${HOME}/session.slice\n`, 'user@1000.service'],
    ['0::/batch.slice/batch-night.slice\n', 'batch-night.slice'],
    ['0::/init.scope\n', 'init.scope'],
    ['0::/system.slice/old.service (deleted)\n', 'old.service'],
    ['0::/../../system.slice/ssh.service\n', 'ssh.service'],
    ['12:memory:/system.slice/x.service\n1:name=systemd:/system.slice/cron.service\n0::/\n', 'cron.service'],
    ['12:memory:/\n1:name=systemd:/\n0::/system.slice/cron.service\n', 'cron.service'],
    ['0::/\n', null],
    ['', null],
    ['nonsense', null],
  ])('belongs to the unit in %j', (text, unit) => {
    expect(originOf(text)).toEqual({ unit, container: null });
  });
});

describe('a process in a container', () => {
  it.each([
    [`0::/system.slice/docker-${ID}.scope\n`, ID, null],
    [`0::/docker/${ID}/docker/${ID.replaceAll('0', '9')}\n`, ID, null],
    [`0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-${ID}.scope\n`, ID, null],
    [`0::/kubepods-pod1.slice:cri-containerd:${ID}\n`, ID, null],
    [`0::${HOME}/app.slice/web.service/libpod-payload-${ID}\n`, ID, 'web.service'],
    [`0::${HOME}/user.slice/libpod-${ID}.scope/container\n`, ID, null],
    ['0::/lxc.payload.web/system.slice/nginx.service\n', 'web', 'nginx.service'],
    [`12:memory:/docker/${ID}\n1:name=systemd:/\n`, ID, null],
    [`2:cpu:/docker/${ID}\n1:name=systemd:/docker/${ID}\n0::/system.slice/docker.service\n`, ID, null],
  ])('belongs to the container in %j', (text, id, unit) => {
    expect(originOf(text)).toEqual({ unit, container: expect.objectContaining({ id }) as unknown });
  });
});
