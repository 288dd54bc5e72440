import { THIS_HOST } from '../../kernel/roots.ts';
import type { SharedFile, SharedFiles } from '../../kernel/kernel-file.ts';

/** The kernel counts in ticks of 10 ms, and processes are read at slightly different times. */
const TOLERANCE_TICKS = 3;

/**
 * Totals over all processes from two short texts: whether any has started or ended, and how much CPU time was used. They make it possible not
 * to read every process every time. Where the kernel does not report them, everything is assumed to have changed.
 */
export class Activity {
  readonly #loadavg: SharedFile;
  readonly #stat: SharedFile;
  /** `loadavg` reports the reader's own PID namespace, so it says nothing about another host. */
  readonly #isOwn: boolean;
  #busyTicks: number | null = null;
  #unexplainedTicks = Number.POSITIVE_INFINITY;

  /** @param folder `/proc` of the host that is measured */
  constructor(folder: string, { loadavg, stat }: SharedFiles) {
    this.#loadavg = loadavg;
    this.#stat = stat;
    this.#isOwn = folder === THIS_HOST.proc;
  }

  /** Equal values mean that no process started or ended in between; `null` if unknown. @param atMs monotonic */
  census(atMs: number): string | null {
    return this.#isOwn ? censusOf(this.#loadavg.read(atMs) ?? '') : null;
  }

  /** Starts a scan: adds the CPU time used since the last scan to what that one left unexplained. @param atMs monotonic */
  begin(atMs: number): void {
    const busyTicks = busyTicksOf(this.#stat.read(atMs) ?? '');
    const before = this.#busyTicks;
    const isKnown = busyTicks !== null && before !== null && busyTicks >= before;
    const growthTicks = isKnown ? busyTicks - before : Number.POSITIVE_INFINITY;
    this.#unexplainedTicks = Math.max(0, this.#unexplainedTicks) + growthTicks;
    this.#busyTicks = busyTicks;
  }

  /** Accounts for ticks that a process used. */
  explain(ticks: number): void {
    this.#unexplainedTicks -= ticks;
  }

  /** Whether all CPU time is accounted for. */
  isExplained(): boolean {
    return this.#unexplainedTicks <= TOLERANCE_TICKS;
  }

  /** Every process was read: what remains will never be explained. */
  settle(): void {
    this.#unexplainedTicks = 0;
  }

  close(): void {
    this.#loadavg.close();
    this.#stat.close();
  }
}

/**
 * Thread count and last PID from the text of `/proc/loadavg` (proc_loadavg(5)). `null` for another text, and for zeros, which sandboxes without
 * a real kernel write.
 */
export function censusOf(loadavg: string): string | null {
  return /\/[1-9]\d* [1-9]\d*$/.exec(loadavg.trimEnd())?.[0] ?? null;
}

/** CPU time since boot, 1/100 s: user, nice and system in the text of `/proc/stat` (proc_stat(5)). */
export function busyTicksOf(stat: string): number | null {
  if (!stat.startsWith('cpu ')) return null;
  const [user, nice, system] = stat.slice('cpu  '.length, stat.indexOf('\n')).split(' ', 3);
  const busy = Number(user) + Number(nice) + Number(system);
  return Number.isNaN(busy) ? null : busy;
}
