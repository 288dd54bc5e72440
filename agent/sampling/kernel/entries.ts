import { opendirSync } from 'node:fs';
import type { Dirent } from 'node:fs';

/**
 * The entries of a folder, one by one as they are asked for. One that vanishes meanwhile is left out.
 *
 * Where the kernel does not tell what an entry is, as `/proc` for a process that has just ended, Node asks with lstat(2), and when
 * that fails, so does everything that was fetched together with it. So entries are fetched singly; the C library still asks the kernel for many
 * at once.
 * @throws the operating system's error when the folder itself cannot be opened or read
 */
export function* entriesOf(folder: string): Generator<Dirent, void> {
  const directory = opendirSync(folder, { bufferSize: 1 });
  try {
    for (;;) {
      try {
        const entry = directory.readSync();
        if (entry === null) return;
        yield entry;
      } catch (error) {
        if (!isOfEntry(error)) throw error;
      }
    }
  } finally {
    directory.closeSync();
  }
}

function isOfEntry(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'lstat';
}
