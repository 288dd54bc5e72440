import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { MetricDescriptor, TableDescriptor } from '../../shared/protocol/catalogue.ts';
import type { Collector, Values, TableRow } from './collector.ts';
import type { RawValue } from './raw-values.ts';
import { withDeadline } from './deadline.ts';

/** Not read, because the previous read has not returned. */
class StillReadingError extends Error {
  readonly code = 'still_reading';

  constructor() {
    super('the read before has not come back');
    this.name = 'StillReadingError';
  }
}

export interface GuardOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly primeDeadlineMs: number;
}

/** Cost of a collector. */
export interface CollectorCost {
  readonly subject: string;
  /** Duration of the last read, waiting included; `null` before the first. Repeated answers do not count. */
  readonly durationMs: number | null;
  /** Reads that failed or were late since the agent started. */
  readonly failures: number;
}

/**
 * Wraps a collector so that it can neither throw nor hang. While it fails, its values are `null`; one warning is logged at the beginning and
 * one line at the end. Reads never overlap.
 */
export class GuardedCollector {
  readonly #collector: Collector;
  readonly #options: GuardOptions;
  #isPrimed: boolean;
  #isBusy = false;
  #isFailing = false;
  #durationMs: number | null = null;
  #answer: unknown = null;
  #error: unknown = null;
  #failures = 0;
  #readAtMs: number | null = null;

  constructor(collector: Collector, options: GuardOptions) {
    this.#collector = collector;
    this.#options = options;
    this.#isPrimed = collector.prime === undefined;
  }

  /** As of the last read. */
  get metrics(): readonly MetricDescriptor[] {
    return this.#collector.metrics;
  }

  get table(): TableDescriptor | undefined {
    return this.#collector.table;
  }

  get everyMs(): number {
    return this.#collector.everyMs ?? 0;
  }

  get subject(): string {
    return this.#collector.subject;
  }

  get cost(): CollectorCost {
    return { subject: this.#collector.subject, durationMs: this.#durationMs, failures: this.#failures };
  }

  /** Monotonic ms of the last read with a new answer; `null` before the first, and while reads fail. */
  get readAtMs(): number | null {
    return this.#isFailing ? null : this.#readAtMs;
  }

  /** As of `readAtMs`; empty while that is `null`. */
  rawValues(): Iterable<RawValue> {
    return this.readAtMs === null ? [] : (this.#collector.rawValues?.() ?? []);
  }

  /** Takes the collector's baseline. Settles either way. */
  async prime(): Promise<void> {
    if (!this.#isPrimed) await this.#prime(this.#options.primeDeadlineMs);
  }

  /**
   * The collector's values, or `null` if it fails or takes longer than `deadlineMs`. Without a baseline, primes it instead.
   * @param atMs monotonic ms at which the sample is taken
   */
  read(atMs: number, deadlineMs: number): Values | null | Promise<Values | null> {
    if (!this.#isPrimed) return this.#prime(deadlineMs);
    return this.#call(() => this.#collector.read(atMs), deadlineMs, atMs);
  }

  /** Rows of the last read, handed out once. */
  takeRows(): readonly TableRow[] | null {
    return this.#isBusy ? null : (this.#collector.takeRows?.() ?? null);
  }

  /** As `Collector.setFollowed`. */
  setFollowed(isFollowed: boolean): void {
    this.#collector.setFollowed?.(isFollowed);
  }

  close(): void {
    this.#collector.close?.();
  }

  async #prime(deadlineMs: number): Promise<null> {
    await this.#call(async () => {
      await this.#collector.prime?.(this.#options.clock.now());
      this.#isPrimed = true;
      return true;
    }, deadlineMs);
    return null;
  }

  /** Sets a deadline only for asynchronous answers: timers and promises cost more than most reads. */
  #call<T>(
    task: () => T | Promise<T>,
    deadlineMs: number,
    atMs: number | null = null,
  ): T | null | Promise<T | null> {
    if (this.#isBusy) return this.#failed(new StillReadingError());
    const startMs = performance.now();
    try {
      const answer = task();
      if (answer instanceof Promise) return this.#await(answer, startMs, deadlineMs, atMs);
      return this.#succeeded(answer, startMs, atMs);
    } catch (error) {
      return this.#failed(error);
    }
  }

  async #await<T>(
    answer: Promise<T>,
    startMs: number,
    deadlineMs: number,
    atMs: number | null,
  ): Promise<T | null> {
    this.#isBusy = true;
    const whole = answer.finally(() => {
      this.#isBusy = false;
    });
    try {
      return this.#succeeded(await withDeadline(whole, deadlineMs, this.#options.clock), startMs, atMs);
    } catch (error) {
      return this.#failed(error);
    }
  }

  #failed(error: unknown): null {
    // A throttled collector repeats the same error object.
    if (error !== this.#error) this.#failures += 1;
    this.#error = error;
    if (this.#isFailing) return null;
    this.#isFailing = true;
    const { subject } = this.#collector;
    this.#options.log.warn(
      { subject, err: error },
      `Collector "${subject}" fails: its metrics are unknown until it recovers`,
    );
    return null;
  }

  #succeeded<T>(answer: T, startMs: number, atMs: number | null): T {
    if (answer !== this.#answer) {
      this.#durationMs = performance.now() - startMs;
      this.#readAtMs = atMs;
    }
    this.#answer = answer;
    if (this.#isFailing) {
      this.#isFailing = false;
      const { subject } = this.#collector;
      this.#options.log.info({ subject }, `Collector "${subject}" works again`);
    }
    return answer;
  }
}
