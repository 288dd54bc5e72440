import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Collector } from '../../collector.ts';
import { makeVanish } from '../../kernel/testing/vanishing-entry.ts';
import { linksOf, seriesOf } from '../../testing/series.ts';
import { containersCollector } from './linux.ts';
import { namesFromSocket } from './socket-names.ts';

const ID_A = 'a'.repeat(64);
const ID_B = 'b'.repeat(64);

let folder: string;
let collector: Collector | undefined;
let server: Server | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'containers-'));
  put({ 'sys/devices/system/cpu/online': '0-3\n' });
  // Readings take no time, however slow this machine is.
  vi.spyOn(performance, 'now').mockReturnValue(5000);
});

afterEach(() => {
  collector?.close?.();
  server?.closeAllConnections();
  server?.close();
  [collector, server] = [undefined, undefined];
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function put(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    const whole = join(folder, path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, text);
  }
}

/** In a version 2 tree. */
function putContainer(path: string, { usedUs = 0, memory = 100, max = 'max', io = '' } = {}): void {
  const base = `sys/fs/cgroup/${path}`;
  put({
    'sys/fs/cgroup/cgroup.controllers': 'cpu io memory pids\n',
    [`${base}/cpu.stat`]: `usage_usec ${usedUs}\nuser_usec 1\nsystem_usec 1\n`,
    [`${base}/memory.current`]: `${memory}\n`,
    [`${base}/memory.stat`]: 'anon 1\nfile 2\ninactive_file 30\nactive_file 0\n',
    [`${base}/memory.max`]: `${max}\n`,
    [`${base}/pids.current`]: '5\n',
    [`${base}/io.stat`]: io,
  });
}

function open(sockets: readonly string[] = []): Collector {
  collector = containersCollector({ proc: join(folder, 'proc'), sys: join(folder, 'sys') }, sockets);
  return collector;
}

/** Values by name. */
async function read(from: Collector, atMs: number): Promise<Record<string, number | null | undefined>> {
  const values = await from.read(atMs);
  expect(values).toHaveLength(from.metrics.length);
  return Object.fromEntries(from.metrics.map(({ name }, index) => [name, values[index]]));
}

/** A runtime that lists `containers`. Returns its socket. */
async function listen(body: string, status = 200): Promise<string> {
  const path = join(folder, 'docker.sock');
  server = createServer((request, response) => {
    response.statusCode = request.url === '/containers/json' ? status : 404;
    response.end(body);
  });
  await new Promise<void>((resolve) => server?.listen(path, resolve));
  return path;
}

const instancesOf = ({ metrics }: Collector) => [...new Set(metrics.map(({ instance }) => instance))];

describe('containers, version 2', () => {
  it('are found below slices, scopes and pods, and named by short ids without a socket', async () => {
    putContainer(`system.slice/docker-${ID_A}.scope`);
    putContainer(
      `kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice/cri-containerd-${ID_B}.scope`,
    );
    putContainer(`system.slice/docker-${ID_A}.scope/docker/${'c'.repeat(64)}`);
    putContainer('lxc.payload.web');
    const containers = open();
    await containers.read(0);
    expect(instancesOf(containers)).toEqual(['bbbbbbbbbbbb', 'web', 'aaaaaaaaaaaa']);
  });

  it('are found wherever runtimes put them, without their monitors and parents', async () => {
    const home = 'user.slice/user-1000.slice/user@1000.service';
    const idOf = (digit: string) => digit.repeat(64);
    putContainer(`kubepods-besteffort-pod1.slice:cri-containerd:${idOf('0')}`);
    putContainer(`system.slice/containerd.service/kubepods-pod2.slice:cri-containerd:${idOf('1')}`);
    const inPod = `${home}/user.slice/user-libpod_pod_${idOf('f')}.slice/libpod-${idOf('2')}.scope`;
    putContainer(inPod);
    putContainer(`${inPod}/container`);
    putContainer(`${home}/app.slice/app-web.slice/web@1.service/libpod-payload-${idOf('3')}`);
    putContainer(`${home}/app.slice/app-web.slice/web@1.service/supervisor`);
    putContainer(`libpod_parent/${idOf('e')}/libpod-${idOf('4')}`);
    putContainer(`machine.slice/libpod-conmon-${idOf('4')}.scope`);
    putContainer(`docker/buildkit/${'k'.repeat(25)}`);
    putContainer('lxc.monitor.web');
    putContainer('lxc.payload.web');
    putContainer('lxc.payload.web/system.slice/ssh.service');
    const containers = open();
    await containers.read(0);
    expect(new Set(instancesOf(containers))).toEqual(
      new Set([...['0', '1', '2', '3', '4'].map((digit) => digit.repeat(12)), 'k'.repeat(25), 'web']),
    );
  });

  it('lack only a cgroup that vanishes during the search', async () => {
    putContainer(`docker/${ID_A}`);
    putContainer(`docker/${ID_B}`);
    makeVanish(ID_A);
    const containers = open();
    await containers.read(0);
    expect(instancesOf(containers)).toEqual(['bbbbbbbbbbbb']);
  });

  it('have CPU time and transfers per device as raw values', async () => {
    putContainer(`system.slice/docker-${ID_A}.scope`, {
      usedUs: 5_000_000,
      io: '8:0 rbytes=1000 wbytes=20\n253:0 rbytes=400 wbytes=0\n',
    });
    const containers = open();
    await containers.read(0);
    expect(seriesOf(containers.rawValues?.())).toEqual({
      'metrics_panel_container_cpu_seconds_total{container="aaaaaaaaaaaa"}': 5,
      'metrics_panel_container_read_bytes_total{container="aaaaaaaaaaaa",device="8:0"}': 1000,
      'metrics_panel_container_written_bytes_total{container="aaaaaaaaaaaa",device="8:0"}': 20,
      'metrics_panel_container_read_bytes_total{container="aaaaaaaaaaaa",device="253:0"}': 400,
      'metrics_panel_container_written_bytes_total{container="aaaaaaaaaaaa",device="253:0"}': 0,
    });
    expect(Object.values(linksOf(containers.rawValues?.()))).toEqual(['container.aaaaaaaaaaaa.cpu']);
  });

  it("have a share of the host's CPU time, memory without inactive cache, and transfers", async () => {
    const path = `system.slice/docker-${ID_A}.scope`;
    putContainer(path, { usedUs: 5_000_000, memory: 100, io: '8:0 rbytes=1000 wbytes=0\n' });
    const containers = open();
    expect(await read(containers, 0)).toEqual({
      'container.aaaaaaaaaaaa.cpu': null,
      'container.aaaaaaaaaaaa.memory': 70,
      'container.aaaaaaaaaaaa.pids': 5,
      'container.aaaaaaaaaaaa.read': null,
      'container.aaaaaaaaaaaa.write': null,
    });
    putContainer(path, { usedUs: 7_000_000, memory: 130, io: '8:0 rbytes=3000 wbytes=500\n' });
    expect(await read(containers, 1000)).toEqual({
      // 2 of 4 processors.
      'container.aaaaaaaaaaaa.cpu': 50,
      'container.aaaaaaaaaaaa.memory': 100,
      'container.aaaaaaaaaaaa.pids': 5,
      'container.aaaaaaaaaaaa.read': 2000,
      'container.aaaaaaaaaaaa.write': 500,
    });
  });

  it('count a transfer through LVM once', async () => {
    const path = `docker/${ID_A}`;
    const io = (count: number) => `252:0 rbytes=${count} wbytes=0\n8:0 rbytes=${count} wbytes=0\n`;
    mkdirSync(join(folder, 'sys/dev/block/252:0/slaves/sda'), { recursive: true });
    mkdirSync(join(folder, 'sys/dev/block/8:0/slaves'), { recursive: true });
    putContainer(path, { io: io(0) });
    const containers = open();
    await containers.read(0);
    putContainer(path, { io: io(4000) });
    expect(await read(containers, 1000)).toMatchObject({ 'container.aaaaaaaaaaaa.read': 4000 });
  });

  it('count writes forwarded by a dm-crypt thread, which the disk does not attribute to the cgroup', async () => {
    const path = `docker/${ID_A}`;
    const io = (loaded: number, written: number) =>
      `8:0 rbytes=${loaded} wbytes=70000\n254:0 rbytes=${loaded} wbytes=${written}\n254:1 rbytes=${loaded} wbytes=${written}\n`;
    put({ 'sys/dev/block/254:1/slaves/dm-0': '', 'sys/dev/block/254:0/slaves/sda3': '' });
    putContainer(path, { io: io(1000, 1000) });
    const containers = open();
    await containers.read(0);
    putContainer(path, { io: io(5000, 13_000) });
    expect(await read(containers, 1000)).toMatchObject({
      'container.aaaaaaaaaaaa.read': 4000,
      'container.aaaaaaaaaaaa.write': 12_000,
    });
  });

  it('are read at most once a second', async () => {
    putContainer(`docker/${ID_A}`, { memory: 100 });
    const containers = open();
    await containers.read(0);
    putContainer(`docker/${ID_A}`, { memory: 200 });
    expect(await read(containers, 500)).toMatchObject({ 'container.aaaaaaaaaaaa.memory': 70 });
    expect(await read(containers, 1000)).toMatchObject({ 'container.aaaaaaaaaaaa.memory': 170 });
  });

  it('appear and vanish with the next search, and keep the metrics array until then', async () => {
    putContainer(`docker/${ID_A}`);
    const containers = open();
    await containers.read(0);
    const before = containers.metrics;
    rmSync(join(folder, 'sys/fs/cgroup/docker', ID_A), { recursive: true });
    putContainer(`docker/${ID_B}`);
    await containers.read(5000);
    expect(containers.metrics).toBe(before);
    await containers.read(10_000);
    expect(instancesOf(containers)).toEqual(['bbbbbbbbbbbb']);
    await containers.read(11_000);
  });

  it('have a limit only while there is one', async () => {
    putContainer(`docker/${ID_A}`);
    const containers = open();
    expect(await read(containers, 0)).not.toHaveProperty(['container.aaaaaaaaaaaa.memoryMax']);
    putContainer(`docker/${ID_A}`, { max: '4096' });
    expect(await read(containers, 10_000)).toMatchObject({ 'container.aaaaaaaaaaaa.memoryMax': 4096 });
    putContainer(`docker/${ID_A}`);
    expect(await read(containers, 20_000)).not.toHaveProperty(['container.aaaaaaaaaaaa.memoryMax']);
  });

  it('have metrics only for the controllers of their cgroup', async () => {
    put({ 'sys/fs/cgroup/cgroup.controllers': '', [`sys/fs/cgroup/docker/${ID_A}/pids.current`]: '2\n' });
    expect(await read(open(), 0)).toEqual({ 'container.aaaaaaaaaaaa.pids': 2 });
  });

  it('gain metrics when a controller is enabled later', async () => {
    const base = `sys/fs/cgroup/system.slice/docker-${ID_A}.scope`;
    put({ 'sys/fs/cgroup/cgroup.controllers': 'cpu io memory pids\n', [`${base}/pids.current`]: '5\n' });
    const containers = open();
    expect(await read(containers, 0)).toEqual({ 'container.aaaaaaaaaaaa.pids': 5 });
    putContainer(`system.slice/docker-${ID_A}.scope`, { io: '8:0 rbytes=0 wbytes=0\n' });
    expect(await read(containers, 10_000)).toMatchObject({
      'container.aaaaaaaaaaaa.memory': 70,
      'container.aaaaaaaaaaaa.write': null,
    });
    putContainer(`system.slice/docker-${ID_A}.scope`, { io: '8:0 rbytes=0 wbytes=500\n' });
    expect(await read(containers, 11_000)).toMatchObject({ 'container.aaaaaaaaaaaa.write': 500 });
  });

  it('are at most 256', async () => {
    for (let number = 0; number < 260; number += 1) {
      put({
        [`sys/fs/cgroup/docker/${String(number).padStart(4, '0').padEnd(64, '0')}/pids.current`]: '1\n',
      });
    }
    put({ 'sys/fs/cgroup/cgroup.controllers': '' });
    const containers = open();
    // On a busy machine the sample may not wait for all of them.
    await expect.poll(() => containers.read(0)).toHaveLength(256);
  });
});

describe('containers, version 1', () => {
  it('are read from all trees', async () => {
    const putAt = (usedNs: number, readBytes: number) =>
      put({
        [`sys/fs/cgroup/cpuacct/docker/${ID_A}/cpuacct.usage`]: `${usedNs}\n`,
        [`sys/fs/cgroup/memory/docker/${ID_A}/memory.usage_in_bytes`]: '100\n',
        [`sys/fs/cgroup/memory/docker/${ID_A}/memory.limit_in_bytes`]: '9223372036854771712\n',
        [`sys/fs/cgroup/memory/docker/${ID_A}/memory.stat`]: 'inactive_file 1\ntotal_inactive_file 40\n',
        [`sys/fs/cgroup/blkio/docker/${ID_A}/blkio.throttle.io_service_bytes`]: `8:0 Read ${readBytes}\n8:0 Write 0\nTotal ${readBytes}\n`,
      });
    putAt(0, 0);
    const containers = open();
    await containers.read(0);
    putAt(1e9, 700);
    expect(await read(containers, 1000)).toEqual({
      'container.aaaaaaaaaaaa.cpu': 25,
      'container.aaaaaaaaaaaa.memory': 60,
      'container.aaaaaaaaaaaa.read': 700,
      'container.aaaaaaaaaaaa.write': 0,
    });
  });

  it('have transfers once the kernel lists a disk, never 0 if it does not count', async () => {
    const putTransfers = (text: string) =>
      put({
        [`sys/fs/cgroup/cpuacct/docker/${ID_A}/cpuacct.usage`]: '0\n',
        [`sys/fs/cgroup/blkio/docker/${ID_A}/blkio.throttle.io_service_bytes`]: text,
      });
    putTransfers('Total 0\n');
    const containers = open();
    await containers.read(0);
    expect(await read(containers, 1000)).toEqual({ 'container.aaaaaaaaaaaa.cpu': 0 });
    putTransfers('8:0 Read 700\n8:0 Write 0\nTotal 700\n');
    await containers.read(10_000);
    putTransfers('8:0 Read 1700\n8:0 Write 0\nTotal 1700\n');
    expect(await read(containers, 11_000)).toMatchObject({
      'container.aaaaaaaaaaaa.read': 1000,
      'container.aaaaaaaaaaaa.write': 0,
    });
  });
});

describe('the names of containers', () => {
  const list = (...entries: readonly (readonly [string, ...string[]])[]) =>
    JSON.stringify(entries.map(([Id, ...Names]) => ({ Id, Names, Image: 'x' })));

  it('come from the runtime, already in the first catalogue', async () => {
    putContainer(`docker/${ID_A}`);
    putContainer(`docker/${ID_B}`);
    const containers = open([join(folder, 'none.sock'), await listen(list([ID_A, '/other/alias', '/web']))]);
    await containers.prime?.(0);
    expect(instancesOf(containers)).toEqual(['web', 'bbbbbbbbbbbb']);
    expect(await read(containers, 10)).toHaveProperty(['container.web.cpu']);
  });

  it('do not change the metrics between reads; a new container is hidden until it has a name', async () => {
    putContainer(`docker/${ID_A}`);
    const socket = await listen(list([ID_A, '/web']));
    const containers = open([socket]);
    await containers.read(0);
    // The collector sent its query before these, so it has been answered by now.
    await namesFromSocket(socket, AbortSignal.timeout(5000));
    await namesFromSocket(socket, AbortSignal.timeout(5000));
    expect(await read(containers, 500)).toEqual({});
    expect(await read(containers, 1000)).toHaveProperty(['container.web.cpu']);
  });

  it('cannot contain active characters, nor break the number of values', async () => {
    const ids = Array.from({ length: 6 }, (_id, number) => String(number).repeat(64));
    for (const id of ids) putContainer(`docker/${id}`);
    const hostile = [
      '/evil\u202Etxt\u0000\u001B[31m',
      '/__proto__',
      `/${'x'.repeat(127)}\u{1F600}${'y'.repeat(500)}`,
      '/same',
      '/same',
      '/\u200B',
    ];
    const containers = open([await listen(list(...ids.map((id, at) => [id, hostile[at] ?? ''] as const)))]);
    await containers.prime?.(0);
    await read(containers, 0);
    expect(instancesOf(containers)).toEqual([
      'eviltxt[31m',
      '__proto__',
      'x'.repeat(127),
      'same',
      'same 444444444444',
      '555555555555',
    ]);
    const names = containers.metrics.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each([
    ['refuses', '[]', 500],
    ['answers no JSON', '<html>', 200],
    ['answers no list', '{"message":"no"}', 200],
    ['answers nonsense in a list', '[null, 1, {"Id":"x"}, {"Id":7,"Names":"web"}]', 200],
    ['answers more than 1 MB', `["${'x'.repeat(1_100_000)}"]`, 200],
  ])('are the short ids when the runtime %s', async (_what, body, status) => {
    putContainer(`docker/${ID_A}`);
    const containers = open([await listen(body, status)]);
    await containers.prime?.(0);
    expect(instancesOf(containers)).toEqual(['aaaaaaaaaaaa']);
  });

  it('are queried again after a failure, and final after an answer', async () => {
    putContainer(`docker/${ID_A}`);
    const path = await listen('[]', 500);
    const containers = open([path]);
    await containers.prime?.(0);
    expect(instancesOf(containers)).toEqual(['aaaaaaaaaaaa']);
    server?.close();
    await listen(list([ID_A, '/web']));
    await containers.read(20_000);
    await namesFromSocket(path, AbortSignal.timeout(5000));
    expect(await read(containers, 21_000)).toHaveProperty(['container.aaaaaaaaaaaa.cpu']);
    let atMs = 30_000;
    await containers.read(atMs);
    await vi.waitFor(async () => {
      await containers.read((atMs += 1000));
      expect(instancesOf(containers)).toEqual(['web']);
    });
    server?.close();
    await listen(list([ID_A, '/other']));
    for (atMs = 60_000; atMs <= 120_000; atMs += 10_000) await containers.read(atMs);
    expect(instancesOf(containers)).toEqual(['web']);
  });

  it('are the short ids if the runtime never answers in time', async () => {
    putContainer(`docker/${ID_A}`);
    const path = join(folder, 'silent.sock');
    server = createServer(() => undefined);
    await new Promise<void>((resolve) => server?.listen(path, resolve));
    const containers = open([path]);
    const beganAtMs = Date.now();
    await containers.prime?.(0);
    expect(Date.now() - beganAtMs).toBeLessThan(4000);
    expect(instancesOf(containers)).toEqual(['aaaaaaaaaaaa']);
  });
});

describe('a host without cgroups', () => {
  it('has no containers', async () => {
    expect(await read(open(), 0)).toEqual({});
  });
});
