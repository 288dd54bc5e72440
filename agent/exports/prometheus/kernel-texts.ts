import { existsSync } from 'node:fs';
import { openFileLimit } from '../../open-files.ts';
import { KernelFile } from '../../sampling/kernel/kernel-file.ts';
import { pathOf, readOnce } from '../../sampling/kernel/text.ts';

/** Of all files that this process may have open; viewers need the rest. */
const SHARE = 1 / 8;
const MAX_OPEN = 128;

/** Texts of the kernel that each scrape reads. As many as is decent stay open, since opening a file costs more than reading it. */
export class KernelTexts {
  readonly #maxOpen = Math.min(MAX_OPEN, openFileLimit() * SHARE);
  readonly #files = new Map<string, KernelFile>();

  /** The current text as bytes; `null` if missing or unreadable. @param path bytes (kernel/text.ts) */
  read(path: string): string | null {
    let file = this.#files.get(path);
    if (file === undefined) {
      // Costs a tenth of an error. A module that brings the file may be loaded later.
      if (!existsSync(pathOf(path))) return null;
      if (this.#files.size >= this.#maxOpen) return readOnce(pathOf(path), 'latin1');
      file = new KernelFile(pathOf(path));
      this.#files.set(path, file);
    }
    const text = file.readIfAny('latin1');
    // A device that is gone may leave its room to another.
    if (text === null) this.#files.delete(path);
    return text;
  }

  /** Like `read`, without the space around it. */
  readShort(path: string): string | null {
    return this.read(path)?.trim() ?? null;
  }

  close(): void {
    for (const file of this.#files.values()) file.close();
    this.#files.clear();
  }
}
