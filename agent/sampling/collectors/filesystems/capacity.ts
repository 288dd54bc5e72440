import type { StatsFs } from 'node:fs';
import { bytes, percent } from '../../values.ts';

/** The part of an answer of `statfs` that is used here (man 2 statfs). Blocks are in fragments, `frsize`, where Node tells it. */
export type Capacity = Pick<StatsFs, 'bsize' | 'blocks' | 'bfree' | 'bavail' | 'files' | 'ffree'> & {
  readonly frsize?: number;
};

/** Percent used, used, available and total bytes, percent of inodes used; `null` for what the answer does not tell. */
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

/** Up to here a preferred size is taken for that of the blocks. */
const MAX_LIKELY_BLOCK_BYTES = 4096;

/**
 * The kernel's own filesystems have but one size. What a process answers for (FUSE, virtiofs) may prefer to be read in far larger
 * pieces than it counts in, and Node 20 tells only the former: then the bytes are not known, while the shares still are.
 */
export function blockBytes({ bsize, frsize }: Capacity, type: string): number | null {
  if (frsize !== undefined && frsize > 0) return frsize;
  const isOfProcess = type.startsWith('fuse') || type === 'virtiofs';
  return isOfProcess && bsize > MAX_LIKELY_BLOCK_BYTES ? null : bsize;
}
