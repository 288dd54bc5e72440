import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { freemem, tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Collector } from '../../collector.ts';
import { THIS_HOST } from '../../kernel/roots.ts';
import { memoryCollector } from './linux.ts';
import { readPageSize } from '../../kernel/page-size.ts';
import { memoryCollector as portableMemoryCollector } from './systeminformation.ts';

const MEMORY = [
  'memory',
  'memory.used',
  'memory.available',
  'memory.total',
  'memory.cached',
  'memory.buffers',
  'memory.dirty',
  'memory.slab',
];
const SWAP = ['memory.swap', 'memory.swapUsed', 'memory.swapTotal', 'memory.swapIn', 'memory.swapOut'];
const namesOf = ({ metrics }: Collector) => metrics.map(({ name }) => name);

async function values(collector: Collector, atMs: number): Promise<Record<string, number | null>> {
  const read = await collector.read(atMs);
  const names = namesOf(collector);
  expect(read).toHaveLength(names.length);
  return Object.fromEntries(names.map((name, index) => [name, read[index] ?? null]));
}

describe('with fixture files', () => {
  let proc = '';
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(proc, name)), { recursive: true });
    writeFileSync(join(proc, name), text);
  };
  const meminfo = (swapTotal: number, swapFree = 0) =>
    write(
      'meminfo',
      `MemTotal: 1000 kB\nMemFree: 100 kB\nMemAvailable: 250 kB\nBuffers: 30 kB\nCached: 200 kB\nSwapCached: 9 kB\nSwapTotal: ${swapTotal} kB\nSwapFree: ${swapFree} kB\nDirty: 5 kB\nSlab: 40 kB\n`,
    );
  const vmstat = (readPages: number, writtenPages: number) =>
    write('vmstat', `pgpgin 1\npswpin ${readPages}\npswpout ${writtenPages}\n`);
  const create = () => memoryCollector({ proc, sys: join(proc, 'sys') });
  const arcstats = (size: number, least: number) =>
    write(
      'spl/kstat/zfs/arcstats',
      `13 1 0x01 123 33456 40 25\nname                            type data\nc                               4    9\nc_min                           4    ${least}\nsize                            4    ${size}\nl2_size                         4    77\n`,
    );
  const pool = (kilobytes: number, count: number, free: number) => {
    const folder = `sys/kernel/mm/hugepages/hugepages-${kilobytes}kB`;
    write(`${folder}/nr_hugepages`, `${count}\n`);
    write(`${folder}/free_hugepages`, `${free}\n`);
  };
  beforeEach(() => {
    proc = mkdtempSync(join(tmpdir(), 'memory-'));
  });
  afterEach(() => {
    rmSync(proc, { recursive: true });
  });

  it('without swap space there are only memory values', async () => {
    meminfo(0);
    const collector = create();
    expect(namesOf(collector)).toEqual(MEMORY);
    await collector.prime?.(0);
    expect(await collector.read(0)).toEqual([75, 768_000, 256_000, 1_024_000, 204_800, 30_720, 5120, 40_960]);
    collector.close?.();
  });

  it('swap rates start at the baseline', async () => {
    meminfo(400, 300);
    vmstat(1_000_000, 5);
    const collector = create();
    expect(namesOf(collector)).toEqual([...MEMORY, ...SWAP]);
    await collector.prime?.(0);
    vmstat(1_000_010, 6);
    const page = readPageSize() ?? Number.NaN;
    expect(await values(collector, 500)).toMatchObject({
      'memory.swap': 25,
      'memory.swapUsed': 102_400,
      'memory.swapTotal': 409_600,
      'memory.swapIn': 20 * page,
      'memory.swapOut': 2 * page,
    });
  });

  it('swap space comes and goes at runtime, without a rate across the gap', async () => {
    meminfo(0);
    vmstat(0, 0);
    const collector = create();
    await collector.prime?.(0);
    const { metrics } = collector;
    await collector.read(1000);
    expect(collector.metrics).toBe(metrics);
    meminfo(400, 400);
    vmstat(500, 500);
    expect(await values(collector, 2000)).toMatchObject({ 'memory.swap': 0, 'memory.swapIn': null });
    expect(await values(collector, 3000)).toMatchObject({ 'memory.swapIn': 0 });
    meminfo(0);
    expect(await values(collector, 4000)).not.toHaveProperty('memory.swap');
    expect(collector.metrics).toBe(metrics);
    meminfo(400, 400);
    expect(await values(collector, 5000)).toMatchObject({ 'memory.swapIn': null });
  });

  it('killed processes are there where the kernel counts them, with each sample if swap is, else every 5 s', async () => {
    const kills = (count: number) => write('vmstat', `pgpgin 1\npswpin 0\npswpout 0\noom_kill ${count}\n`);
    meminfo(0);
    kills(3);
    const collector = create();
    expect(namesOf(collector)).toEqual([...MEMORY, 'memory.oomKills']);
    expect(await values(collector, 0)).toHaveProperty(['memory.oomKills'], 3);
    kills(4);
    expect(await values(collector, 4000)).toHaveProperty(['memory.oomKills'], 3);
    expect(await values(collector, 5000)).toHaveProperty(['memory.oomKills'], 4);
    meminfo(400, 300);
    kills(5);
    expect(await values(collector, 6000)).toHaveProperty(['memory.oomKills'], 5);
    expect(namesOf(collector)).toEqual([...MEMORY, ...SWAP, 'memory.oomKills']);
    write('vmstat', '');
    expect(await values(collector, 7000)).toHaveProperty(['memory.oomKills'], null);
    collector.close?.();
  });

  it('unreadable fields are unknown', async () => {
    meminfo(400, 300);
    const collector = create();
    expect(await values(collector, 0)).toMatchObject({ 'memory.swap': 25, 'memory.swapIn': null });
    write('meminfo', 'MemTotal: 1000 kB\n');
    expect(await collector.read(1)).toEqual([null, null, null, 1_024_000, null, null, null, null]);
  });

  it('the ZFS cache has its size, and counts as available above its minimum', async () => {
    meminfo(0);
    arcstats(400 * 1024, 100 * 1024);
    const collector = create();
    expect(namesOf(collector)).toEqual([...MEMORY, 'memory.zfsCache']);
    const zfs = await values(collector, 0);
    expect(zfs).toMatchObject({ 'memory.zfsCache': 409_600, 'memory.cached': 204_800 });
    expect(zfs).toMatchObject({ memory: 45, 'memory.available': 563_200, 'memory.used': 460_800 });
    arcstats(90 * 1024, 100 * 1024);
    expect(await values(collector, 1000)).toMatchObject({ memory: 75, 'memory.zfsCache': 92_160 });
    arcstats(5000 * 1024, 0);
    expect(await values(collector, 2000)).toMatchObject({ memory: 0, 'memory.available': 1_024_000 });
  });

  it('ZFS is noticed within five seconds after loading, and when it is gone', async () => {
    meminfo(0);
    const collector = create();
    await collector.read(0);
    arcstats(400 * 1024, 0);
    expect(await values(collector, 4000)).not.toHaveProperty(['memory.zfsCache']);
    expect(await values(collector, 5000)).toHaveProperty(['memory.zfsCache'], 409_600);
    collector.close?.();
    rmSync(join(proc, 'spl'), { recursive: true });
    expect(await values(collector, 6000)).toMatchObject({ memory: 75 });
    expect(namesOf(collector)).toEqual(MEMORY);
  });

  it.runIf(process.platform === 'linux')(
    'the ZFS cache is ignored if meminfo is of another filesystem, as with lxcfs',
    async () => {
      arcstats(400 * 1024, 0);
      // From another filesystem than arcstats.
      symlinkSync('/proc/meminfo', join(proc, 'meminfo'));
      expect(namesOf(create())).not.toContain('memory.zfsCache');
    },
  );

  it('reserved huge pages of all sizes are counted, and their free part', async () => {
    meminfo(0);
    pool(2048, 0, 0);
    pool(1_048_576, 0, 0);
    const collector = create();
    expect(namesOf(collector)).toEqual(MEMORY);
    pool(2048, 10, 4);
    pool(1_048_576, 2, 1);
    expect(await values(collector, 0)).toMatchObject({
      'memory.hugePages': 10 * 2 ** 21 + 2 * 2 ** 30,
      'memory.hugePagesUnused': 4 * 2 ** 21 + 2 ** 30,
    });
    expect(collector.metrics.map(({ label }) => label)).toContain('Huge pages unused');
    collector.close?.();
  });

  it('huge pages of the default size are counted if the kernel reports no others', async () => {
    const huge = (count: number, free: number) =>
      write(
        'meminfo',
        `MemTotal: 9000000 kB\nMemAvailable: 100 kB\nHugePages_Total:    ${count}\nHugePages_Free:      ${free}\nHugePages_Rsvd:        0\nHugepagesize:       2048 kB\nHugetlb:  ${count * 2048} kB\n`,
      );
    huge(0, 0);
    const collector = create();
    expect(namesOf(collector)).toEqual(MEMORY);
    huge(1000, 600);
    expect(await values(collector, 0)).toMatchObject({
      'memory.hugePages': 1000 * 2 ** 21,
      'memory.hugePagesUnused': 600 * 2 ** 21,
    });
  });

  it('a missing /proc/meminfo throws its error', () => {
    const collector = create();
    expect(collector.metrics).toEqual([]);
    expect(() => collector.read(0)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });
});

describe.runIf(process.platform === 'linux')('on this host', () => {
  it('the values agree with those of other tools', async () => {
    const collector = memoryCollector(THIS_HOST);
    await collector.prime?.(0);
    const linux = await values(collector, 1000);
    const portable = await portableMemoryCollector().read(0);
    expect(linux['memory.total']).toBe(totalmem());
    const close = totalmem() / 50;
    expect(Math.abs((linux['memory.available'] ?? 0) - freemem())).toBeLessThan(close);
    expect(Math.abs((linux['memory'] ?? 0) - (portable[0] ?? 0))).toBeLessThan(2);
    expect(namesOf(collector).includes('memory.swap')).toBe(
      !readFileSync('/proc/meminfo', 'latin1').includes('SwapTotal:             0 kB'),
    );
    expect(collector.metrics.slice(0, 4)).toEqual(
      portableMemoryCollector().metrics.map((metric) => ({ ...metric, source: 'linux' })),
    );
    collector.close?.();
  });
});
