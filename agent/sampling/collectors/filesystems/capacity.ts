import type { StatsFs } from 'node:fs';
import { bytes, percent } from '../../rounding.ts';

/** The fields of statfs(2) used here. Blocks are counted in fragments (`frsize`), which newer versions of Node report. */
export type Capacity = Pick<StatsFs, 'bsize' | 'blocks' | 'bfree' | 'bavail' | 'files' | 'ffree'> & {
  readonly frsize?: number;
};

/** Used (percent), used, available, total (bytes), inodes used (percent); `null` if unknown. */
export function capacityValues(capacity: Capacity, type: string): (number | null)[] {
  const { blocks, bfree, bavail, files, ffree } = capacity;
  const used = blocks - bfree;
  const block = blockBytes(capacity, type);
  return [
    used + bavail > 0 ? percent((used / (used + bavail)) * 100) : null,
    bytes(block === null ? null : used * block),
    bytes(block === null ? null : bavail * block),
    bytes(block === null ? null : blocks * block),
    files > 0 ? percent(((files - ffree) / files) * 100) : null,
  ];
}

/** Preferred I/O sizes up to this are taken as the block size. */
const MAX_LIKELY_BLOCK_BYTES = 4096;

/**
 * Kernel filesystems have a single block size. User-space ones (FUSE, virtiofs) may prefer far larger reads than they count in, and Node 20
 * only reports the preferred size: then bytes are unknown while shares are still right.
 */
export function blockBytes({ bsize, frsize }: Capacity, type: string): number | null {
  if (frsize !== undefined && frsize > 0) return frsize;
  const isOfProcess = type.startsWith('fuse') || type === 'virtiofs';
  return isOfProcess && bsize > MAX_LIKELY_BLOCK_BYTES ? null : bsize;
}
