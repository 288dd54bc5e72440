import type { Logger } from 'pino';
import type { MetricDescriptor } from '../../shared/catalogue.ts';
import type { Clock } from '../clock.ts';
import type { Collector } from './collector.ts';
import { GuardedCollector } from './guarded-collector.ts';

/** Everything measured at one instant. */
export interface Sample {
  /** When it was taken, Unix ms on the host's clock, for display. */
  readonly timestampMs: number;
  /** In the order of the sampler's catalogue; `null` is not known. */
  readonly values: readonly (number | null)[];
}

export interface SamplerOptions {
  readonly collectors: readonly Collector[];
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A rate over less than this is noise, and systeminformation would repeat the baseline's figure. */
const MIN_RATE_WINDOW_MS = 200;
const MAX_READ_DEADLINE_MS = 2000;
const PRIME_DEADLINE_MS = 2000;

/**
 * The agent's one clock. Ticks begin on a whole interval of wall time and stay on that grid by the monotonic clock: no
 * drift, whatever happens to the wall clock. Ticks never overlap; a grid point that passes during a tick or a stall is
 * skipped. Started and stopped once.
 */
export class Sampler {
  /** All metrics, in the order of a sample's values. */
  readonly catalogue: readonly MetricDescriptor[];
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #collectors: readonly GuardedCollector[];
  #isRunning = false;
  #dueMs = 0;
  #lagMs = 0;
  #cancel: () => void = () => {};

  constructor({ collectors, intervalMs, clock, log }: SamplerOptions) {
    const readDeadlineMs = Math.min(intervalMs / 2, MAX_READ_DEADLINE_MS);
    this.catalogue = collectors.flatMap(({ metrics }) => metrics);
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#collectors = collectors.map(
      (collector) =>
        new GuardedCollector(collector, { clock, log, readDeadlineMs, primeDeadlineMs: PRIME_DEADLINE_MS }),
    );
  }

  /** How late the last tick began, ms. */
  get lagMs(): number {
    return this.#lagMs;
  }

  /** Primes the collectors and begins to tick; settles when the first tick is scheduled. */
  async start(listener: (sample: Sample) => void): Promise<void> {
    this.#isRunning = true;
    await Promise.all(this.#collectors.map((collector) => collector.prime()));
    const untilGridMs = -(this.#clock.wallNow() + MIN_RATE_WINDOW_MS) % this.#intervalMs;
    this.#dueMs =
      this.#clock.now() + MIN_RATE_WINDOW_MS + ((untilGridMs + this.#intervalMs) % this.#intervalMs);
    this.#arm(listener);
  }

  /** No tick begins after this, and one under way is not published. */
  stop(): void {
    this.#isRunning = false;
    this.#cancel();
  }

  #arm(listener: (sample: Sample) => void): void {
    if (!this.#isRunning) return;
    this.#cancel = this.#clock.schedule(() => {
      const lagMs = this.#clock.now() - this.#dueMs;
      // Node counts a delay from the start of the loop's turn, so a timer may fire early.
      if (lagMs < 0) {
        this.#arm(listener);
        return;
      }
      this.#lagMs = lagMs;
      void this.#tick(listener);
    }, this.#dueMs - this.#clock.now());
  }

  async #tick(listener: (sample: Sample) => void): Promise<void> {
    const timestampMs = this.#clock.wallNow();
    const parts = await Promise.all(this.#collectors.map((collector) => collector.read()));
    if (!this.#isRunning) return;
    listener({ timestampMs, values: parts.flat() });
    const lateMs = this.#clock.now() - this.#dueMs;
    this.#dueMs += (Math.floor(lateMs / this.#intervalMs) + 1) * this.#intervalMs;
    this.#arm(listener);
  }
}
