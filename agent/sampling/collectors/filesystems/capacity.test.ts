import { describe, expect, it } from 'vitest';
import { capacityValues } from './capacity.ts';

const CAPACITY = { bsize: 4096, blocks: 1000, bfree: 400, bavail: 350, files: 200, ffree: 50 };

describe('the values of a filesystem', () => {
  it('agree with df: reserved space is not available', () => {
    const used = Math.round((600 / 950) * 10_000) / 100;
    expect(capacityValues(CAPACITY, 'ext4')).toEqual([used, 600 * 4096, 350 * 4096, 1000 * 4096, 75]);
  });

  it('have no inodes without a limit, and no share without space', () => {
    expect(capacityValues({ ...CAPACITY, files: 0, ffree: 0 }, 'btrfs')[4]).toBeNull();
    expect(capacityValues({ ...CAPACITY, blocks: 0, bfree: 0, bavail: 0 }, 'ext4')[0]).toBeNull();
  });

  it('have no bytes if the block size is only a guess', () => {
    const large = { ...CAPACITY, bsize: 1024 * 1024 };
    expect(capacityValues(large, 'fuse.s3fs').slice(1, 4)).toEqual([null, null, null]);
    expect(capacityValues(large, 'fuse.s3fs')[0]).not.toBeNull();
    expect(capacityValues(large, 'nfs4')[3]).toBe(1000 * 1024 * 1024);
    expect(capacityValues({ ...large, frsize: 512 }, 'fuse.s3fs')[3]).toBe(512_000);
    expect(capacityValues(CAPACITY, 'fuse.sshfs')[3]).toBe(4_096_000);
  });
});
