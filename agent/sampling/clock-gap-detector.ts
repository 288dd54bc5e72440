import type { Clock } from '../clock.ts';
import type { BreakReason } from './sample.ts';

/** A tick that is late by more than this many intervals leaves a hole that has to be told (RT-8). */
const TOLERATED_INTERVALS = 2;
/** The time since boot is known to the second on some systems, so a shorter sleep is not believed. */
const MIN_SLEEP_MS = 2000;

/**
 * Tells why time was lost between two ticks. The monotonic clock (CLOCK_MONOTONIC) stands still while a Linux host sleeps, so sleep is
 * what the time since boot (CLOCK_BOOTTIME) grew by more than it. All other time that is lost passed while this process stood still. The wall
 * clock has no say, for its steps are no loss; but it moves on in a sleep, so the time since boot, which costs a file to be opened,
 * need not be asked for while the two clocks agree.
 */
export class ClockGapDetector {
  readonly #clock: Clock;
  #nowMs = 0;
  #wallMs = 0;
  /** As it was when it was asked for last: the sleep since boot, and a constant. */
  #asleepMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#asleepMs = this.#totalSleptMs();
    this.mark();
  }

  /** A tick begins: what is lost is counted from here. Returns how long the host slept until here, ms. */
  mark(): number {
    const [nowMs, wallMs] = [this.#clock.now(), this.#clock.wallNow()];
    const hasJumped = Math.abs(wallMs - this.#wallMs - (nowMs - this.#nowMs)) > MIN_SLEEP_MS / 2;
    this.#nowMs = nowMs;
    this.#wallMs = wallMs;
    return hasJumped ? this.#newlySleptMs() : 0;
  }

  #newlySleptMs(): number {
    const beforeMs = this.#asleepMs;
    this.#asleepMs = this.#totalSleptMs();
    const sleptMs = this.#asleepMs - beforeMs;
    return sleptMs > MIN_SLEEP_MS ? sleptMs : 0;
  }

  /** And a constant. */
  #totalSleptMs(): number {
    return this.#clock.sinceBoot() - this.#clock.now();
  }

  /** A tick of every `intervalMs` begins, late by `lateMs`: why samples are missing since the one before, if any are. */
  next(lateMs: number, intervalMs: number): BreakReason | undefined {
    const sleptMs = this.mark();
    if (lateMs + sleptMs <= TOLERATED_INTERVALS * intervalMs) return undefined;
    return sleptMs > lateMs ? 'suspend' : 'stall';
  }
}
