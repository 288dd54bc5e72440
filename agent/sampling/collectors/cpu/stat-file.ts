import { KernelFile } from '../../kernel/kernel-file.ts';
import type { KernelRoots } from '../../kernel/roots.ts';

/** `/proc/stat` of one host, read once for all collectors that need it at the same instant. */
export class StatFile {
  readonly #file: KernelFile;
  #text: string | null = null;
  #atMs = Number.NaN;

  constructor({ proc }: KernelRoots) {
    this.#file = new KernelFile(`${proc}/stat`);
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
