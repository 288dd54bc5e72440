import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { KernelRoots } from '../../kernel/roots.ts';

/**
 * What a device of `/proc/diskstats` is: a `physical` disk; one `stacked` on others (device-mapper, RAID, a ZFS volume), whose
 * requests these see again; a `path` to an NVMe disk that is reached over several, whose requests newer kernels count for the disk
 * too; or `none` of these: a partition, or memory and files in the shape of a disk.
 */
export type DiskKind = 'physical' | 'stacked' | 'path' | 'none';

const NO_DISK = /^(?:z?loop|z?ram)\d/;
/** By name, since some show nothing beneath them, and a device-mapper device does so only after it has appeared. */
const STACKED = /^(?:dm-|md|bcache|drbd|zd)\d/;

/** Looks it up in `/sys/block` (kernel: Documentation/ABI/stable/sysfs-block): some system calls, so once for each device. */
export function diskKind({ sys }: KernelRoots, name: string): DiskKind {
  if (NO_DISK.test(name)) return 'none';
  const folder = `${sys}/block/${name.replaceAll('/', '!')}`;
  if (!existsSync(folder)) return 'none';
  if (STACKED.test(name) || isFilled(`${folder}/slaves`)) return 'stacked';
  return isHidden(folder) ? 'path' : 'physical';
}

/** The disk that an NVMe path leads to: `nvme0n1` for `nvme0c2n1`. */
export function diskOfPath(name: string): string {
  return name.replace(/c\d+n/, 'n');
}

function isFilled(folder: string): boolean {
  try {
    return readdirSync(folder).length > 0;
  } catch {
    return false;
  }
}

function isHidden(folder: string): boolean {
  try {
    return readFileSync(`${folder}/hidden`, 'latin1').trim() === '1';
  } catch {
    return false;
  }
}
