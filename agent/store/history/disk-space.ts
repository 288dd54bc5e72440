import { statfsSync } from 'node:fs';

/** What the log takes at most before it is emptied, and what the emptying needs. Nothing can even be deleted on a disk with less. */
const LEAST_BYTES = 8_000_000;
/** The rest of a large disk is worth more to others than a history is. */
const MOST_BYTES = 64_000_000;
const SHARE = 0.02;
/** Writing begins again with this much more, not at every byte that others free. */
const RESUME = 1.5;

export interface DiskSpace {
  readonly totalBytes: number;
  /** For this user. */
  readonly freeBytes: number;
}

/** @param folder on the disk in question  @throws Error of the operating system */
export function readDiskSpace(folder: string): DiskSpace {
  const { bsize, blocks, bavail } = statfsSync(folder);
  return { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
}

/** What is left free for others: 2 % of the disk, but 8 MB at least and 64 MB at most. */
export function reservedBytes(totalBytes: number): number {
  return Math.min(Math.max(totalBytes * SHARE, LEAST_BYTES), MOST_BYTES);
}

/** What must be free for writing to begin again. */
export function neededBytes(totalBytes: number): number {
  return reservedBytes(totalBytes) * RESUME;
}

/** @param wasEnough the answer before */
export function hasRoom({ totalBytes, freeBytes }: DiskSpace, wasEnough: boolean): boolean {
  return freeBytes >= (wasEnough ? reservedBytes(totalBytes) : neededBytes(totalBytes));
}
