import { closeSync, existsSync, openSync, readSync } from 'node:fs';

/** Longer than three numbers of 64 bits. */
const MAX_BYTES = 80;
/** What a kernel writes that does not keep account (fs/proc/base.c, proc_pid_schedstat). */
const UNKNOWN = '0 0 0\n';

interface Watched {
  readonly descriptor: number;
  text: string;
}

/**
 * Whether threads have run since they were last asked about, from `/proc/PID/schedstat` (kernel: scheduler/sched-stats.rst): the nanoseconds that its
 * main thread has run. Reading it costs a quarter of reading `/proc/PID/stat`. Where the kernel keeps no such account, everything may have run.
 */
export class RunTimes {
  readonly #folder: string;
  readonly #watched = new Map<number, Watched>();
  readonly #buffer = Buffer.alloc(MAX_BYTES);
  #areKnown: boolean;

  /** @param folder `/proc` of the measured host */
  constructor(folder: string) {
    this.#folder = folder;
    this.#areKnown = existsSync(`${folder}/1/schedstat`);
  }

  /** Whether the kernel tells them, as far as is known. */
  get areKnown(): boolean {
    return this.#areKnown;
  }

  /** How many files it keeps open. */
  get count(): number {
    return this.#watched.size;
  }

  /** Whether it keeps a file of this process open. */
  watches(pid: number): boolean {
    return this.#watched.has(pid);
  }

  /**
   * Whether a process has certainly not run since the last call. Only of one that had a single thread then: another can only be started by it.
   * @param canWatch whether there is room for one more open file; asked only if it is not watched yet
   */
  hasRested(pid: number, canWatch: () => boolean): boolean {
    if (!this.#areKnown) return false;
    const known = this.#watched.get(pid);
    if (known === undefined) {
      if (canWatch()) this.#watch(pid);
      return false;
    }
    const before = known.text;
    try {
      known.text = this.#read(known.descriptor);
      return known.text === before;
    } catch {
      // Its process has ended; another one may have the PID now.
      this.close(pid);
      return false;
    }
  }

  close(pid: number): void {
    const known = this.#watched.get(pid);
    if (known === undefined) return;
    this.#watched.delete(pid);
    closeSync(known.descriptor);
  }

  closeAll(): void {
    for (const pid of this.#watched.keys()) this.close(pid);
  }

  #watch(pid: number): void {
    let descriptor: number | null = null;
    try {
      descriptor = openSync(`${this.#folder}/${pid}/schedstat`, 'r');
      const text = this.#read(descriptor);
      this.#areKnown = text !== '' && text !== UNKNOWN;
      if (!this.#areKnown) return;
      this.#watched.set(pid, { descriptor, text });
      descriptor = null;
    } catch {
      // It has ended or is hidden, which its other file tells too.
    } finally {
      if (descriptor !== null) closeSync(descriptor);
    }
  }

  #read(descriptor: number): string {
    return this.#buffer.toString('latin1', 0, readSync(descriptor, this.#buffer, 0, MAX_BYTES, 0));
  }
}
