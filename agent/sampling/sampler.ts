import type { Logger } from 'pino';
import type { MetricDescriptor } from '../../shared/catalogue.ts';
import type { Clock } from '../clock.ts';
import type { Collector } from './collector.ts';
import { gridUnitMs } from './grid.ts';
import { GuardedCollector } from './guarded-collector.ts';
import { LostTime } from './lost-time.ts';
import type { Sample } from './sample.ts';

export interface SamplerOptions {
  readonly collectors: readonly Collector[];
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A rate over less than this is noise, so the first tick leaves as much to the baseline. */
const MIN_RATE_WINDOW_MS = 200;
const MIN_READ_DEADLINE_MS = 150;
const MAX_READ_DEADLINE_MS = 2000;
const PRIME_DEADLINE_MS = 2000;
/** A pace is kept for so long after it is no longer asked for: a client may be between two polls, or reload its page. */
const LINGER_MS = 2000;

/**
 * The agent's one clock. Ticks begin on a whole interval of wall time and stay on that grid by the monotonic clock: no
 * drift, whatever happens to the wall clock. Ticks never overlap; a grid point that passes during a tick or a stall is
 * skipped. The grid counts in units (grid.ts), and a tick comes every `setPace` of them. Started and stopped once.
 */
export class Sampler {
  /** All metrics, in the order of a sample's values. */
  readonly catalogue: readonly MetricDescriptor[];
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #unitMs: number;
  readonly #collectors: readonly GuardedCollector[];
  readonly #lostTime: LostTime;
  #listener: ((sample: Sample) => void) | null = null;
  /** Units between ticks. */
  #pace: number;
  /** The pace that was asked for last, and when that was. */
  #wanted: { readonly pace: number; readonly sinceMs: number };
  /** Monotonic time of grid index 0. */
  #originMs = 0;
  /** Grid index of the last tick. */
  #last = Number.NEGATIVE_INFINITY;
  /** Grid index of the tick that is waited for. */
  #due = 0;
  /** Grid index at which it would have come without a stall, and the pace that this was planned at. */
  #expected = { index: 0, pace: 1 };
  #isWaiting = false;
  #lagMs = 0;
  #cancel: () => void = () => {};

  constructor({ collectors, intervalMs, clock, log }: SamplerOptions) {
    this.catalogue = collectors.flatMap(({ metrics }) => metrics);
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#unitMs = gridUnitMs(intervalMs);
    this.#pace = intervalMs / this.#unitMs;
    this.#wanted = { pace: this.#pace, sinceMs: clock.now() };
    this.#lostTime = new LostTime(clock);
    this.#collectors = collectors.map(
      (collector) => new GuardedCollector(collector, { clock, log, primeDeadlineMs: PRIME_DEADLINE_MS }),
    );
  }

  /** How late the last tick began, ms. */
  get lagMs(): number {
    return this.#lagMs;
  }

  /** Primes the collectors and begins to tick; settles when the first tick is scheduled. */
  async start(listener: (sample: Sample) => void): Promise<void> {
    this.#listener = listener;
    await Promise.all(this.#collectors.map((collector) => collector.prime()));
    // Whole intervals of wall time have whole multiples as their index, so slower grids begin alike after every start.
    this.#originMs = this.#clock.now() - this.#clock.wallNow();
    const base = this.#intervalMs / this.#unitMs;
    const first = Math.ceil(this.#index(this.#clock.now() + MIN_RATE_WINDOW_MS) / base) * base;
    this.#expected = { index: first, pace: base };
    this.#due = first;
    this.#lostTime.mark();
    this.#arm();
  }

  /**
   * Ticks at each grid index that is a multiple of `units`: from the next such point on, or, where that is only slower than now,
   * when nobody has asked for more for two seconds.
   * @param units a divisor of the interval
   */
  setPace(units: number): void {
    this.#wanted = { pace: units, sinceMs: this.#clock.now() };
    if (units % this.#pace === 0) return;
    this.#pace = units;
    const isLate = this.#index(this.#clock.now()) > this.#expected.index;
    this.#due = this.#nextPoint();
    if (!isLate) this.#expected = { index: this.#due, pace: units };
    if (!this.#isWaiting) return;
    this.#cancel();
    this.#arm();
  }

  /** No tick begins after this, and one under way is not published. */
  stop(): void {
    this.#listener = null;
    this.#cancel();
  }

  #arm(): void {
    if (this.#listener === null) return;
    this.#isWaiting = true;
    this.#cancel = this.#clock.schedule(
      () => {
        const lagMs = this.#clock.now() - this.#timeOf(this.#due);
        // Node counts a delay from the start of the loop's turn, so a timer may fire early.
        if (lagMs < 0) {
          this.#arm();
          return;
        }
        this.#lagMs = lagMs;
        void this.#tick();
      },
      this.#timeOf(this.#due) - this.#clock.now(),
    );
  }

  async #tick(): Promise<void> {
    this.#isWaiting = false;
    const nowMs = this.#clock.now();
    const timestampMs = this.#clock.wallNow();
    const { index, pace } = this.#expected;
    const brokenBy = this.#lostTime.reason(nowMs - this.#timeOf(index), pace * this.#unitMs);
    this.#lostTime.mark();
    const gridIndex = Math.max(this.#due, this.#pointBefore(nowMs));
    this.#last = gridIndex;
    if (nowMs - this.#wanted.sinceMs >= LINGER_MS) this.#pace = this.#wanted.pace;
    this.#expected = { index: (Math.floor(gridIndex / this.#pace) + 1) * this.#pace, pace: this.#pace };
    const parts = await this.#readAll();
    this.#listener?.({
      timestampMs,
      gridIndex,
      values: parts.flat(),
      ...(brokenBy === undefined ? {} : { brokenBy }),
    });
    this.#due = this.#nextPoint();
    this.#arm();
  }

  #readAll(): Promise<(readonly (number | null)[])[]> {
    const halfMs = (this.#pace * this.#unitMs) / 2;
    const deadlineMs = Math.min(Math.max(halfMs, MIN_READ_DEADLINE_MS), MAX_READ_DEADLINE_MS);
    return Promise.all(this.#collectors.map((collector) => collector.read(deadlineMs)));
  }

  /** The next point of the present pace. */
  #nextPoint(): number {
    const after = Math.max(this.#last, this.#index(this.#clock.now()));
    return (Math.floor(after / this.#pace) + 1) * this.#pace;
  }

  #pointBefore(monotonicMs: number): number {
    return Math.floor(this.#index(monotonicMs) / this.#pace) * this.#pace;
  }

  #index(monotonicMs: number): number {
    return (monotonicMs - this.#originMs) / this.#unitMs;
  }

  #timeOf(index: number): number {
    return this.#originMs + index * this.#unitMs;
  }
}
