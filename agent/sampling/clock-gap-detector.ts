import type { Clock } from '../clock.ts';
import type { GapReason } from './sample.ts';

/** A tick later than this many intervals leaves a gap that must be labelled (RT-8). */
const TOLERATED_INTERVALS = 2;
/** Some systems report the time since boot in whole seconds, so shorter sleeps cannot be told from rounding. */
const MIN_SLEEP_MS = 2000;

/**
 * Finds out why time was lost between two ticks. CLOCK_MONOTONIC stops while a Linux host sleeps and CLOCK_BOOTTIME does not, so their
 * difference grows by the time asleep; any other lost time passed while this process was stalled. Wall clock steps are no loss. But the wall
 * clock also advances during sleep, so the time since boot (one file to read) is only consulted when wall and monotonic clock disagree.
 */
export class ClockGapDetector {
  readonly #clock: Clock;
  #nowMs = 0;
  #wallMs = 0;
  /** Total time asleep since boot plus a constant, as of the last reading. */
  #asleepMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#asleepMs = this.#totalSleptMs();
    this.mark();
  }

  /** Starts measuring at this tick. Returns how long the host slept since the last mark, ms. */
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

  #totalSleptMs(): number {
    return this.#clock.sinceBoot() - this.#clock.now();
  }

  /** Why samples are missing before this tick, if any are. Ticks are `intervalMs` apart; this one is `lateMs` late. */
  next(lateMs: number, intervalMs: number): GapReason | undefined {
    const sleptMs = this.mark();
    if (lateMs + sleptMs <= TOLERATED_INTERVALS * intervalMs) return undefined;
    return sleptMs > lateMs ? 'suspend' : 'stall';
  }
}
