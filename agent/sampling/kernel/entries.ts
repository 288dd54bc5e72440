import { opendirSync } from 'node:fs';
import type { Dirent } from 'node:fs';

/**
 * Lists a folder lazily, skipping entries that vanish meanwhile.
 *
 * If the kernel does not report an entry's type, as `/proc` does for a process that has just ended, Node calls lstat(2), and a failure discards
 * the whole batch. So entries are fetched one at a time; the C library still reads many at once.
 * @throws the operating system's error if the folder itself cannot be opened or read
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
