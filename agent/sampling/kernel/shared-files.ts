import { KernelFile, SINGLE_ENTRY_BYTES } from './kernel-file.ts';
import type { KernelRoots } from './roots.ts';

/** The files of `/proc` of one host that more than one collector needs: each is read once for all of them at the same instant. */
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

  /** What was read last; `null` before, and where there was none. */
  get lastText(): string | null {
    return this.#text;
  }

  /**
   * The whole text as it is at `atMs`, `null` when there is none.
   * @param atMs monotonic; the same instant gives the same text
   */
  read(atMs: number): string | null {
    if (atMs !== this.#atMs) {
      this.#text = this.#file.readIfAny();
      this.#atMs = atMs;
    }
    return this.#text;
  }

  /** May be called by each that used it. */
  close(): void {
    this.#file.close();
  }
}
