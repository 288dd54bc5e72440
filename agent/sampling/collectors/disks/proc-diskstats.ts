/** Counters of one block device since it appeared. */
export interface DiskCounters {
  /** The kernel's name: `sda`, `cciss/c0d0`. */
  readonly name: string;
  /** Reads completed, sectors read, writes completed, sectors written. */
  readonly counts: readonly number[];
  /** Milliseconds spent reading, writing, and busy; 32 bits wide, wrapping at 2 ** 32. */
  readonly timesMs: readonly number[];
}

/** In `/proc/diskstats`, whatever the disk's own block size. */
export const SECTOR_BYTES = 512;

/** Fields after the name up to the busy time; newer kernels append more. */
const NEEDED_FIELDS = 10;

/**
 * Parses the wanted devices of `/proc/diskstats`, in file order (kernel: Documentation/admin-guide/iostats.rst). Skips lines with fewer fields
 * than every kernel since 2.6.25 writes.
 * @param isWanted called once per device; unwanted ones cost no more than their name
 */
export function parseDiskstats(text: string, isWanted: (name: string) => boolean): DiskCounters[] {
  const disks: DiskCounters[] = [];
  for (let from = 0; from < text.length;) {
    let end = text.indexOf('\n', from);
    if (end < 0) end = text.length;
    const disk = parseLine(text, from, end, isWanted);
    if (disk !== null) disks.push(disk);
    from = end + 1;
  }
  return disks;
}

/** `   8       0 sda 1 2 3 ...`: only the major and minor number are padded. */
function parseLine(
  text: string,
  from: number,
  end: number,
  isWanted: (name: string) => boolean,
): DiskCounters | null {
  const nameStart = afterNumber(text, afterNumber(text, from));
  const nameEnd = text.indexOf(' ', nameStart);
  if (nameEnd < 0 || nameEnd >= end) return null;
  const name = text.slice(nameStart, nameEnd);
  if (!isWanted(name)) return null;
  const fields = text.slice(nameEnd + 1, end).split(' ', NEEDED_FIELDS);
  if (fields.length < NEEDED_FIELDS) return null;
  const [reads, , sectorsRead, readMs, writes, , sectorsWritten, writeMs, , busyMs] = fields;
  const counts = [Number(reads), Number(sectorsRead), Number(writes), Number(sectorsWritten)];
  const timesMs = [Number(readMs), Number(writeMs), Number(busyMs)];
  return { name, counts, timesMs };
}

const SPACE = 32;

/** Start of the field after the next. */
function afterNumber(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === SPACE) at += 1;
  while (at < text.length && text.charCodeAt(at) !== SPACE) at += 1;
  while (text.charCodeAt(at) === SPACE) at += 1;
  return at;
}
