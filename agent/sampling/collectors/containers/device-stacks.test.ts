import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeviceStacks } from './device-stacks.ts';

let sys = '';
beforeEach(() => {
  sys = mkdtempSync(join(tmpdir(), 'stacks-'));
  mkdirSync(join(sys, 'dev/block'), { recursive: true });
});
afterEach(() => rmSync(sys, { recursive: true }));

/** Like the kernel: a folder per device, a partition's inside its disk's, and links from numbers and holders. */
function device(path: string, numbers: string, slaves: readonly string[] = []): void {
  const folder = join(sys, 'devices', path);
  mkdirSync(join(folder, 'slaves'), { recursive: true });
  writeFileSync(join(folder, 'dev'), `${numbers}\n`);
  if (path.includes('/')) writeFileSync(join(folder, 'partition'), '1\n');
  for (const slave of slaves) {
    symlinkSync(join(sys, 'devices', slave), join(folder, 'slaves', slave.slice(slave.lastIndexOf('/') + 1)));
  }
  symlinkSync(folder, join(sys, 'dev/block', numbers));
}

/** Bytes read and written, by device number. */
function sum(counts: Readonly<Record<string, readonly [read: number, written: number]>>) {
  const list = Object.entries(counts).map(([numbers, [read, written]]) => ({
    device: numbers,
    read,
    written,
  }));
  return new DeviceStacks(sys).sum(list);
}

describe('the transfers of a cgroup through stacked devices', () => {
  it('are the sum over unrelated disks', () => {
    device('sda', '8:0');
    device('nvme0n1', '259:0');
    expect(sum({ '8:0': [10, 20], '259:0': [1, 2] })).toEqual({ read: 11, written: 22 });
    expect(sum({})).toEqual({ read: 0, written: 0 });
  });

  it('through LVM over dm-crypt on a partition are those of the busiest level, separately for reads and writes', () => {
    device('nvme0n1', '259:0');
    device('nvme0n1/nvme0n1p3', '259:3');
    device('dm-0', '254:0', ['nvme0n1/nvme0n1p3']);
    device('dm-1', '254:1', ['dm-0']);
    expect(sum({ '259:0': [5, 0], '254:0': [4, 12], '254:1': [4, 12] })).toEqual({ read: 5, written: 12 });
  });

  it('through two encrypted volumes on one disk are the sum of both', () => {
    device('sda', '8:0');
    device('dm-0', '254:0', ['sda']);
    device('dm-1', '254:1', ['sda']);
    expect(sum({ '8:0': [19, 0], '254:0': [12, 12], '254:1': [7, 7] })).toEqual({ read: 19, written: 19 });
  });

  it('through a volume over two encrypted disks count once', () => {
    for (const [index, name] of ['sda', 'sdb'].entries()) device(name, `8:${index * 16}`);
    device('dm-0', '254:0', ['sda']);
    device('dm-1', '254:1', ['sdb']);
    device('dm-2', '254:2', ['dm-0', 'dm-1']);
    const counts = {
      '8:0': [12, 0],
      '8:16': [8, 0],
      '254:0': [12, 12],
      '254:1': [8, 8],
      '254:2': [20, 20],
    } as const;
    expect(sum(counts)).toEqual({ read: 20, written: 20 });
  });

  it('through a mirror count once, not per disk, in addition to other disks', () => {
    for (const [index, name] of ['sda', 'sdb', 'sdc'].entries()) device(name, `8:${index * 16}`);
    device('md0', '9:0', ['sda', 'sdb']);
    expect(sum({ '8:0': [3, 10], '8:16': [7, 10], '9:0': [10, 10], '8:32': [1, 1] })).toEqual({
      read: 11,
      written: 11,
    });
  });

  it('through a stripe are the sum over its disks', () => {
    for (const [index, name] of ['sda', 'sdb'].entries()) device(name, `8:${index * 16}`);
    device('md0', '9:0', ['sda', 'sdb']);
    device('dm-0', '254:0', ['md0']);
    expect(sum({ '8:0': [50, 0], '8:16': [50, 0], '9:0': [100, 0], '254:0': [100, 60] })).toEqual({
      read: 100,
      written: 60,
    });
  });

  it('through encryption below a mirror count once', () => {
    for (const [index, name] of ['sda', 'sdb'].entries()) device(name, `8:${index * 16}`);
    device('dm-0', '254:0', ['sda']);
    device('dm-1', '254:1', ['sdb']);
    device('md0', '9:0', ['dm-0', 'dm-1']);
    const counts = {
      '8:0': [6, 0],
      '8:16': [4, 0],
      '254:0': [6, 12],
      '254:1': [4, 12],
      '9:0': [10, 12],
    } as const;
    expect(sum(counts)).toEqual({ read: 10, written: 12 });
  });

  it('do not grow by an intermediate device that the cgroup did not use directly', () => {
    device('sda', '8:0');
    device('dm-0', '254:0', ['sda']);
    device('dm-1', '254:1', ['dm-0']);
    expect(sum({ '8:0': [4, 0], '254:1': [4, 9] })).toEqual({ read: 4, written: 9 });
  });

  it('count once with any disk if the device below is unknown', () => {
    mkdirSync(join(sys, 'dev/block/254:0/slaves/nvme0n1p3'), { recursive: true });
    expect(sum({ '259:0': [4, 0], '254:0': [4, 12] })).toEqual({ read: 4, written: 12 });
    device('loop0', '7:0');
    device('sda', '8:0');
    expect(sum({ '8:0': [4, 3], '7:0': [4, 0] })).toEqual({ read: 4, written: 3 });
  });

  it('are attributed by device names if there are no numbers', () => {
    for (const path of [
      '9:127/slaves/sda1',
      '9:127/slaves/sdb1',
      '254:0/slaves/md127',
      '254:1/slaves/dm-0',
    ]) {
      mkdirSync(join(sys, 'dev/block', path), { recursive: true });
    }
    const counts = {
      '8:0': [2, 0],
      '8:16': [2, 0],
      '9:127': [4, 0],
      '254:0': [4, 12],
      '254:1': [4, 12],
    } as const;
    expect(sum({ ...counts, '8:32': [1, 1] })).toEqual({ read: 5, written: 13 });
  });

  it('exclude memory that looks like a disk', () => {
    device('zram0', '253:0');
    expect(sum({ '253:0': [100, 100] })).toEqual({ read: 0, written: 0 });
  });
});
