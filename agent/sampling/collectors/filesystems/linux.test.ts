import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Collector } from '../../collector.ts';
import { THIS_HOST } from '../../kernel/roots.ts';
import type { Capacity } from './capacity.ts';
import { linksOf, seriesOf } from '../../testing/series.ts';
import { filesystemsCollector } from './linux.ts';

const CAPACITY: Capacity = { bsize: 4096, blocks: 1000, bfree: 400, bavail: 400, files: 200, ffree: 50 };
const KNOWN = [60, 600 * 4096, 400 * 4096, 1000 * 4096, 75];
const UNKNOWN = [null, null, null, null, null];
const DISK = '1 0 8:1 / / rw - ext4 /dev/sda1 rw\n';
const NAS = '2 1 0:50 / /nas rw - nfs4 server:/ rw\n';
const AUTOMOUNT =
  '8 1 0:60 / /auto rw - autofs /etc/auto.disk rw,fd=6,pgrp=1,timeout=60,minproto=5,maxproto=5,indirect\n';
const SHARE = '3 1 0:51 / /share rw - cifs //server/share rw\n';

async function read(collector: Collector, atMs: number): Promise<Record<string, number | null>> {
  const values = await collector.read(atMs);
  expect(values).toHaveLength(collector.metrics.length);
  return Object.fromEntries(collector.metrics.map(({ name }, index) => [name, values[index] ?? null]));
}

describe('the filesystems of a host', () => {
  let folder = '';
  let collector: Collector | undefined;
  beforeEach(() => {
    vi.useFakeTimers();
    folder = mkdtempSync(join(tmpdir(), 'filesystems-'));
    mkdirSync(join(folder, '1'));
  });
  afterEach(() => {
    collector?.close?.();
    collector = undefined;
    vi.useRealTimers();
    rmSync(folder, { recursive: true });
  });

  const write = (...lines: string[]): void =>
    writeFileSync(join(folder, '1', 'mountinfo'), lines.join(''), 'latin1');
  const troubles: string[] = [];
  const start = (statfs: (mountPoint: string) => Promise<Capacity>): Collector => {
    troubles.length = 0;
    const root = join(folder, '1', 'root');
    collector = filesystemsCollector(
      { proc: folder, sys: folder },
      {
        statfs: async (path) => {
          const bytes = path.toString('latin1');
          expect(bytes.startsWith(`${root}/`)).toBe(true);
          return statfs(bytes.slice(root.length));
        },
        onTrouble: (message) => troubles.push(message),
      },
    );
    return collector;
  };
  /** Of one filesystem, in the order of the catalogue. */
  const valuesOf = async (filesystems: Collector, part: string, atMs: number): Promise<(number | null)[]> =>
    Object.entries(await read(filesystems, atMs)).flatMap(([name, value]) =>
      name.startsWith(`filesystem.${part}.`) ? [value] : [],
    );

  it('have used, available and total space, and inodes', async () => {
    write(DISK);
    const filesystems = start(async () => CAPACITY);
    await filesystems.prime?.(0);
    expect(filesystems.metrics.map(({ name, unit }) => `${name} ${unit}`)).toEqual([
      'filesystem.root.used percent',
      'filesystem.root.usedBytes bytes',
      'filesystem.root.availableBytes bytes',
      'filesystem.root.totalBytes bytes',
      'filesystem.root.inodes percent',
    ]);
    expect(await filesystems.read(0)).toEqual(KNOWN);
  });

  it('are queried every ten seconds', async () => {
    write(DISK);
    const statfs = vi.fn<() => Promise<Capacity>>(async () => CAPACITY);
    const filesystems = start(statfs);
    for (let atMs = 0; atMs < 30_000; atMs += 1000) await filesystems.read(atMs);
    expect(statfs).toHaveBeenCalledTimes(3);
  });

  it('are left out without blocks, and inodes without a limit', async () => {
    write(DISK, '4 1 0:43 / /data rw - btrfs /dev/sdb rw\n', '5 1 0:44 / /none rw - btrfs /dev/sdc rw\n');
    const filesystems = start(async (mountPoint) => {
      if (mountPoint === '/') return CAPACITY;
      return mountPoint === '/data' ? { ...CAPACITY, files: 0 } : { ...CAPACITY, blocks: 0 };
    });
    const names = Object.keys(await read(filesystems, 0));
    expect(names).toHaveLength(9);
    expect(names).toContain('filesystem.data.totalBytes');
    expect(names).not.toContain('filesystem.data.inodes');
    const { metrics } = filesystems;
    await read(filesystems, 10_000);
    expect(filesystems.metrics).toBe(metrics);
  });

  it('appear and vanish at runtime', async () => {
    write(DISK);
    const filesystems = start(async () => CAPACITY);
    await read(filesystems, 0);
    write(DISK, '6 1 8:17 / /media/stick rw - vfat /dev/sdb1 rw\n');
    expect(await valuesOf(filesystems, 'media-stick', 10_000)).toEqual(KNOWN);
    write(DISK);
    expect(await valuesOf(filesystems, 'media-stick', 20_000)).toEqual([]);
  });

  it('are never awaited if remote: values are those of the last answer', async () => {
    write(DISK, NAS, SHARE);
    const filesystems = start(async () => CAPACITY);
    expect(await valuesOf(filesystems, 'nas', 0)).toEqual([null, null, null, null]);
    await vi.advanceTimersByTimeAsync(0);
    expect(await valuesOf(filesystems, 'nas', 10_000)).toEqual(KNOWN);
    expect(await valuesOf(filesystems, 'share', 10_000)).toEqual(KNOWN);
    expect(troubles).toEqual([]);
  });

  it('that hang block one call in total, are unknown and logged once, and recover by themselves', async () => {
    write(DISK, NAS, SHARE);
    const calls: string[] = [];
    let release = (): void => {};
    let isDead = false;
    const filesystems = start(async (mountPoint) => {
      if (mountPoint === '/') return CAPACITY;
      calls.push(mountPoint);
      if (mountPoint === '/nas' && isDead) await new Promise<void>((resolve) => (release = resolve));
      return CAPACITY;
    });
    await read(filesystems, 0);
    await vi.advanceTimersByTimeAsync(10_000);
    isDead = true;
    expect(await valuesOf(filesystems, 'nas', 10_000)).toEqual(KNOWN);
    await vi.advanceTimersByTimeAsync(1999);
    expect(troubles).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(troubles).toEqual([expect.stringContaining('"/nas" (nfs4) does not answer')]);
    calls.length = 0;
    for (let atMs = 20_000; atMs <= 100_000; atMs += 10_000) {
      expect(await valuesOf(filesystems, 'root', atMs)).toEqual(KNOWN);
      expect(await valuesOf(filesystems, 'nas', atMs)).toEqual(UNKNOWN);
      // Querying it too could block another thread forever.
      expect(await valuesOf(filesystems, 'share', atMs)).toEqual(UNKNOWN);
      await vi.advanceTimersByTimeAsync(10_000);
    }
    expect(calls).toEqual([]);
    expect(troubles).toHaveLength(1);
    isDead = false;
    release();
    await vi.advanceTimersByTimeAsync(0);
    expect(troubles[1]).toContain('"/nas" (nfs4) answers again');
    expect(await valuesOf(filesystems, 'nas', 110_000)).toEqual(KNOWN);
    expect(await valuesOf(filesystems, 'share', 110_000)).toEqual(KNOWN);
    expect(troubles).toHaveLength(2);
  });

  it('are unknown if remote and failing, while others are known', async () => {
    write(DISK, NAS, SHARE);
    let isStale = true;
    const filesystems = start(async (mountPoint) => {
      if (mountPoint === '/nas' && isStale) throw new Error('ESTALE');
      return CAPACITY;
    });
    for (const atMs of [0, 10_000, 20_000]) {
      await read(filesystems, atMs);
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(troubles).toEqual([expect.stringContaining('ESTALE')]);
    expect(await valuesOf(filesystems, 'nas', 30_000)).toEqual([null, null, null, null]);
    expect(await valuesOf(filesystems, 'share', 30_000)).toEqual(KNOWN);
    isStale = false;
    await read(filesystems, 40_000);
    await vi.advanceTimersByTimeAsync(0);
    expect(await valuesOf(filesystems, 'nas', 50_000)).toEqual(KNOWN);
    expect(troubles).toHaveLength(2);
  });

  it('have byte names: invalid UTF-8 is replaced for display, and look-alikes stay separate', async () => {
    write(DISK, '6 1 8:17 / /cass\u00E9 rw - ext4 a rw\n', '7 1 8:33 / /cass\u00E8 rw - ext4 b rw\n');
    const asked: string[] = [];
    const filesystems = start(async (mountPoint) => {
      asked.push(mountPoint);
      return CAPACITY;
    });
    await filesystems.read(0);
    expect(asked).toEqual(['/', '/cass\u00E8', '/cass\u00E9']);
    const labels = new Map(filesystems.metrics.map(({ name, instance }) => [name.split('.')[1], instance]));
    expect([...labels]).toEqual([
      ['root', '/'],
      ['cass', '/cass\uFFFD'],
      ['cass~2', '/cass\uFFFD (2)'],
    ]);
    expect(await valuesOf(filesystems, 'cass~2', 10_000)).toEqual(KNOWN);
  });

  it('leave no timer behind if closed during a call', async () => {
    write(DISK, NAS);
    const filesystems = start(async (mountPoint) =>
      mountPoint === '/' ? CAPACITY : new Promise<Capacity>(() => {}),
    );
    await read(filesystems, 0);
    expect(vi.getTimerCount()).toBe(1);
    filesystems.close?.();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('are unknown if local and failing; the reading fails if nothing else is known', async () => {
    write(DISK, '6 1 8:17 / /media rw - vfat /dev/sdb1 rw\n');
    let broken = ['/media'];
    const filesystems = start(async (mountPoint) => {
      if (broken.includes(mountPoint.replace(/(.)\/$/, '$1'))) throw new Error('EIO');
      return CAPACITY;
    });
    expect(await valuesOf(filesystems, 'media', 0)).toEqual([null, null, null, null]);
    broken = ['/', '/media'];
    await expect(filesystems.read(10_000)).rejects.toThrow('EIO');
  });

  it('have no metrics without mountinfo', async () => {
    const filesystems = start(async () => CAPACITY);
    await filesystems.prime?.(0);
    expect(filesystems.metrics).toEqual([]);
    expect(await filesystems.read(0)).toEqual([]);
  });

  describe('a filesystem that an automounter mounts', () => {
    it('is queried when it appears, then rarely enough to expire, and says so', async () => {
      write(DISK, AUTOMOUNT);
      const asked: string[] = [];
      let used = 600;
      const filesystems = start(async (mountPoint) => {
        if (mountPoint !== '/') asked.push(mountPoint);
        return { ...CAPACITY, bfree: 1000 - used };
      });
      await filesystems.read(0);
      write(DISK, AUTOMOUNT, '9 8 8:17 / /auto/disk rw - ext4 /dev/sdb1 rw\n');
      expect(await valuesOf(filesystems, 'auto-disk', 2000)).toEqual(KNOWN);
      const { help } = filesystems.metrics.find(({ name }) => name === 'filesystem.auto-disk.used') ?? {};
      expect(help).toMatch(/it is asked seldom: this is what it was then\.$/);
      used = 700;
      for (let atMs = 4000; atMs < 182_000; atMs += 2000) await filesystems.read(atMs);
      expect(asked).toHaveLength(1);
      expect(await valuesOf(filesystems, 'auto-disk', 181_000)).toEqual(KNOWN);
      expect((await read(filesystems, 181_000))['filesystem.root.usedBytes']).toBe(700 * 4096);
      await filesystems.read(182_000);
      expect(asked).toHaveLength(2);
    });

    it('is queried again after being remounted, and not endlessly after an error', async () => {
      const mounted = (id: number) => `${id} 8 8:17 / /auto/disk rw - ext4 /dev/sdb1 rw\n`;
      write(DISK, AUTOMOUNT, mounted(9));
      let count = 0;
      const filesystems = start(async (mountPoint) => {
        if (mountPoint === '/') return CAPACITY;
        count += 1;
        throw new Error('EIO');
      });
      for (const atMs of [0, 2000, 20_000])
        expect(await valuesOf(filesystems, 'auto-disk', atMs)).toEqual([null, null, null, null]);
      expect(count).toBe(1);
      write(DISK, AUTOMOUNT, mounted(10));
      await filesystems.read(22_000);
      expect(count).toBe(2);
    });

    it('is queried as rarely if remote', async () => {
      write(DISK, AUTOMOUNT, '9 8 0:50 / /auto/nas rw - nfs4 server:/ rw\n');
      let count = 0;
      const filesystems = start(async (mountPoint) => {
        if (mountPoint !== '/') count += 1;
        return CAPACITY;
      });
      for (let atMs = 0; atMs < 60_000; atMs += 2000) {
        await filesystems.read(atMs);
        await vi.advanceTimersByTimeAsync(0);
      }
      expect(count).toBe(1);
      expect(await valuesOf(filesystems, 'auto-nas', 62_000)).toEqual(KNOWN);
    });

    it('is not remounted by its query', async () => {
      write(DISK, AUTOMOUNT, NAS, '9 8 0:51 / /zzz rw - nfs4 server:/ rw\n');
      const asked: string[] = [];
      let release = (): void => {};
      const filesystems = start(async (mountPoint) => {
        asked.push(mountPoint);
        if (mountPoint === '/nas') await new Promise<void>((resolve) => (release = resolve));
        return CAPACITY;
      });
      await filesystems.read(0);
      write(DISK, AUTOMOUNT, NAS);
      await filesystems.read(2000);
      release();
      await vi.advanceTimersByTimeAsync(0);
      expect(asked).toEqual(['/', '/nas']);
    });
  });
});

describe('the raw values of a filesystem', () => {
  it('are its size in bytes and files, with its device', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'filesystems-'));
    mkdirSync(join(folder, '1'));
    writeFileSync(join(folder, '1', 'mountinfo'), DISK + NAS);
    const collector = filesystemsCollector({ proc: folder, sys: folder }, { statfs: async () => CAPACITY });
    await collector.read(0);
    const labels = '{device="/dev/sda1",fstype="ext4",mountpoint="/"}';
    const nas = '{device="server:/",fstype="nfs4",mountpoint="/nas"}';
    expect(seriesOf(collector.rawValues?.())).toEqual({
      [`node_filesystem_device_error${labels}`]: 0,
      [`node_filesystem_readonly${labels}`]: 0,
      [`node_filesystem_size_bytes${labels}`]: 1000 * 4096,
      [`node_filesystem_free_bytes${labels}`]: 400 * 4096,
      [`node_filesystem_avail_bytes${labels}`]: 400 * 4096,
      [`node_filesystem_files${labels}`]: 200,
      [`node_filesystem_files_free${labels}`]: 50,
      // It has not answered yet.
      [`node_filesystem_device_error${nas}`]: 1,
      [`node_filesystem_readonly${nas}`]: 0,
    });
    expect(linksOf(collector.rawValues?.())).toEqual({
      [`node_filesystem_size_bytes${labels}`]: 'filesystem.root.totalBytes',
      [`node_filesystem_avail_bytes${labels}`]: 'filesystem.root.availableBytes',
    });
    collector.close?.();
    rmSync(folder, { recursive: true });
  });
});

describe('the filesystems of this machine', () => {
  it('agree with df', async () => {
    const collector = filesystemsCollector(THIS_HOST);
    await collector.prime?.(0);
    const values = await read(collector, 1000);
    const mountPoints = new Set(collector.metrics.flatMap(({ instance }) => instance ?? []));
    expect(mountPoints).toContain('/');
    for (const mountPoint of mountPoints) {
      const columns = '--output=pcent,used,avail,size,itotal,iused';
      const [, line = ''] = execFileSync('df', ['-B1', columns, mountPoint], { encoding: 'utf8' }).split(
        '\n',
      );
      const [share, used, available, total, inodes, inodesUsed] = line
        .trim()
        .split(/[%\s]+/)
        .map(Number);
      const of = (metric: string): number => {
        const index = collector.metrics.findIndex(
          ({ name, instance }) => instance === mountPoint && name.endsWith(`.${metric}`),
        );
        return values[collector.metrics[index]?.name ?? ''] ?? Number.NaN;
      };
      // Remote ones may be slow.
      if (mountPoint !== '/' && Number.isNaN(of('totalBytes'))) continue;
      expect(of('totalBytes')).toBe(total);
      // Others may write meanwhile.
      expect(Math.abs(of('usedBytes') - (used ?? 0))).toBeLessThan(256 * 1024 * 1024);
      expect(Math.abs(of('availableBytes') - (available ?? 0))).toBeLessThan(256 * 1024 * 1024);
      // df rounds up.
      expect((share ?? 0) - of('used')).toBeGreaterThan(-0.5);
      expect((share ?? 0) - of('used')).toBeLessThan(1.5);
      if (Number(inodes) > 0) expect(of('inodes')).toBeCloseTo(((inodesUsed ?? 0) / (inodes ?? 0)) * 100, 0);
    }
    collector.close?.();
  });
});
