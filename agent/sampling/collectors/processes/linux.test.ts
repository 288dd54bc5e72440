import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Collector, TableRow } from '../../collector.ts';
import { makeVanish } from '../../kernel/testing/vanishing-entry.ts';
import { processesCollector, type ProcessesOptions } from './linux.ts';

let folder: string;
let collector: Collector = { subject: '', metrics: [], read: () => [] };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'processes-'));
  put('sys/devices/system/cpu/online', '0-3\n');
  putUptime(1000);
  // Scans take no time, however slow this machine is.
  vi.spyOn(performance, 'now').mockReturnValue(5000);
  open();
});

afterEach(() => {
  collector.close?.();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function open(options: Partial<ProcessesOptions> = {}): void {
  collector.close?.();
  const roots = { proc: join(folder, 'proc'), sys: join(folder, 'sys') };
  collector = processesCollector(roots, { withArguments: false, ...options });
  collector.setFollowed?.(true);
}

function put(path: string, text: string): void {
  const whole = join(folder, path);
  mkdirSync(join(whole, '..'), { recursive: true });
  writeFileSync(whole, text);
}

const putUptime = (seconds: number): void => put('proc/uptime', `${seconds.toFixed(2)} 0.00\n`);

function putProcess(
  pid: number,
  {
    name = 'some',
    state = 'S',
    user = 0,
    system = 0,
    threads = 1,
    start = 500,
    pages = 10,
    childFaults = 0,
  } = {},
): void {
  put(
    `proc/${pid}/stat`,
    `${pid} (${name}) ${state} 1 1 1 0 -1 0 0 ${childFaults} 0 0 ${user} ${system} 0 0 20 0 ${threads} 0 ${start} 1 ${pages} 1\n`,
  );
  put(`proc/${pid}/cmdline`, `${name}\0--password\0secret\0`);
}

function putDiskUse(pid: number, readBytes: number, writtenBytes: number): void {
  put(
    `proc/${pid}/io`,
    `rchar: 9\nwchar: 9\nsyscr: 9\nsyscw: 9\nread_bytes: ${readBytes}\nwrite_bytes: ${writtenBytes}\ncancelled_write_bytes: 4096\n`,
  );
}

const end = (pid: number): void => rmSync(join(folder, `proc/${pid}`), { recursive: true });

/** Waits for the whole baseline. */
async function prime(atMs: number): Promise<void> {
  await collector.prime?.(atMs);
  await vi.waitFor(() => expect(collector.read(Number.NEGATIVE_INFINITY)).not.toContain(null));
}

async function rowsAt(atMs: number): Promise<readonly TableRow[]> {
  await collector.read(atMs);
  return vi.waitFor(() => {
    const rows = collector.takeRows?.() ?? null;
    if (rows === null) throw new Error('no rows yet');
    return rows;
  });
}

/** Percent of all four processors, by pid. */
const cpuOf = (rows: readonly TableRow[]): Record<string, unknown> =>
  Object.fromEntries<unknown>(rows.map((row) => [String(row[0]), row[2]]));

describe('the table of processes', () => {
  it('has CPU time over the interval in percent of all processors, and the other columns', async () => {
    putProcess(7, { name: 'busy', state: 'R', user: 1000, system: 500, threads: 3, pages: 20 });
    await prime(10_000);
    putProcess(7, { name: 'busy', state: 'R', user: 1100, system: 600, threads: 3, pages: 20 });
    await expect(rowsAt(12_000)).resolves.toEqual([
      [7, 'busy', 25, 20 * 4096, 3, 'running', null, null, null, null, null],
    ]);
    expect(collector.table?.columns.map(({ name }) => name)).toEqual([
      'pid',
      'name',
      'cpu',
      'memory',
      'threads',
      'state',
      'user',
      'unit',
      'container',
      'read',
      'write',
    ]);
  });

  it('has the ten with most CPU time and the ten with most memory, in that order', async () => {
    for (let pid = 1; pid <= 40; pid += 1) putProcess(pid, { pages: 1000 - pid });
    await prime(10_000);
    for (let pid = 1; pid <= 40; pid += 1) putProcess(pid, { pages: 1000 - pid, user: pid });
    const rows = await rowsAt(11_000);
    expect(rows.map(([pid]) => pid)).toEqual([
      40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1,
    ]);
  });

  it('prefers the largest of the idle ones', async () => {
    for (let pid = 1; pid <= 30; pid += 1) putProcess(pid, { pages: pid });
    await prime(10_000);
    const rows = await rowsAt(11_000);
    expect(rows.map(([pid]) => pid)).toEqual([30, 29, 28, 27, 26, 25, 24, 23, 22, 21]);
  });

  it('counts a process started since the previous scan from zero', async () => {
    putProcess(1);
    await prime(10_000);
    putUptime(1001);
    putProcess(2, { start: 100_050, user: 40 });
    expect(cpuOf(await rowsAt(11_000))).toEqual({ 1: 0, 2: 10 });
  });

  it('does not know the CPU time of a process that is older than its first reading, or starts in the future', async () => {
    putProcess(1);
    await prime(10_000);
    putUptime(1001);
    putProcess(2, { start: 99_999, user: 40 });
    putProcess(3, { start: 500_000, user: 40 });
    expect(cpuOf(await rowsAt(11_000))).toEqual({ 1: 0, 2: null, 3: null });
    putProcess(2, { start: 99_999, user: 80 });
    expect(cpuOf(await rowsAt(12_000))).toMatchObject({ 2: 10 });
  });

  it('distinguishes a process from an earlier one with the same PID', async () => {
    putProcess(9, { user: 100 });
    await prime(10_000);
    putUptime(1001);
    putProcess(9, { user: 120, start: 100_010, name: 'other' });
    expect((await rowsAt(11_000))[0]?.slice(0, 3)).toEqual([9, 'other', 30]);
    putProcess(9, { user: 500, start: 400, name: 'third' });
    expect((await rowsAt(12_000))[0]?.slice(0, 3)).toEqual([9, 'third', null]);
  });

  it('shows all processors busy as 100 percent, although ticks are whole', async () => {
    putProcess(9);
    await prime(10_000);
    putProcess(9, { user: 410 });
    expect(cpuOf(await rowsAt(11_000))).toEqual({ 9: 100 });
  });

  it('leaves out processes that have ended, end while being read, or are hidden', async () => {
    for (const pid of [1, 2]) putProcess(pid);
    await prime(10_000);
    end(2);
    mkdirSync(join(folder, 'proc/3'));
    expect(cpuOf(await rowsAt(11_000))).toEqual({ 1: 0 });
    expect(collector.read(11_000)).toEqual([1, 1]);
  });

  it('leaves out only a process that ends during the listing', async () => {
    for (const pid of [1, 2, 3]) putProcess(pid);
    makeVanish('2');
    expect(Object.keys(cpuOf(await rowsAt(10_000)))).toEqual(['1', '3']);
  });

  it('leaves out only a process that cannot be read', async () => {
    for (const pid of [1, 3]) putProcess(pid);
    put('proc/2', 'no folder');
    mkdirSync(join(folder, 'proc/4/stat'), { recursive: true });
    expect(Object.keys(cpuOf(await rowsAt(10_000)))).toEqual(['1', '3']);
  });

  it('cleans names, and shows the PID of a nameless process', async () => {
    putProcess(1, { name: 'a) R 1 (b', pages: 5 });
    putProcess(2, { name: 'zeile\nzwei', pages: 4 });
    putProcess(3, { name: '\u202Egröße', pages: 3 });
    putProcess(4, { name: '', pages: 2 });
    const names = (await rowsAt(10_000)).map(([, name]) => name);
    expect(names).toEqual(['a) R 1 (b', 'zeilezwei', 'größe', '[4]']);
  });

  it('follows a process that changes its name', async () => {
    putProcess(7, { name: 'worker' });
    await prime(10_000);
    const namesAt = async (atMs: number): Promise<unknown> => (await rowsAt(atMs)).map((row) => row[1]);
    await expect(namesAt(12_000)).resolves.toEqual(['worker']);
    putProcess(7, { name: 'worker: idle', user: 10 });
    await expect(namesAt(14_000)).resolves.toEqual(['worker: idle']);
    putProcess(7, { name: '', user: 20 });
    await expect(namesAt(16_000)).resolves.toEqual(['[7]']);
  });

  it('has arguments only if configured', async () => {
    putProcess(1, { name: 'mysql' });
    expect(JSON.stringify(await rowsAt(10_000))).not.toContain('secret');
    open({ withArguments: true });
    await expect(rowsAt(10_000)).resolves.toMatchObject([
      [1, 'mysql', null, 40_960, 1, 'sleeping', null, null, null, null, null, 'mysql --password secret'],
    ]);
    expect(collector.table?.columns.at(-1)?.name).toBe('arguments');
    // Inspecting it could block for as long as it waits.
    putProcess(1, { name: 'mysql', state: 'D' });
    await expect(rowsAt(12_000)).resolves.toMatchObject([
      [1, 'mysql', 0, 40_960, 1, 'waiting for disk', null, null, null, null, null, null],
    ]);
  });
});

describe('what a process reads and writes', () => {
  /** Read and written by second, by pid. */
  const useOf = (rows: readonly TableRow[]): Record<string, unknown> =>
    Object.fromEntries<unknown>(rows.map((row) => [String(row[0]), row.slice(9, 11)]));

  it('is in bytes per second since the scan before, whatever was cancelled', async () => {
    putProcess(1);
    putDiskUse(1, 4096, 8192);
    await prime(10_000);
    putDiskUse(1, 4096, 8192);
    expect(useOf(await rowsAt(11_000))).toEqual({ 1: [0, 0] });
    putDiskUse(1, 24_096, 108_192);
    expect(useOf(await rowsAt(13_000))).toEqual({ 1: [10_000, 50_000] });
  });

  it('is not known without two readings in a row, nor of a kernel that keeps no account', async () => {
    putProcess(1);
    await prime(10_000);
    expect(useOf(await rowsAt(11_000))).toEqual({ 1: [null, null] });
    putProcess(2);
    putDiskUse(2, 0, 4096);
    expect(useOf(await rowsAt(12_000))).toEqual({ 1: [null, null], 2: [null, null] });
    expect(useOf(await rowsAt(13_000))).toEqual({ 1: [null, null], 2: [0, 0] });
    put('proc/2/io', '');
    expect(useOf(await rowsAt(14_000))).toEqual({ 1: [null, null], 2: [null, null] });
  });

  it('is that of one process, not of another that had its PID', async () => {
    putProcess(7);
    putDiskUse(7, 0, 0);
    await prime(10_000);
    putProcess(7, { start: 900 });
    putDiskUse(7, 0, 1_000_000);
    expect(useOf((await rowsAt(11_000)).slice(0, 1))).toEqual({ 7: [null, null] });
    putDiskUse(7, 0, 1_500_000);
    expect(useOf(await rowsAt(12_000))).toEqual({ 7: [0, 500_000] });
  });

  it('is not known while children end, whose reads and writes of all their life are added to it', async () => {
    putProcess(1);
    putDiskUse(1, 0, 0);
    await prime(10_000);
    putProcess(1, { childFaults: 238 });
    putDiskUse(1, 0, 20_000_000);
    expect(useOf(await rowsAt(11_000))).toEqual({ 1: [null, null] });
    putDiskUse(1, 0, 20_004_096);
    expect(useOf(await rowsAt(12_000))).toEqual({ 1: [0, 4100] });
  });

  it('leaves a process out that ends meanwhile, and lets go of its file', async () => {
    for (const pid of [1, 2]) {
      putProcess(pid);
      putDiskUse(pid, 0, 0);
    }
    await prime(10_000);
    await rowsAt(11_000);
    const held = readdirSync('/proc/self/fd').length;
    end(2);
    await rowsAt(12_000);
    expect(useOf(await rowsAt(13_000))).toEqual({ 1: [0, 0] });
    expect(readdirSync('/proc/self/fd').length).toBeLessThan(held);
  });

  it('puts those that move most into the table, though others use more CPU time and more memory', async () => {
    for (let pid = 1; pid <= 40; pid += 1) {
      putProcess(pid, { pages: 1000 - pid });
      putDiskUse(pid, 0, 0);
    }
    await prime(10_000);
    const busy = (pid: number): number => (pid <= 10 ? 0 : 100 - pid);
    for (let pid = 1; pid <= 40; pid += 1) putProcess(pid, { pages: 1000 - pid, user: busy(pid) });
    await rowsAt(11_000);
    for (let pid = 1; pid <= 40; pid += 1) putProcess(pid, { pages: 1000 - pid, user: 2 * busy(pid) });
    putDiskUse(30, 0, 5_000_000);
    const rows = await rowsAt(12_000);
    expect(rows).toHaveLength(21);
    expect(useOf(rows)).toMatchObject({ 30: [0, 5_000_000], 11: [0, 0] });
  });
});

describe('a process that was listed and has ended', () => {
  it('is listed once more as ended, with nothing but its name', async () => {
    putProcess(1, { pages: 100 });
    putProcess(2, { name: 'gone', pages: 90 });
    put('proc/2/cgroup', '0::/shop.service\n');
    await prime(10_000);
    await rowsAt(11_000);
    end(2);
    expect((await rowsAt(12_000))[1]).toEqual([
      2,
      'gone',
      null,
      null,
      null,
      'ended',
      null,
      'shop.service',
      null,
      null,
      null,
    ]);
    expect(await rowsAt(13_000)).toHaveLength(1);
  });

  it('is told from another one with its PID', async () => {
    putProcess(7, { name: 'first' });
    await prime(10_000);
    await rowsAt(11_000);
    putProcess(7, { name: 'second', start: 900 });
    const rows = await rowsAt(12_000);
    expect(rows.map((row) => [row[0], row[1], row[5]])).toEqual([
      [7, 'second', 'sleeping'],
      [7, 'first', 'ended'],
    ]);
  });
});

describe('the identity of a process', () => {
  const ID = 'a'.repeat(64);
  const identitiesAt = async (atMs: number): Promise<unknown> =>
    (await rowsAt(atMs)).map((row) => [row[1], ...row.slice(6, 9)]);

  function putIdentity(pid: number, { uid = 0, cgroup = '/', line = '' } = {}): void {
    put(`proc/${pid}/status`, `Name:\tsome\nUid:\t999\t${uid}\t999\t999\n`);
    put(`proc/${pid}/cgroup`, `0::${cgroup}\n`);
    if (line !== '') put(`proc/${pid}/cmdline`, line);
  }

  it.each(['MainThread', 'node-MainThread'])(
    'is named after its program if its name is %s, which Node.js gives to all',
    async (name) => {
      putProcess(1, { name });
      putIdentity(1, { line: '/usr/local/bin/node\0/srv/secret.js\0' });
      await expect(identitiesAt(0)).resolves.toEqual([['node', 'root', null, null]]);
    },
  );

  it('keeps a name of its own', async () => {
    putProcess(1, { name: 'api' });
    putIdentity(1, { line: '/usr/local/bin/node\0' });
    await expect(identitiesAt(0)).resolves.toEqual([['api', 'root', null, null]]);
  });

  it('has no arguments in its name, even if the process put them there', async () => {
    putProcess(1, { name: 'npm login hunte', pages: 9 });
    putIdentity(1, { line: 'npm login hunter2\0\0\0\0' });
    putProcess(2, { name: 'Isolated Web Co', pages: 8 });
    putIdentity(2, { line: '/usr/lib/firefox/firefox\0-contentproc\0' });
    putProcess(3, { name: 'tmux: server', pages: 7 });
    putIdentity(3, { line: 'tmux\0' });
    putProcess(4, { name: 'PM2 v5.3.0: God', state: 'D', pages: 6 });
    const names = (await rowsAt(0)).map((row) => row[1]);
    expect(names).toEqual(['npm', 'Isolated Web Co', 'tmux: server', 'PM2']);
  });

  it('keeps the runtime name while there is no better one, and does not inspect a process that waits for a disk', async () => {
    const nameAt = async (atMs: number): Promise<unknown> => (await rowsAt(atMs))[0]?.[1];
    putProcess(1, { name: 'MainThread' });
    rmSync(join(folder, 'proc/1/cmdline'));
    await expect(nameAt(0)).resolves.toBe('MainThread');
    putProcess(1, { name: 'MainThread', state: 'D' });
    putIdentity(1, { line: 'node\0' });
    await expect(nameAt(10_000)).resolves.toBe('MainThread');
    putProcess(1, { name: 'MainThread' });
    putIdentity(1, { line: 'node\0' });
    await expect(nameAt(20_000)).resolves.toBe('node');
    putProcess(1, { name: 'MainThread', state: 'D' });
    putIdentity(1, { line: 'other\0' });
    await expect(nameAt(30_000)).resolves.toBe('node');
  });

  it('has user, unit and container to distinguish equal names', async () => {
    put(
      'proc/1/root/etc/passwd',
      'root:x:0:0::/root:/bin/sh\nweb:x:33:33::/:/bin/false\nalias:x:33:33::/:\n',
    );
    const processes = [
      { uid: 33, cgroup: '/system.slice/shop.service' },
      { uid: 0, cgroup: '/user.slice/user-0.slice/session-3.scope' },
      { uid: 4711, cgroup: '/' },
      { uid: 33, cgroup: `/system.slice/docker-${ID}.scope` },
      { uid: 0, cgroup: '/lxc.payload.mail/system.slice/queue.service' },
    ];
    for (const [index, process] of processes.entries()) {
      putProcess(index + 1, { name: 'node', pages: 100 - index });
      putIdentity(index + 1, process);
    }
    await expect(identitiesAt(0)).resolves.toEqual([
      ['node', 'web', 'shop.service', null],
      ['node', 'root', 'session-3.scope', null],
      ['node', '4711', null, null],
      // Host user names do not apply in a container.
      ['node', '33', null, 'aaaaaaaaaaaa'],
      ['node', 'root', 'queue.service', 'mail'],
    ]);
  });

  it('has the name of its container as soon as that is known', async () => {
    let name: string | null = null;
    open({ containerNameOf: (id) => (id === ID ? name : null) });
    putProcess(1);
    putIdentity(1, { cgroup: `/docker/${ID}` });
    await expect(identitiesAt(0)).resolves.toEqual([['some', 'root', null, 'aaaaaaaaaaaa']]);
    name = '\u202Eshop';
    await expect(identitiesAt(1000)).resolves.toEqual([['some', 'root', null, 'shop']]);
  });

  it('is refreshed every ten seconds, and at once for another process with the same PID', async () => {
    putProcess(1);
    putIdentity(1, { uid: 7, cgroup: '/a.service' });
    await expect(identitiesAt(0)).resolves.toEqual([['some', '7', 'a.service', null]]);
    putIdentity(1, { uid: 8, cgroup: '/b.service' });
    await expect(identitiesAt(9000)).resolves.toEqual([['some', '7', 'a.service', null]]);
    await expect(identitiesAt(10_000)).resolves.toEqual([['some', '8', 'b.service', null]]);
    putProcess(1, { start: 600 });
    putIdentity(1, { uid: 9, cgroup: '/c.service' });
    const [now] = await rowsAt(11_000);
    expect(now?.slice(6, 9)).toEqual(['9', 'c.service', null]);
  });

  it('is unknown without the files, and harmless', async () => {
    putProcess(1);
    put('proc/1/status', 'Uid: nonsense\n');
    put('proc/1/cgroup', '0::/\u202E\u0007.service\n');
    await expect(identitiesAt(0)).resolves.toEqual([['some', null, '.service', null]]);
  });
});

describe('an idle process', () => {
  /** Its sum with the scan numbers here is no multiple of eight, so its turn does not come. */
  const SLEEPER = 100;
  const putBusyTicks = (ticks: number): void => put('proc/stat', `cpu  ${ticks} 0 0 9000 0 0 0 0 0 0\n`);

  /** Ten larger ones, which are read every time, and four idle scans. */
  async function fallAsleep(): Promise<void> {
    for (let pid = 1; pid <= 10; pid += 1) putProcess(pid, { pages: 1000 });
    putProcess(SLEEPER);
    putBusyTicks(5000);
    await prime(0);
    for (const atMs of [1000, 2000, 3000]) await rowsAt(atMs);
  }

  describe('with a single thread', () => {
    const putRunTime = (ns: number, pid = SLEEPER): void => put(`proc/${pid}/schedstat`, `${ns} 0 7\n`);

    /** Somebody else has used CPU time that nobody accounts for, in this scan and in each before. */
    async function rowAfterUnrest(scan: number): Promise<TableRow | undefined> {
      putBusyTicks(5000 + 100 * scan);
      return (await rowsAt(scan * 1000)).find(([pid]) => pid === SLEEPER);
    }

    beforeEach(async () => {
      putRunTime(1, 1);
      putRunTime(500);
      open();
      await fallAsleep();
      await rowAfterUnrest(4);
    });

    it('is not read again until it has run, whoever else has', async () => {
      putProcess(SLEEPER, { pages: 5000, user: 50 });
      for (const scan of [5, 6, 7, 8, 9]) expect(await rowAfterUnrest(scan)).toBeUndefined();
      putRunTime(900);
      expect((await rowAfterUnrest(10))?.slice(0, 4)).toEqual([SLEEPER, 'some', 12.5, 5000 * 4096]);
    });

    it('is read again after at most 32 scans, since its memory may have been taken away', async () => {
      putProcess(SLEEPER, { pages: 5000 });
      let row: TableRow | undefined;
      for (let scan = 5; scan < 37; scan += 1) row = await rowAfterUnrest(scan);
      expect(row?.[3]).toBe(5000 * 4096);
    });

    it('is gone when it ends', async () => {
      end(SLEEPER);
      expect(await rowAfterUnrest(5)).toBeUndefined();
      expect(collector.read(5100)).toEqual([10, 10]);
    });

    it.each(['0 0 0\n', ''])('is read every time if the kernel keeps no such account: %j', async (text) => {
      put(`proc/${SLEEPER}/schedstat`, text);
      open();
      await fallAsleep();
      await rowAfterUnrest(4);
      putProcess(SLEEPER, { pages: 5000 });
      expect((await rowAfterUnrest(5))?.[3]).toBe(5000 * 4096);
    });

    it('is read every time once it has more of them', async () => {
      putProcess(SLEEPER, { threads: 2 });
      putRunTime(600);
      for (const scan of [5, 6, 7, 8]) await rowAfterUnrest(scan);
      putProcess(SLEEPER, { threads: 2, pages: 5000 });
      expect((await rowAfterUnrest(9))?.[3]).toBe(5000 * 4096);
    });

    it('costs no more open files than others', async () => {
      const held = (): number => readdirSync('/proc/self/fd').length;
      const before = held();
      for (const scan of [5, 6, 7]) await rowAfterUnrest(scan);
      expect(held()).toBe(before);
      collector.close?.();
      expect(held()).toBeLessThan(before - 8);
    });
  });

  it('is not read while others account for all CPU time', async () => {
    await fallAsleep();
    putProcess(SLEEPER, { user: 50 });
    expect(cpuOf(await rowsAt(4000))).not.toHaveProperty([String(SLEEPER)]);
    putProcess(3, { pages: 1000, user: 50 });
    putBusyTicks(5050);
    const rows = await rowsAt(5000);
    expect(rows[0]?.[0]).toBe(3);
    expect(cpuOf(rows)).not.toHaveProperty([String(SLEEPER)]);
  });

  it('is listed in the same scan in which it wakes up', async () => {
    await fallAsleep();
    putProcess(SLEEPER, { user: 50 });
    putBusyTicks(5050);
    const rows = await rowsAt(4000);
    expect(rows[0]?.slice(0, 3)).toEqual([SLEEPER, 'some', 12.5]);
  });

  it('is noticed however little it works, since unexplained time adds up', async () => {
    await fallAsleep();
    const shown: unknown[] = [];
    for (let scan = 1; scan <= 4; scan += 1) {
      putProcess(SLEEPER, { user: 2 * scan });
      putBusyTicks(5000 + 2 * scan);
      shown.push(cpuOf(await rowsAt(3000 + 1000 * scan))[String(SLEEPER)]);
    }
    // Two ticks a second are 0.5 % of four processors.
    expect(shown).toEqual([undefined, 1, 0.5, 0.5]);
  });

  it('is read in turns: its memory is known after at most eight scans', async () => {
    await fallAsleep();
    putProcess(SLEEPER, { pages: 5000 });
    let rows: readonly TableRow[] = [];
    for (let scan = 4; scan < 12; scan += 1) rows = await rowsAt(scan * 1000);
    expect(rows.find(([pid]) => pid === SLEEPER)?.[3]).toBe(5000 * 4096);
  });

  it('is read every time if the kernel does not report CPU time', async () => {
    await fallAsleep();
    put('proc/stat', '');
    putProcess(SLEEPER, { user: 50 });
    expect((await rowsAt(4000))[0]?.[0]).toBe(SLEEPER);
  });

  it('is among the largest as soon as a larger one has ended', async () => {
    await fallAsleep();
    end(3);
    const rows = await rowsAt(4000);
    expect(rows.find(([pid]) => pid === SLEEPER)?.slice(0, 2)).toEqual([SLEEPER, 'some']);
  });

  it('is gone when it ends', async () => {
    await fallAsleep();
    end(SLEEPER);
    await rowsAt(4000);
    expect(collector.read(4100)).toEqual([10, 10]);
  });
});

describe('how often processes are scanned', () => {
  it('happens once a second; values repeat in between, without rows', async () => {
    putProcess(1, { threads: 2 });
    await prime(10_000);
    putProcess(2, { threads: 5 });
    expect(await collector.read(10_200)).toEqual([2, 7]);
    expect(collector.takeRows?.()).toHaveLength(2);
    expect(collector.takeRows?.()).toBeNull();
    putProcess(3);
    for (const atMs of [10_300, 10_700, 11_100]) expect(collector.read(atMs)).toEqual([2, 7]);
    expect(collector.takeRows?.()).toBeNull();
    expect(await collector.read(11_200)).toEqual([3, 8]);
    expect(collector.takeRows?.()).toHaveLength(3);
  });

  it('pauses 200 times as long as it took, and delivers late rows with a later sample', async () => {
    for (let pid = 1; pid <= 600; pid += 1) putProcess(pid);
    let nowMs = 5000;
    vi.spyOn(performance, 'now').mockImplementation(() => (nowMs += 0.1));
    await prime(0);
    const unfinished = collector.read(1000);
    expect(unfinished).toBeInstanceOf(Promise);
    expect(collector.read(1100)).not.toBeInstanceOf(Promise);
    await unfinished;
    await vi.waitFor(() => {
      expect(collector.read(1200)).toEqual([600, 600]);
      expect(collector.takeRows?.()).toHaveLength(10);
    });
    putProcess(601);
    // 600 readings of at least 0.1 ms make at least 12 s.
    for (const atMs of [2000, 5000, 12_000]) expect(collector.read(atMs)).toEqual([600, 600]);
    await collector.read(100_000);
    await vi.waitFor(() => expect(collector.read(100_100)).toEqual([601, 601]));
  });

  it('happens every other second while nobody follows them, or a scan takes more than a millisecond', async () => {
    putProcess(1);
    collector.setFollowed?.(false);
    await prime(10_000);
    const scannedAt: number[] = [];
    const readAt = async (atMs: number): Promise<void> => {
      await collector.read(atMs);
      if ((collector.takeRows?.() ?? null) !== null) scannedAt.push(atMs);
    };
    for (const atMs of [11_000, 12_000, 13_000]) await readAt(atMs);
    collector.setFollowed?.(true);
    for (const atMs of [14_000, 15_000]) await readAt(atMs);
    let nowMs = 5000;
    vi.spyOn(performance, 'now').mockImplementation(() => (nowMs += 0.4));
    for (const atMs of [16_000, 17_000, 18_000]) await readAt(atMs);
    expect(scannedAt).toEqual([11_000, 13_000, 14_000, 15_000, 16_000, 18_000]);
  });

  it('fails while processes cannot be listed, and recovers', async () => {
    putProcess(1);
    await prime(10_000);
    rmSync(join(folder, 'proc'), { recursive: true });
    expect(() => collector.read(11_000)).toThrow('ENOENT');
    expect(() => collector.read(11_100)).toThrow('ENOENT');
    putProcess(1);
    expect(await collector.read(12_000)).toEqual([1, 1]);
  });

  it('holds no descriptor after close, even in the middle of a scan', async () => {
    for (let pid = 1; pid <= 600; pid += 1) putProcess(pid);
    for (let pid = 1; pid <= 600; pid += 1) putDiskUse(pid, 0, 0);
    const held = (): number => readdirSync('/proc/self/fd').length;
    const before = held();
    await prime(10_000);
    expect(held()).toBeGreaterThan(before + 450);
    expect(held()).toBeLessThan(before + 520);
    for (let pid = 1; pid <= 300; pid += 1) end(pid);
    await collector.read(200_000);
    await vi.waitFor(() => expect(collector.read(200_000)).toEqual([300, 300]));
    expect(held()).toBeLessThan(before + 320);
    const rest = collector.read(400_000);
    collector.close?.();
    await rest;
    expect(held()).toBeLessThanOrEqual(before);
  });
});
