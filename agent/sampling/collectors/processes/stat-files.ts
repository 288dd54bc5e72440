import { closeSync, openSync, readSync } from 'node:fs';
import { errorCode } from '../../../system-error.ts';
import { processFileLimit, openFileLimit } from '../../../open-files.ts';

/**
 * Number of descriptors kept open. Reading a kept one costs half of opening, reading and closing, and 5 KB of kernel memory. Lower if this
 * process may open only few.
 */
export const MAX_KEPT = processFileLimit(openFileLimit());

/** The rest is for other files of processes. */
export const MAX_KEPT_STAT = Math.floor((MAX_KEPT * 7) / 8);

/** Longer than everything up to the last field that is used. */
const MAX_BYTES = 1024;

/** Resources the agent itself lacks. All other errors concern the one process: it has ended, or is hidden (`hidepid`). */
const OF_THE_AGENT: ReadonlySet<unknown> = new Set(['EMFILE', 'ENFILE', 'ENOMEM']);

/** Reads `/proc/PID/stat` of many processes repeatedly, keeping some descriptors open. */
export class StatFiles {
  /** Result of the last `read`. */
  readonly text = Buffer.alloc(MAX_BYTES);
  readonly #folder: string;
  readonly #kept = new Map<number, number>();

  /** @param folder `/proc` of the measured host */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** How many files are kept open. */
  get keptCount(): number {
    return this.#kept.size;
  }

  /**
   * Reads into `text` and returns the number of bytes; 0 for a process that is gone or hidden.
   * @param mayKeep whether it may be kept open
   * @throws the operating system's error if no other process could be read either: no descriptors, no memory
   */
  read(pid: number, mayKeep: boolean): number {
    const kept = this.#kept.get(pid);
    if (kept !== undefined) {
      try {
        return readSync(kept, this.text, 0, MAX_BYTES, 0);
      } catch {
        // Its process has ended; another one may have the PID now.
        this.close(pid);
      }
    }
    let descriptor: number | null = null;
    try {
      descriptor = openSync(`${this.#folder}/${pid}/stat`, 'r');
      const length = readSync(descriptor, this.text, 0, MAX_BYTES, 0);
      if (mayKeep) {
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

  /** Closes what is kept for a process. */
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
