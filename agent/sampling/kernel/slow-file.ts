import { Buffer } from 'node:buffer';
import { open, type FileHandle } from 'node:fs/promises';

/** More than any single value. */
const ROOM_BYTES = 64;

/**
 * A file of `/sys` with one short text that a driver may take long to make, or for ever: opened once, and read from its start by a
 * thread of Node's pool, so that nothing else waits. One reading at a time.
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
   * Its text as it is now. A device that went away and came back under the same name is opened anew.
   * Rejects with the operating system's error, with its `code`.
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

  /** The same, `null` for a file that is not there or may not be read. */
  async readIfAny(): Promise<string | null> {
    try {
      return await this.read();
    } catch {
      return null;
    }
  }

  /** A reading that hangs keeps it open until it ends. */
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
