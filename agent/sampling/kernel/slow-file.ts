import { Buffer } from 'node:buffer';
import { open, type FileHandle } from 'node:fs/promises';

/** Longer than any single value. */
const ROOM_BYTES = 64;

/**
 * A file in `/sys` with one short text that a driver may take long to produce, or forever: opened once and read by a thread of Node's pool, so
 * that nothing else waits. One read at a time.
 */
export class SlowFile {
  readonly path: string;
  readonly #buffer = Buffer.alloc(ROOM_BYTES);
  #handle: FileHandle | null = null;
  #isClosed = false;

  constructor(path: string) {
    this.path = path;
  }

  /**
   * The current text. Reopens a device that went away and came back under the same name. Rejects with the operating system's error, with its
   * `code`.
   */
  async read(): Promise<string> {
    if (this.#handle !== null) {
      try {
        return await this.#readOpen(this.#handle);
      } catch {
        await this.#letGo();
      }
    }
    this.#handle = await open(this.path);
    try {
      return await this.#readOpen(this.#handle);
    } finally {
      if (this.#isClosed) await this.#letGo();
    }
  }

  /** Like `read`; `null` if the file is missing or unreadable. */
  async readIfAny(): Promise<string | null> {
    try {
      return await this.read();
    } catch {
      return null;
    }
  }

  /** A read that hangs keeps it open until it ends. */
  close(): void {
    this.#isClosed = true;
    void this.#letGo();
  }

  async #readOpen(handle: FileHandle): Promise<string> {
    const { bytesRead } = await handle.read(this.#buffer, 0, ROOM_BYTES, 0);
    return this.#buffer.toString('latin1', 0, bytesRead);
  }

  async #letGo(): Promise<void> {
    const handle = this.#handle;
    this.#handle = null;
    try {
      await handle?.close();
    } catch {
      // It is gone either way.
    }
  }
}
