import { Buffer } from 'node:buffer';
import { close, open, read } from 'node:fs';
import { pathOf } from '../../sampling/kernel/text.ts';

const ROOM_BYTES = 64;

/**
 * Short texts in `/sys` that a driver may take long to produce, or forever, or for which the kernel waits for a lock. A thread of Node's pool reads
 * one after the other, so that at most one thread is lost; until it returns, the rest is unknown.
 */
export class SlowTexts {
  readonly #buffer = Buffer.alloc(ROOM_BYTES);
  #texts = new Map<string, string>();
  #isReading = false;
  #isClosed = false;

  /** As of the last `refresh`; `null` if it could not be read, or not yet. @param path bytes (kernel/text.ts) */
  textOf(path: string): string | null {
    return this.#texts.get(path) ?? null;
  }

  /** Reads these files, unless some are still being read. Settles when it has, with whether it did; never rejects. */
  async refresh(paths: readonly string[]): Promise<boolean> {
    if (this.#isReading) return false;
    this.#isReading = true;
    await this.#readAll(paths);
    this.#isReading = false;
    return true;
  }

  /** A read that hangs goes on; nothing is read after it. */
  close(): void {
    this.#isClosed = true;
  }

  async #readAll(paths: readonly string[]): Promise<void> {
    const texts = new Map<string, string>();
    this.#texts = texts;
    for (const path of paths) {
      const text = this.#isClosed ? null : await this.#read(path);
      if (text !== null) texts.set(path, text);
    }
  }

  #read(path: string): Promise<string | null> {
    return new Promise((resolve) => {
      open(pathOf(path), 'r', (failed, descriptor) => {
        if (failed !== null) {
          resolve(null);
          return;
        }
        read(descriptor, this.#buffer, 0, ROOM_BYTES, 0, (error, count) => {
          const text = error === null ? this.#buffer.toString('latin1', 0, count).trim() : null;
          close(descriptor, () => resolve(text));
        });
      });
    });
  }
}
