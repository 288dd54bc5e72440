import os from 'node:os';
import type { Clock } from '../../clock.ts';
import { parseUptime } from '../collectors/system/proc-system.ts';
import { readOnce } from '../kernel/text.ts';
import type { KernelRoots } from '../kernel/roots.ts';

/** More than a slewed clock is off, and more than the resolution of the time since boot. */
const TOLERANCE_MS = 1000;

/** Uptime of the host behind `roots`, ms, from proc_uptime(5), elsewhere `os.uptime()`. Independent of the wall clock on Linux. */
export function readUptimeMs({ proc }: Pick<KernelRoots, 'proc'>): number {
  return (parseUptime(readOnce(`${proc}/uptime`) ?? '') ?? os.uptime()) * 1000;
}

/**
 * When the host booted, by the wall clock's current setting. Setting the clock changes it; a board without a battery-backed clock does so
 * seconds after its agent started.
 */
export class BootTime {
  readonly #clock: Pick<Clock, 'now' | 'wallNow'>;
  readonly #uptimeMs: () => number;
  #lastMs: number;
  /** Wall clock minus monotonic clock, as of the last check. */
  #offsetMs: number;

  /** @param uptimeMs how long the host has been up; reads a file, and is called only after the clock was set */
  constructor(clock: Pick<Clock, 'now' | 'wallNow'>, uptimeMs: () => number) {
    this.#clock = clock;
    this.#uptimeMs = uptimeMs;
    this.#offsetMs = this.#offset();
    this.#lastMs = this.#compute();
  }

  /** Unix ms, as of the last `news`. */
  get ms(): number {
    return this.#lastMs;
  }

  /** Unix ms if changed, else `null`. */
  news(): number | null {
    const offsetMs = this.#offset();
    if (Math.abs(offsetMs - this.#offsetMs) < TOLERANCE_MS) return null;
    this.#offsetMs = offsetMs;
    const ms = this.#compute();
    // The host slept; its boot time is unchanged.
    if (Math.abs(ms - this.#lastMs) < TOLERANCE_MS) return null;
    this.#lastMs = ms;
    return ms;
  }

  #offset(): number {
    return this.#clock.wallNow() - this.#clock.now();
  }

  #compute(): number {
    return Math.round(this.#clock.wallNow() - this.#uptimeMs());
  }
}
