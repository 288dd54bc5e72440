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
 * any processor time in it. The wall clock has no say, for its steps are no loss; but it moves on in a sleep, so the time since boot,
 * which costs a file to be opened, need not be asked for while the two clocks agree.
 */
export class LostTime {
  readonly #clock: Clock;
  #nowMs = 0;
  #wallMs = 0;
  /** As it was when it was asked for last: the sleep since boot, and a constant. */
  #asleepMs: number;
  #busyMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#asleepMs = this.#totalSleptMs();
    this.mark();
  }

  /**
   * A tick begins: what is lost is counted from here. Returns what was until here: how long the host slept, and how much processor
   * time this process has had, in ms.
   */
  mark(): { readonly sleptMs: number; readonly busyMs: number } {
    const [nowMs, wallMs, busyMs] = [this.#clock.now(), this.#clock.wallNow(), this.#clock.busy()];
    const hasJumped = Math.abs(wallMs - this.#wallMs - (nowMs - this.#nowMs)) > MIN_SLEEP_MS / 2;
    const since = { sleptMs: hasJumped ? this.#newlySleptMs() : 0, busyMs: busyMs - this.#busyMs };
    this.#nowMs = nowMs;
    this.#wallMs = wallMs;
    this.#busyMs = busyMs;
    return since;
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
    const { sleptMs, busyMs } = this.mark();
    if (lateMs + sleptMs <= TOLERATED_INTERVALS * intervalMs) return undefined;
    return sleptMs > lateMs || busyMs < RUNNING_SHARE * lateMs ? 'suspend' : 'stall';
  }
}
