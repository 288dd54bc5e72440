import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { KernelFile } from '../../sampling/kernel/kernel-file.ts';

/** Longer than any single value in `/sys`. */
const buffer = Buffer.allocUnsafe(4096);

/** Texts of the kernel that each scrape reads. Those at fixed paths stay open; nothing else is kept. */
export class KernelTexts {
  readonly #files = new Map<string, KernelFile>();

  /** The current text as bytes (kernel/text.ts); `null` if missing or unreadable. */
  read(path: string): string | null {
    let file = this.#files.get(path);
    if (file === undefined) {
      // Costs a tenth of an error. A module that brings the file may be loaded later.
      if (!existsSync(path)) return null;
      file = new KernelFile(path);
      this.#files.set(path, file);
    }
    return file.readIfAny('latin1');
  }

  close(): void {
    for (const file of this.#files.values()) file.close();
    this.#files.clear();
  }
}

/** One short text as bytes, trimmed, from a file of something that comes and goes; `null` if missing or unreadable. */
export function readShort(path: string | Buffer): string | null {
  let descriptor: number | null = null;
  try {
    descriptor = openSync(path, 'r');
    return buffer.toString('latin1', 0, readSync(descriptor, buffer, 0, buffer.length, 0)).trim();
  } catch {
    return null;
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}
