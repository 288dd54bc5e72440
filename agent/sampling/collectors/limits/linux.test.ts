import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Collector } from '../../collector.ts';
import { seriesOf } from '../../testing/series.ts';
import { limitsCollector } from './linux.ts';

let folder: string;
let collector: Collector | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'limits-'));
});

afterEach(() => {
  collector?.close?.();
  collector = undefined;
  rmSync(folder, { recursive: true });
});

function put(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    const whole = join(folder, path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, text);
  }
}

function open(): Collector {
  collector = limitsCollector({ proc: join(folder, 'proc'), sys: join(folder, 'sys') });
  return collector;
}

/** Values by name. */
async function read(from: Collector, atMs: number): Promise<Record<string, number | null | undefined>> {
  const values = await from.read(atMs);
  return Object.fromEntries(from.metrics.map(({ name }, index) => [name, values[index]]));
}

const V2_STAT = (inactiveFile: number) =>
  `anon 8392704\nfile 53248\nkernel 1437696\ninactive_anon 8343552\nactive_anon 49152\ninactive_file ${inactiveFile}\nactive_file 0\n`;

/** Linux 6.8, below a slice. */
const V2_TREE = {
  'proc/self/cgroup': '0::/system.slice/panel.service\n',
  'cg/cgroup.controllers': 'cpuset cpu io memory hugetlb pids rdma misc\n',
  'cg/cpu.stat': 'usage_usec 900000000\n',
  'cg/system.slice/memory.max': 'max\n',
  'cg/system.slice/cpu.max': 'max 100000\n',
  'cg/system.slice/pids.max': 'max\n',
  'cg/system.slice/panel.service/memory.max': '67108864\n',
  'cg/system.slice/panel.service/memory.current': '40000000\n',
  'cg/system.slice/panel.service/memory.stat': V2_STAT(6_445_568),
  'cg/system.slice/panel.service/memory.events':
    'low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 0\n',
  'cg/system.slice/panel.service/cpu.max': '20000 100000\n',
  'cg/system.slice/panel.service/cpu.stat':
    'usage_usec 5000000\nuser_usec 4000000\nsystem_usec 1000000\nnr_periods 100\nnr_throttled 10\nthrottled_usec 900000\nnr_bursts 0\nburst_usec 0\n',
  'cg/system.slice/panel.service/pids.max': '50\n',
  'cg/system.slice/panel.service/pids.current': '11\n',
};

function putV2(): void {
  put(V2_TREE);
  put({ 'proc/self/mountinfo': `31 23 0:28 / ${folder}/cg rw,nosuid - cgroup2 cgroup2 rw\n` });
}

describe('the limits of the agent, version 2', () => {
  it('are found if the cgroup name is not UTF-8 or another mount covers the tree', async () => {
    putV2();
    const own = join(folder, 'cg/system.slice');
    renameSync(join(own, 'panel.service'), Buffer.from(`${own}/caf\u00E9`, 'latin1'));
    writeFileSync(join(folder, 'proc/self/cgroup'), '0::/system.slice/caf\u00E9\n', 'latin1');
    put({
      'other/memory.max': '1\n',
      'proc/self/mountinfo': `30 23 0:28 / ${folder}/other rw,nosuid - cgroup2 cgroup2 rw
31 23 0:28 / ${folder}/cg rw,nosuid - cgroup2 cgroup2 rw
32 30 0:29 / ${folder}/other rw,nosuid - tmpfs tmpfs rw\n`,
    });
    expect(await read(open(), 0)).toMatchObject({
      'limit.memoryUsed': 33_554_432,
      'limit.memoryMax': 67_108_864,
      'limit.cpuCores': 0.2,
      'limit.pids': 11,
    });
  });

  it('are read together with their use', async () => {
    putV2();
    const limits = open();
    expect(await read(limits, 0)).toEqual({
      'limit.memory': 50,
      'limit.memoryUsed': 33_554_432,
      'limit.memoryMax': 67_108_864,
      'limit.oomKills': 2,
      'limit.cpu': null,
      'limit.cpuCores': 0.2,
      'limit.throttled': null,
      'limit.pids': 11,
      'limit.pidsMax': 50,
    });
  });

  it('include the share of the CPU quota and of throttled periods since the previous sample', async () => {
    putV2();
    const limits = open();
    await limits.read(0);
    const path = 'cg/system.slice/panel.service/cpu.stat';
    put({ [path]: 'usage_usec 5100000\nnr_periods 110\nnr_throttled 14\n' });
    expect(await read(limits, 1000)).toMatchObject({ 'limit.cpu': 50, 'limit.throttled': 40 });
    // Part of a period at each end.
    put({ [path]: 'usage_usec 5320000\nnr_periods 120\nnr_throttled 24\n' });
    expect(await read(limits, 2000)).toMatchObject({ 'limit.cpu': 100, 'limit.throttled': 100 });
    put({ [path]: 'usage_usec 5320000\nnr_periods 120\nnr_throttled 24\n' });
    expect(await read(limits, 3000)).toMatchObject({ 'limit.cpu': 0, 'limit.throttled': null });
  });

  it('come and go while the agent runs', async () => {
    putV2();
    const limits = open();
    await limits.read(0);
    const before = limits.metrics;
    const own = 'cg/system.slice/panel.service';
    put({ [`${own}/memory.max`]: 'max\n', [`${own}/cpu.max`]: 'max 100000\n' });
    expect(await read(limits, 9000)).toMatchObject({
      'limit.memory': null,
      'limit.memoryMax': null,
      'limit.pids': 11,
    });
    expect(limits.metrics).toBe(before);
    expect(await read(limits, 10_000)).toEqual({ 'limit.pids': 11, 'limit.pidsMax': 50 });
    const fewer = limits.metrics;
    await limits.read(20_000);
    expect(limits.metrics).toBe(fewer);
    put({ [`${own}/cpu.max`]: '300000 100000\n' });
    expect(await read(limits, 30_000)).toEqual({
      'limit.cpu': null,
      'limit.cpuCores': 3,
      'limit.throttled': null,
      'limit.pids': 11,
      'limit.pidsMax': 50,
    });
  });

  it('come from an outer cgroup if it is tighter, with the use of that cgroup', async () => {
    putV2();
    put({
      'cg/system.slice/memory.max': '50000000\n',
      'cg/system.slice/memory.current': '45000000\n',
      'cg/system.slice/memory.stat': V2_STAT(5_000_000),
      'cg/system.slice/memory.events': 'oom 0\noom_kill 7\n',
    });
    expect(await read(open(), 0)).toMatchObject({
      'limit.memory': 80,
      'limit.memoryUsed': 40_000_000,
      'limit.memoryMax': 50_000_000,
      'limit.oomKills': 7,
    });
  });

  it('are unknown if unreadable, and absent if the kernel does not count them', async () => {
    putV2();
    const own = 'cg/system.slice/panel.service';
    put({ [`${own}/memory.events`]: 'low 0\nhigh 0\nmax 12\noom 3\n', [`${own}/memory.stat`]: '' });
    rmSync(join(folder, own, 'pids.current'));
    const values = await read(open(), 0);
    expect(values).toMatchObject({
      'limit.memory': null,
      'limit.memoryUsed': null,
      'limit.memoryMax': 67_108_864,
    });
    expect(values).toMatchObject({ 'limit.pids': null, 'limit.pidsMax': 50 });
    expect(values).not.toHaveProperty(['limit.oomKills']);
  });

  it('come from the root that a container sees', async () => {
    put({
      'proc/self/cgroup': '0::/\n',
      'proc/self/mountinfo': `31 23 0:28 / ${folder}/cg ro,nosuid - cgroup2 cgroup rw\n`,
      'cg/pids.max': '50\n',
      'cg/pids.current': '3\n',
    });
    expect(await read(open(), 0)).toEqual({ 'limit.pids': 3, 'limit.pidsMax': 50 });
  });
});

describe('the limits of the agent, version 1', () => {
  it('are read from all trees, with an empty version 2 tree mounted as well', async () => {
    put({
      'proc/self/cgroup': '8:pids:/box\n4:memory:/box\n2:cpuacct:/box\n1:cpu:/box\n0::/\n',
      'proc/self/mountinfo': ['memory', 'cpu', 'cpuacct', 'pids']
        .map((name) => `32 31 0:29 / ${folder}/cg/${name} rw,relatime - cgroup cgroup rw,${name}\n`)
        .concat(`41 31 0:38 / ${folder}/cg/unified rw,relatime - cgroup2 cgroup2 rw\n`)
        .join(''),
      'cg/unified/cgroup.controllers': '',
      'cg/memory/memory.limit_in_bytes': '9223372036854771712\n',
      'cg/memory/box/memory.limit_in_bytes': '67108864\n',
      'cg/memory/box/memory.usage_in_bytes': '40000000\n',
      'cg/memory/box/memory.stat': 'cache 1\ninactive_file 7\ntotal_cache 1\ntotal_inactive_file 6445568\n',
      'cg/memory/box/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 4\n',
      'cg/cpu/cpu.cfs_quota_us': '-1\n',
      'cg/cpu/cpu.cfs_period_us': '100000\n',
      'cg/cpu/box/cpu.cfs_quota_us': '150000\n',
      'cg/cpu/box/cpu.cfs_period_us': '100000\n',
      'cg/cpu/box/cpu.stat': 'nr_periods 100\nnr_throttled 10\nthrottled_time 5000000\n',
      'cg/cpuacct/box/cpuacct.usage': '1000000000\n',
      'cg/pids/box/pids.max': '50\n',
      'cg/pids/box/pids.current': '11\n',
    });
    const limits = open();
    await limits.read(0);
    put({
      'cg/cpu/box/cpu.stat': 'nr_periods 110\nnr_throttled 15\nthrottled_time 6000000\n',
      'cg/cpuacct/box/cpuacct.usage': '1750000000\n',
    });
    expect(await read(limits, 1000)).toEqual({
      'limit.memory': 50,
      'limit.memoryUsed': 33_554_432,
      'limit.memoryMax': 67_108_864,
      'limit.oomKills': 4,
      'limit.cpu': 50,
      'limit.cpuCores': 1.5,
      'limit.throttled': 50,
      'limit.pids': 11,
      'limit.pidsMax': 50,
    });
  });
});

describe('the raw values of limits', () => {
  it('are the CPU time, periods and kills as counted', async () => {
    putV2();
    const limits = open();
    await limits.read(0);
    expect(seriesOf(limits.rawValues?.())).toEqual({
      metrics_panel_limit_oom_kills_total: 2,
      metrics_panel_limit_cpu_seconds_total: 5,
      metrics_panel_limit_cpu_periods_total: 100,
      metrics_panel_limit_cpu_throttled_periods_total: 10,
    });
  });
});

describe('a host without limits', () => {
  it('has no such metrics', async () => {
    expect(await read(open(), 0)).toEqual({});
    expect(open().metrics).toEqual([]);
  });
});
