import { closeSync, openSync, readSync, type PathLike } from 'node:fs';
import type { KernelRoots } from './roots.ts';

/**
 * A sequence file ends a read where its next line does not fit the 4 KB page: in `mountinfo`, a long path may follow 1 KB of other lines. If
 * another line would have fitted, the text is complete, which saves the second call.
 */
const PAGE_BYTES = 4096;
/** For numeric texts: far longer than their longest line. */
export const NUMERIC_LINE_BYTES = 512;
/** For files written as a single entry (`single_open`): a read returns all that fits, however long. */
export const SINGLE_ENTRY_BYTES = Number.NEGATIVE_INFINITY;

/** Shared by all files, as large as the longest text needs. */
let buffer = Buffer.allocUnsafe(16 * 1024);

/**
 * A file in `/proc` or `/sys` that is read repeatedly: opened once and read from the start each time, in one or two system calls. The kernel
 * generates these files on the fly, so they never wait for a disk.
 */
export class KernelFile {
  readonly path: PathLike;
  readonly #wholeBelowBytes: number;
  #descriptor: number | null = null;
  /** Size of the next read: slightly more than the longest text so far. Files of `/proc/sys` get slower with it, and fail beyond a limit. */
  #roomBytes = 4096;

  /** @param longestLineBytes longest possible line or entry; defaults to the length of a path */
  constructor(path: PathLike, longestLineBytes = PAGE_BYTES - 64) {
    this.path = path;
    this.#wholeBelowBytes = PAGE_BYTES - longestLineBytes;
  }

  /**
   * The whole current text. Reopens a device that went away and came back under the same name.
   * @param encoding `latin1` is faster, for ASCII texts
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

  /** Like `read`; `null` if the file is missing or unreadable. */
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

/** Files in `/proc` that several collectors need, each read once per sample. */
export class SharedFiles {
  readonly stat: SharedFile;
  readonly loadavg: SharedFile;
  readonly uptime: SharedFile;

  constructor({ proc }: Pick<KernelRoots, 'proc'>) {
    this.stat = new SharedFile(`${proc}/stat`);
    this.loadavg = new SharedFile(`${proc}/loadavg`);
    this.uptime = new SharedFile(`${proc}/uptime`);
  }
}

export class SharedFile {
  readonly #file: KernelFile;
  #text: string | null = null;
  #atMs = Number.NaN;

  constructor(path: string) {
    this.#file = new KernelFile(path, SINGLE_ENTRY_BYTES);
  }

  /** The last text read; `null` before, and if unreadable. */
  get lastText(): string | null {
    return this.#text;
  }

  /**
   * The whole text as of `atMs`, `null` if unreadable.
   * @param atMs monotonic; the same instant returns the same text
   */
  read(atMs: number): string | null {
    if (atMs !== this.#atMs) {
      this.#text = this.#file.readIfAny();
      this.#atMs = atMs;
    }
    return this.#text;
  }

  /** Each user may call it. */
  close(): void {
    this.#file.close();
  }
}
