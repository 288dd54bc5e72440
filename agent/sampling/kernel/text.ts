import { readFileSync, type PathLike } from 'node:fs';

/**
 * Names of folders, mounts, interfaces and control groups are bytes, and need not be UTF-8. The kernel's texts that hold some are read as
 * `latin1`, in which each character is one byte, so that nothing is lost: such a text is called bytes here.
 */

/** What Node's functions take for a path. */
export function pathOf(bytes: string): Buffer {
  return Buffer.from(bytes, 'latin1');
}

/** For people: what is no UTF-8 is U+FFFD. Different names may look the same then. */
export function textOf(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** The bytes of a text: of a path that came from a flag, to which names of the kernel are added. */
export function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** The text of a file that is not kept open; `null` for one that is not there or cannot be read now. */
export function readOnce(path: PathLike, encoding: 'utf8' | 'latin1' = 'utf8'): string | null {
  try {
    return readFileSync(path, encoding);
  } catch {
    return null;
  }
}

/** A file of one number; `null` for none. */
export function numberIn(text: string | null): number | null {
  if (text === null) return null;
  const trimmed = text.trim();
  const value = trimmed === '' ? Number.NaN : Number(trimmed);
  return Number.isFinite(value) ? value : null;
}

/** The number behind `key` in a file of `key number` lines, such as `memory.stat`; `null` when it is not there. */
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

/** How many are in a list of the kernel such as `0-3,8,10-11` (admin-guide/cputopology.rst); `null` for none or another form. */
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
