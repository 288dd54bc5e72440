import { KernelFile, SINGLE_ENTRY_BYTES } from './kernel-file.ts';
import type { KernelRoots } from './roots.ts';

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
