import { readFileSync, type PathLike } from 'node:fs';

/**
 * Names of folders, mounts, interfaces and cgroups are bytes, not necessarily UTF-8. Kernel texts that contain them are read as `latin1`, one
 * character per byte, so that nothing is lost. Such strings are called bytes here.
 */

/** Bytes as a path for Node's functions. */
export function pathOf(bytes: string): Buffer {
  return Buffer.from(bytes, 'latin1');
}

/** Bytes for display. Invalid UTF-8 becomes U+FFFD, so different names may look alike. */
export function textOf(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** A text as bytes, for example a path from a flag to which kernel names are appended. */
export function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** Reads a file without keeping it open; `null` if missing or unreadable. */
export function readOnce(path: PathLike, encoding: 'utf8' | 'latin1' = 'utf8'): string | null {
  try {
    return readFileSync(path, encoding);
  } catch {
    return null;
  }
}

/** The number in a text; `null` if there is none. */
export function numberIn(text: string | null): number | null {
  if (text === null) return null;
  const trimmed = text.trim();
  const value = trimmed === '' ? Number.NaN : Number(trimmed);
  return Number.isFinite(value) ? value : null;
}

/** The number after `key` in a text of `key number` lines, such as `memory.stat`; `null` if missing. */
export function keyedNumber(text: string | null, key: string): number | null {
  if (text === null) return null;
  let start = 0;
  if (!text.startsWith(`${key} `)) {
    start = text.indexOf(`\n${key} `) + 1;
    if (start === 0) return null;
  }
  const end = text.indexOf('\n', start);
  return numberIn(text.slice(start + key.length + 1, end < 0 ? undefined : end));
}

/** Number of items in a kernel list such as `0-3,8,10-11` (admin-guide/cputopology.rst); `null` if empty or in another form. */
export function countInRanges(text: string): number | null {
  let count = 0;
  for (const range of text.trim().split(',')) {
    const [first = '', last = first] = range.split('-');
    const size = Number(last) - Number(first) + 1;
    if (first === '' || !(size >= 1)) return null;
    count += size;
  }
  return count;
}
