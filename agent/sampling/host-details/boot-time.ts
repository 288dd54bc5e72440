import os from 'node:os';
import type { Clock } from '../../clock.ts';
import { parseUptime } from '../collectors/system/proc-system.ts';
import { readOnce } from '../kernel/text.ts';
import type { KernelRoots } from '../kernel/roots.ts';

/** What a clock that is slewed is off by at most before that is told, and more than the time since boot is coarse. */
const TOLERANCE_MS = 1000;

/** How long the host behind `roots` has been up, ms, from proc_uptime(5), elsewhere `os.uptime()`. No wall clock has a say on Linux. */
export function readUptimeMs({ proc }: Pick<KernelRoots, 'proc'>): number {
  return (parseUptime(readOnce(`${proc}/uptime`) ?? '') ?? os.uptime()) * 1000;
}

/**
 * When the host booted, by its wall clock as it is set now. A board without a clock of its own is set some seconds after its agent has begun,
 * and any clock may be set at any time: then the host has booted at another time by it.
 */
export class BootTime {
  readonly #clock: Pick<Clock, 'now' | 'wallNow'>;
  readonly #uptimeMs: () => number;
  #told: number;
  /** Of the wall clock against the monotonic one, when it was looked at last. */
  #offsetMs: number;

  /** @param uptimeMs how long the host has been up; costs a file, and is asked only when the clock has been set */
  constructor(clock: Pick<Clock, 'now' | 'wallNow'>, uptimeMs: () => number) {
    this.#clock = clock;
    this.#uptimeMs = uptimeMs;
    this.#offsetMs = this.#offset();
    this.#told = this.#work();
  }

  /** Unix ms, as it was told last. */
  get ms(): number {
    return this.#told;
  }

  /** Unix ms, if it is another one than was told before; else `null`. */
  news(): number | null {
    const offsetMs = this.#offset();
    if (Math.abs(offsetMs - this.#offsetMs) < TOLERANCE_MS) return null;
    this.#offsetMs = offsetMs;
    const ms = this.#work();
    // A host that slept booted when it did.
    if (Math.abs(ms - this.#told) < TOLERANCE_MS) return null;
    this.#told = ms;
    return ms;
  }

  #offset(): number {
    return this.#clock.wallNow() - this.#clock.now();
  }

  #work(): number {
    return Math.round(this.#clock.wallNow() - this.#uptimeMs());
  }
}
