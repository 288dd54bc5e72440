import type { Clock } from '../clock.ts';
import type { BreakReason } from './sample.ts';

/** A tick that is late by more than this many intervals leaves a hole that has to be told (RT-8). */
const TOLERATED_INTERVALS = 2;
/** The time since boot is known to the second on some systems, so a shorter sleep is not believed. */
const MIN_SLEEP_MS = 2000;
/** A process that was given less than this share of the lost time did not run in it. */
const RUNNING_SHARE = 0.1;

/**
 * Tells why time was lost between two ticks. The monotonic clock (CLOCK_MONOTONIC) stands still while a Linux host sleeps, so
 * sleep is what the time since boot grew by more than it. A stopped process does not see its own stop, but it has had hardly
 * any processor time in it. The wall clock has no say: its steps are no loss.
 */
export class LostTime {
  readonly #clock: Clock;
  #nowMs = 0;
  #sinceBootMs = 0;
  #busyMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.mark();
  }

  /** A tick begins: what is lost is counted from here. */
  mark(): void {
    this.#nowMs = this.#clock.now();
    this.#sinceBootMs = this.#clock.sinceBoot();
    this.#busyMs = this.#clock.busy();
  }

  /** Why samples are missing since the mark, if any are, when a tick of every `intervalMs` is late by `lateMs`. */
  reason(lateMs: number, intervalMs: number): BreakReason | undefined {
    const asleepMs = this.#clock.sinceBoot() - this.#sinceBootMs - (this.#clock.now() - this.#nowMs);
    const sleptMs = asleepMs > MIN_SLEEP_MS ? asleepMs : 0;
    const lostMs = lateMs + sleptMs;
    if (lostMs <= TOLERATED_INTERVALS * intervalMs) return undefined;
    const busyMs = this.#clock.busy() - this.#busyMs;
    return sleptMs > lateMs || busyMs < RUNNING_SHARE * lateMs ? 'suspend' : 'stall';
  }
}
