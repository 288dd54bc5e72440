import { closeSync, openSync, readSync, type PathLike } from 'node:fs';

/**
 * A sequence file ends a read where its next line no longer fits the page of 4 KB: a long path in `mountinfo` follows 1 KB of other lines.
 * Where there is room for another line, the text is known to be whole, which spares the second call.
 */
const PAGE_BYTES = 4096;
/** For texts of values: far longer than their longest line. */
export const LINE_OF_FIGURES_BYTES = 512;
/** For files that the kernel writes as a single line or entry (`single_open`): what fits is there at once, however long it is. */
export const SINGLE_ENTRY_BYTES = Number.NEGATIVE_INFINITY;

/** For all files, as large as the longest of their texts needs. */
let buffer = Buffer.allocUnsafe(16 * 1024);

/**
 * A file of `/proc` or `/sys` that is read again and again: opened once, read from its start each time, so that a reading costs
 * one or two system calls. These files are made by the kernel while they are read and never wait for a disk.
 */
export class KernelFile {
  readonly path: PathLike;
  readonly #wholeBelowBytes: number;
  #descriptor: number | null = null;
  /** What is asked for at once: a little more than the longest text so far. Files of `/proc/sys` cost, and fail, by that. */
  #roomBytes = 4096;

  /** @param longestLineBytes of the longest line, or entry, that its text can have; left out: as long as a path */
  constructor(path: PathLike, longestLineBytes = PAGE_BYTES - 64) {
    this.path = path;
    this.#wholeBelowBytes = PAGE_BYTES - longestLineBytes;
  }

  /**
   * The whole text as it is now. A device that went away and came back under the same name is opened anew.
   * @param encoding `latin1` is quicker, for texts that are known to be ASCII
   * @throws the operating system's error, with its `code`
   */
  read(encoding: 'latin1' | 'utf8' = 'latin1'): string {
    if (this.#descriptor === null) {
      this.#descriptor = openSync(this.path, 'r');
      return this.#readOpen(this.#descriptor, encoding);
    }
    try {
      return this.#readOpen(this.#descriptor, encoding);
    } catch {
      this.close();
      this.#descriptor = openSync(this.path, 'r');
      return this.#readOpen(this.#descriptor, encoding);
    }
  }

  /** The same, `null` for a file that is not there or may not be read. */
  readIfAny(encoding?: 'latin1' | 'utf8'): string | null {
    try {
      return this.read(encoding);
    } catch {
      return null;
    }
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  #readOpen(descriptor: number, encoding: 'latin1' | 'utf8'): string {
    let length = 0;
    for (;;) {
      const count = readSync(descriptor, buffer, length, this.#roomBytes - length, length);
      length += count;
      const isFull = length === this.#roomBytes;
      if (count === 0 || (length < this.#wholeBelowBytes && !isFull))
        return buffer.toString(encoding, 0, length);
      if (isFull) this.#makeRoom(length);
    }
  }

  #makeRoom(length: number): void {
    this.#roomBytes *= 2;
    if (this.#roomBytes <= buffer.length) return;
    const larger = Buffer.allocUnsafe(this.#roomBytes);
    buffer.copy(larger, 0, 0, length);
    buffer = larger;
  }
}
