import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Collector, Values } from '../../collector.ts';
import { THIS_HOST } from '../../kernel/roots.ts';
import { disksCollector } from './linux.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'latin1');

/** `name reads sectorsRead readMs writes sectorsWritten writeMs busyMs` in the kernel's format. */
function line(name: string, counts: readonly number[]): string {
  const [reads, sectorsRead, readMs, writes, sectorsWritten, writeMs, busyMs] = counts;
  return `   8       0 ${name} ${reads} 0 ${sectorsRead} ${readMs} ${writes} 0 ${sectorsWritten} ${writeMs} 0 ${busyMs} 0\n`;
}

function byName(collector: Collector, values: Values): Record<string, number | null> {
  expect(values).toHaveLength(collector.metrics.length);
  return Object.fromEntries(collector.metrics.map(({ name }, index) => [name, values[index] ?? null]));
}

describe('the disks of a host', () => {
  let folder = '';
  let collector: Collector | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'disks-'));
    mkdirSync(join(folder, 'block'));
  });
  afterEach(() => {
    collector?.close?.();
    collector = undefined;
    rmSync(folder, { recursive: true });
  });

  const write = (text: string): void => writeFileSync(join(folder, 'diskstats'), text);
  const addDisk = (name: string, slaves: readonly string[] = [], isHidden = false): void => {
    mkdirSync(join(folder, 'block', name.replaceAll('/', '!'), 'slaves'), { recursive: true });
    for (const slave of slaves) mkdirSync(join(folder, 'block', name, 'slaves', slave));
    writeFileSync(join(folder, 'block', name.replaceAll('/', '!'), 'hidden'), isHidden ? '1\n' : '0\n');
  };
  const start = (): Collector => {
    collector = disksCollector({ proc: folder, sys: folder });
    return collector;
  };
  const read = (disks: Collector, atMs: number): Record<string, number | null> =>
    byName(disks, disks.read(atMs) as Values);

  it('have throughput, requests, utilisation and latency', () => {
    addDisk('sda');
    write(line('sda', [100, 800, 50, 200, 1600, 70, 90]));
    const disks = start();
    expect(disks.metrics.map(({ name, unit }) => `${name} ${unit}`)).toEqual([
      'disk.all.read bytes/s',
      'disk.all.write bytes/s',
      'disk.sda.read bytes/s',
      'disk.sda.write bytes/s',
      'disk.sda.reads /s',
      'disk.sda.writes /s',
      'disk.sda.utilisation percent',
      'disk.sda.latency ms',
    ]);
    expect(Object.values(read(disks, 0))).toEqual(Array.from({ length: 8 }, () => null));
    write(line('sda', [110, 1800, 70, 230, 3600, 130, 590]));
    expect(Object.values(read(disks, 2000))).toEqual([256_000, 512_000, 256_000, 512_000, 5, 15, 25, 2]);
  });

  it('have no latency while nothing completes, and are never busy for more than 100 %', () => {
    addDisk('sda');
    write(line('sda', [1, 8, 1, 0, 0, 0, 1]));
    const disks = start();
    read(disks, 0);
    write(line('sda', [1, 8, 1, 0, 0, 0, 1011]));
    const values = read(disks, 1000);
    expect(values).toMatchObject({
      'disk.sda.reads': 0,
      'disk.sda.utilisation': 100,
      'disk.sda.latency': null,
    });
  });

  it('survive the 32-bit wrap of their times', () => {
    addDisk('sda');
    write(line('sda', [10, 80, 2 ** 32 - 30, 0, 0, 0, 2 ** 32 - 100]));
    const disks = start();
    read(disks, 0);
    write(line('sda', [20, 160, 20, 0, 0, 0, 400]));
    expect(read(disks, 1000)).toMatchObject({ 'disk.sda.utilisation': 50, 'disk.sda.latency': 5 });
  });

  it('are whole devices, without partitions, loops, memory and unused ones', () => {
    for (const name of ['loop0', 'zram0', 'sda', 'sdb', 'md127', 'zd0', 'nvme0n1']) addDisk(name);
    addDisk('dm-0', ['sda']);
    addDisk('nvme0c0n1', [], true);
    write(fixture('server.txt'));
    const instances = new Set(start().metrics.flatMap(({ instance }) => instance ?? []));
    expect([...instances]).toEqual(['nvme0n1', 'sda', 'md127', 'dm-0', 'zd0']);
  });

  it('count once in the total, without stacked devices', () => {
    for (const name of ['sda', 'dm-0', 'md0', 'bcache0']) addDisk(name);
    addDisk('oddly-stacked', ['sda']);
    const names = ['sda', 'dm-0', 'md0', 'bcache0', 'oddly-stacked'];
    write(names.map((name) => line(name, [1, 8, 1, 1, 8, 1, 1])).join(''));
    const disks = start();
    read(disks, 0);
    write(names.map((name) => line(name, [2, 16, 1, 2, 24, 1, 1])).join(''));
    const values = read(disks, 1000);
    expect(values).toMatchObject({ 'disk.all.read': 4096, 'disk.all.write': 8192, 'disk.md0.read': 4096 });
  });

  it('are the paths of an NVMe disk if the kernel counts nothing for the disk itself', () => {
    addDisk('nvme0n1');
    addDisk('nvme0c0n1', [], true);
    write(line('nvme0n1', [0, 0, 0, 0, 0, 0, 0]) + line('nvme0c0n1', [5, 40, 1, 0, 0, 0, 1]));
    const disks = start();
    read(disks, 0);
    write(line('nvme0n1', [0, 0, 0, 0, 0, 0, 0]) + line('nvme0c0n1', [6, 48, 1, 0, 0, 0, 1]));
    expect(read(disks, 1000)).toMatchObject({ 'disk.all.read': 4096, 'disk.nvme0c0n1.read': 4096 });
  });

  it('are found with a slash in their name', () => {
    addDisk('cciss/c0d0');
    write(fixture('linux-3.10.txt'));
    expect(start().metrics.map(({ name }) => name)).toContain('disk.cciss-c0d0.read');
  });

  it('appear and vanish at runtime, and are unknown once after coming back', () => {
    for (const name of ['sda', 'sdb']) addDisk(name);
    const sda = line('sda', [1, 8, 1, 1, 8, 1, 1]);
    write(sda);
    const disks = start();
    read(disks, 0);
    const alone = disks.metrics;
    read(disks, 1000);
    expect(disks.metrics).toBe(alone);
    write(sda + line('sdb', [100, 800, 1, 1, 8, 1, 1]));
    expect(read(disks, 2000)).toMatchObject({
      'disk.all.read': null,
      'disk.sda.read': 0,
      'disk.sdb.read': null,
    });
    write(sda + line('sdb', [101, 808, 1, 1, 8, 1, 1]));
    expect(read(disks, 3000)).toMatchObject({ 'disk.all.read': 4096, 'disk.sdb.read': 4096 });
    write(sda);
    expect(Object.keys(read(disks, 4000))).not.toContain('disk.sdb.read');
    write(sda + line('sdb', [200, 1600, 1, 1, 8, 1, 1]));
    expect(read(disks, 5000)).toMatchObject({ 'disk.sdb.read': null, 'disk.sdb.utilisation': null });
    // Removed and reinserted between two readings.
    write(sda + line('sdb', [3, 24, 1, 9, 72, 1, 500]));
    expect(read(disks, 6000)).toMatchObject({
      'disk.all.read': null,
      'disk.all.write': null,
      'disk.sdb.write': null,
      'disk.sdb.utilisation': null,
    });
    write(sda + line('sdb', [4, 32, 1, 9, 72, 1, 500]));
    expect(read(disks, 7000)).toMatchObject({
      'disk.all.read': 4096,
      'disk.sdb.write': 0,
      'disk.sdb.utilisation': 0,
    });
  });

  it('are known from their first request on, since unused ones are watched too', () => {
    addDisk('sda');
    write(line('sda', [0, 0, 0, 0, 0, 0, 0]));
    const disks = start();
    expect(read(disks, 0)).toEqual({ 'disk.all.read': null, 'disk.all.write': null });
    expect(read(disks, 1000)).toEqual({ 'disk.all.read': 0, 'disk.all.write': 0 });
    write(line('sda', [1, 8, 1, 0, 0, 0, 1]));
    expect(read(disks, 2000)).toMatchObject({ 'disk.all.read': 4096, 'disk.sda.read': 4096 });
  });

  it('are looked up in /sys once a minute, not at every reading', () => {
    addDisk('sda');
    write(line('sda', [1, 8, 1, 1, 8, 1, 1]));
    const disks = start();
    read(disks, 0);
    rmSync(join(folder, 'block'), { recursive: true });
    expect(Object.keys(read(disks, 59_000))).toContain('disk.sda.read');
    expect(Object.keys(read(disks, 60_000))).not.toContain('disk.sda.read');
    // Counted before sysfs knows it.
    addDisk('sda');
    expect(Object.keys(read(disks, 120_000))).toContain('disk.sda.read');
  });

  it.each([
    ['there is no file', null],
    ['the file is empty', ''],
  ])('have no metrics if %s', (_when, text) => {
    if (text !== null) write(text);
    const disks = start();
    void disks.prime?.(0);
    expect(disks.metrics).toEqual([]);
    expect(disks.read(1000)).toEqual([]);
  });

  it('throw while the file is unreadable, and are unknown once after that', () => {
    addDisk('sda');
    write(line('sda', [1, 8, 1, 1, 8, 1, 1]));
    const disks = start();
    read(disks, 0);
    disks.close?.();
    rmSync(join(folder, 'diskstats'));
    expect(() => disks.read(1000)).toThrow('ENOENT');
    write(line('sda', [9, 72, 1, 1, 8, 1, 1]));
    expect(read(disks, 2000)).toMatchObject({ 'disk.sda.read': null });
  });
});

describe('the disks of this machine', () => {
  it('agree with /sys/block/*/stat while a file is written', () => {
    const names = readdirSync('/sys/block').filter((name) => !/^(?:loop|ram|zram)/.test(name));
    /** Requests read, bytes read, requests written, bytes written. */
    const countsOf = (name: string): number[] => {
      const fields = readFileSync(`/sys/block/${name}/stat`, 'latin1').trim().split(/\s+/).map(Number);
      return [fields[0] ?? 0, (fields[2] ?? 0) * 512, fields[4] ?? 0, (fields[6] ?? 0) * 512];
    };
    const all = (): number[][] => names.map(countsOf);
    const folder = mkdtempSync(join(tmpdir(), 'disks-'));
    const collector = disksCollector(THIS_HOST);
    const before = all();
    void collector.prime?.(0);
    const primed = all();
    writeFileSync(join(folder, 'file'), randomBytes(1_000_000), { flush: true });
    const beforeRead = all();
    const values = byName(collector, collector.read(1000) as Values);
    const after = all();
    collector.close?.();
    rmSync(folder, { recursive: true });
    for (const [disk, name] of names.entries()) {
      const isListed = collector.metrics.some(({ instance }) => instance === name);
      expect(isListed).toBe(after[disk]?.[0] !== 0 || after[disk]?.[2] !== 0);
      if (!isListed) continue;
      for (const [index, metric] of ['reads', 'read', 'writes', 'write'].entries()) {
        const growth = (from: number[][], to: number[][]): number =>
          (to[disk]?.[index] ?? Number.NaN) - (from[disk]?.[index] ?? Number.NaN);
        expect(values[`disk.${name}.${metric}`]).toBeGreaterThanOrEqual(growth(primed, beforeRead));
        expect(values[`disk.${name}.${metric}`]).toBeLessThanOrEqual(growth(before, after));
      }
    }
  });
});
