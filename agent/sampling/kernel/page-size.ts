import { readFileSync } from 'node:fs';
import { endianness } from 'node:os';

/** Of the auxiliary vector, getauxval(3). */
const AT_PAGESZ = 6;
const SMALLEST_PAGE_BYTES = 4096;

let known: number | null | undefined;

/** The running kernel's page size in bytes, `null` if unknown. It never changes, so it is read once. */
export function readPageSize(): number | null {
  return (known ??= findOwnPageSize());
}

function findOwnPageSize(): number | null {
  try {
    return parsePageSize(readFileSync('/proc/self/auxv'), endianness() === 'LE');
  } catch {
    return null;
  }
}

/** Page size in bytes from a process's auxiliary vector, pairs of machine words: a key and its value (proc_pid_auxv(5)). `null` if missing. */
export function parsePageSize(vector: Buffer, isLittleEndian: boolean): number | null {
  return findPageSize(vector, isLittleEndian, 8) ?? findPageSize(vector, isLittleEndian, 4);
}

function findPageSize(vector: Buffer, isLittleEndian: boolean, wordBytes: 4 | 8): number | null {
  const word = (at: number): number => {
    if (wordBytes === 4) return isLittleEndian ? vector.readUInt32LE(at) : vector.readUInt32BE(at);
    return Number(isLittleEndian ? vector.readBigUInt64LE(at) : vector.readBigUInt64BE(at));
  };
  for (let at = 0; at + 2 * wordBytes <= vector.length; at += 2 * wordBytes) {
    if (word(at) !== AT_PAGESZ) continue;
    const size = word(at + wordBytes);
    if (size >= SMALLEST_PAGE_BYTES && Number.isInteger(Math.log2(size))) return size;
  }
  return null;
}
