import { closeSync, openSync, readSync } from 'node:fs';
import { errorCode } from '../../../system-error.ts';
import { processFileLimit, openFileLimit } from '../../../open-files.ts';

/**
 * How many descriptors are kept. A reading of a kept one costs half of opening, reading and closing, and 5 KB of kernel memory
 * for as long as it is kept. Fewer where this process may open few.
 */
const MAX_KEPT = processFileLimit(openFileLimit());

/** Longer than everything up to the field that is read last. */
const MAX_BYTES = 1024;

/** What the agent lacks for every process; all else is of the one: it has ended, or is hidden from this reader (`hidepid`). */
const OF_THE_AGENT: ReadonlySet<unknown> = new Set(['EMFILE', 'ENFILE', 'ENOMEM']);

/** Reads `/proc/PID/stat` of many processes again and again, keeping the descriptors of some. */
export class StatFiles {
  /** What the last `read` has read. */
  readonly text = Buffer.alloc(MAX_BYTES);
  readonly #folder: string;
  readonly #kept = new Map<number, number>();

  /** @param folder `/proc` of the host that is measured */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Reads into `text` and returns how many bytes; 0 for a process that is gone, hidden or not to be read.
   * @throws the operating system's error where no other could be read either: no more descriptors, no memory
   */
  read(pid: number): number {
    const kept = this.#kept.get(pid);
    if (kept !== undefined) {
      try {
        return readSync(kept, this.text, 0, MAX_BYTES, 0);
      } catch {
        // It is of a process that has ended; another one may have its number now.
        this.close(pid);
      }
    }
    let descriptor: number | null = null;
    try {
      descriptor = openSync(`${this.#folder}/${pid}/stat`, 'r');
      const length = readSync(descriptor, this.text, 0, MAX_BYTES, 0);
      if (this.#kept.size < MAX_KEPT) {
        this.#kept.set(pid, descriptor);
        descriptor = null;
      }
      return length;
    } catch (error) {
      if (OF_THE_AGENT.has(errorCode(error))) throw error;
      return 0;
    } finally {
      if (descriptor !== null) closeSync(descriptor);
    }
  }

  /** Lets go of what is kept for a process. */
  close(pid: number): void {
    const kept = this.#kept.get(pid);
    if (kept === undefined) return;
    this.#kept.delete(pid);
    closeSync(kept);
  }

  closeAll(): void {
    for (const pid of this.#kept.keys()) this.close(pid);
  }
}
