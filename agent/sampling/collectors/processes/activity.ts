import { THIS_HOST } from '../../kernel/roots.ts';
import type { SharedFile, SharedFiles } from '../../kernel/shared-files.ts';

/** The kernel counts at ticks of 10 ms, and reads of different processes are a little apart. */
const TOLERANCE_TICKS = 3;

/**
 * What the kernel says of all processes together, in two short texts: whether one has begun or ended, and how much processor time was
 * used in all. With that, not every process has to be read each time. Where the kernel does not say it, everything is thought to have changed.
 */
export class Activity {
  readonly #loadavg: SharedFile;
  readonly #stat: SharedFile;
  /** Numbers in `loadavg` are those of the reader's own namespace, so they say nothing of another host. */
  readonly #isOwn: boolean;
  #busyTicks: number | null = null;
  #unexplainedTicks = Number.POSITIVE_INFINITY;

  /** @param folder `/proc` of the host that is measured */
  constructor(folder: string, { loadavg, stat }: SharedFiles) {
    this.#loadavg = loadavg;
    this.#stat = stat;
    this.#isOwn = folder === THIS_HOST.proc;
  }

  /** Equal at two times between which no process began or ended; `null` where that is not known. @param atMs monotonic */
  census(atMs: number): string | null {
    return this.#isOwn ? censusOf(this.#loadavg.read(atMs) ?? '') : null;
  }

  /** A scan begins: counts the time that was used since the one before began, and what that one left unexplained. @param atMs monotonic */
  begin(atMs: number): void {
    const busyTicks = busyTicksOf(this.#stat.read(atMs) ?? '');
    const before = this.#busyTicks;
    const isKnown = busyTicks !== null && before !== null && busyTicks >= before;
    const growthTicks = isKnown ? busyTicks - before : Number.POSITIVE_INFINITY;
    this.#unexplainedTicks = Math.max(0, this.#unexplainedTicks) + growthTicks;
    this.#busyTicks = busyTicks;
  }

  /** A process has used so much of it. */
  explain(ticks: number): void {
    this.#unexplainedTicks -= ticks;
  }

  /** Whether what was explained is all. */
  isExplained(): boolean {
    return this.#unexplainedTicks <= TOLERANCE_TICKS;
  }

  /** Every process was read: nothing more can be explained. */
  settle(): void {
    this.#unexplainedTicks = 0;
  }

  close(): void {
    this.#loadavg.close();
    this.#stat.close();
  }
}

/**
 * The count of all threads and the number that was given out last, from a text of `/proc/loadavg` (proc_loadavg(5)): equal texts, equal
 * processes. `null` for what is no such text, or counts nothing: sandboxes that stand in for a kernel write zeros.
 */
export function censusOf(loadavg: string): string | null {
  return /\/[1-9]\d* [1-9]\d*$/.exec(loadavg.trimEnd())?.[0] ?? null;
}

/** Time that processes were given since boot, 1/100 s: user, nice and system in a text of `/proc/stat` (proc_stat(5)). */
export function busyTicksOf(stat: string): number | null {
  if (!stat.startsWith('cpu ')) return null;
  const [user, nice, system] = stat.slice('cpu  '.length, stat.indexOf('\n')).split(' ', 3);
  const busy = Number(user) + Number(nice) + Number(system);
  return Number.isNaN(busy) ? null : busy;
}
