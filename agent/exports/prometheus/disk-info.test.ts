import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiskInfo } from './disk-info.ts';

const DISKSTATS = '   8       0 sda 1 2 3\n   8       1 sda1 1 2 3\n';
const MINUTE_MS = 60_000;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
  for (const folder of ['sys/block/sda/queue', 'udev']) mkdirSync(join(root, folder), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

/** Reads as of a moment, in ms. */
function reader(udev: string | null): (nowMs: number, diskstats?: string) => unknown[] {
  const info = new DiskInfo(`${root}/sys`, udev);
  return (nowMs, diskstats = DISKSTATS) => [...info.read(diskstats, nowMs)].map(({ labels }) => labels);
}

describe('what is known of a disk', () => {
  it('is what udev and the kernel say, without partitions', () => {
    writeFileSync(`${root}/udev/b8:0`, 'S:disk\nE:ID_MODEL=Fast\nE:ID_SERIAL=long\nE:ID_SERIAL_SHORT=7\n');
    writeFileSync(`${root}/sys/block/sda/queue/rotational`, '1\n');
    expect(reader(`${root}/udev`)(0)).toEqual([
      {
        device: 'sda',
        major: '8',
        minor: '0',
        path: '',
        wwn: '',
        model: 'Fast',
        serial: '7',
        revision: '',
        rotational: '1',
      },
    ]);
  });

  it('is nothing of another host, and without udev', () => {
    writeFileSync(`${root}/udev/b8:0`, 'E:ID_MODEL=Fast\n');
    expect(reader(null)(0)).toMatchObject([{ device: 'sda', model: '', rotational: '0' }]);
    expect(reader(`${root}/nowhere`)(0)).toMatchObject([{ device: 'sda', model: '' }]);
  });

  it('is looked up again after a minute, and at once for another disk', () => {
    const read = reader(`${root}/udev`);
    expect(read(0)).toMatchObject([{ model: '' }]);
    writeFileSync(`${root}/udev/b8:0`, 'E:ID_MODEL=Fast\n');
    expect(read(MINUTE_MS - 1)).toMatchObject([{ model: '' }]);
    expect(read(MINUTE_MS)).toMatchObject([{ model: 'Fast' }]);
    writeFileSync(`${root}/udev/b8:16`, 'E:ID_MODEL=Large\n');
    expect(read(MINUTE_MS + 1, `${DISKSTATS}   8      16 sdb 1 2 3\n`)).toMatchObject([
      { model: 'Fast' },
      { device: 'sdb', model: 'Large' },
    ]);
    expect(read(MINUTE_MS + 2, '')).toEqual([]);
  });
});
