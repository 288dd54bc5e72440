import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { KernelRoots } from '../../kernel/roots.ts';

/**
 * Kind of a device in `/proc/diskstats`: a `physical` disk; one `stacked` on others (device-mapper, RAID, a ZFS volume), which see the same
 * requests; a `path` to a multipath NVMe disk, whose requests newer kernels also count for the disk; or `none`: a partition, or memory or a
 * file that looks like a disk.
 */
export type DiskKind = 'physical' | 'stacked' | 'path' | 'none';

const NO_DISK = /^(?:z?loop|z?ram)\d/;
/** By name, since some show nothing beneath them, and device-mapper only after it has appeared. */
const STACKED = /^(?:dm-|md|bcache|drbd|zd)\d/;

/** Looks in `/sys/block` (kernel: Documentation/ABI/stable/sysfs-block). Costs some system calls, so the result should be kept. */
export function diskKind({ sys }: KernelRoots, name: string): DiskKind {
  if (NO_DISK.test(name)) return 'none';
  const folder = `${sys}/block/${name.replaceAll('/', '!')}`;
  if (!existsSync(folder)) return 'none';
  if (STACKED.test(name) || isFilled(`${folder}/slaves`)) return 'stacked';
  return isHidden(folder) ? 'path' : 'physical';
}

/** The disk of an NVMe path: `nvme0n1` for `nvme0c2n1`. */
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
