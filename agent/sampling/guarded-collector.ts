import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Collector } from './collector.ts';
import { withDeadline } from './deadline.ts';

/** The read before this one has not come back, so another was not begun. */
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

/**
 * A collector that can neither throw nor hang: its figures are `null` while it does, one warning is logged when that
 * begins and one line when it ends, and no second call is made while one is under way.
 */
export class GuardedCollector {
  readonly #collector: Collector;
  readonly #options: GuardOptions;
  readonly #unknown: readonly null[];
  #isPrimed: boolean;
  #isBusy = false;
  #isFailing = false;

  constructor(collector: Collector, options: GuardOptions) {
    this.#collector = collector;
    this.#options = options;
    this.#unknown = collector.metrics.map(() => null);
    this.#isPrimed = collector.prime === undefined;
  }

  /** Takes the collector's baseline; settles when it is taken, or failed. */
  async prime(): Promise<void> {
    await this.#prime(this.#options.primeDeadlineMs);
  }

  /** The collector's figures within `deadlineMs`, or as many `null`s. A collector without its baseline is primed instead. */
  async read(deadlineMs: number): Promise<readonly (number | null)[]> {
    if (!this.#isPrimed) {
      await this.#prime(deadlineMs);
      return this.#unknown;
    }
    return (await this.#call(() => this.#collector.read(), deadlineMs)) ?? this.#unknown;
  }

  async #prime(deadlineMs: number): Promise<void> {
    await this.#call(async () => {
      await this.#collector.prime?.();
      this.#isPrimed = true;
    }, deadlineMs);
  }

  async #call<T>(task: () => Promise<T>, deadlineMs: number): Promise<T | undefined> {
    try {
      if (this.#isBusy) throw new StillReadingError();
      const result = await withDeadline(this.#exclusively(task), deadlineMs, this.#options.clock);
      this.#succeeded();
      return result;
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }

  async #exclusively<T>(task: () => Promise<T>): Promise<T> {
    this.#isBusy = true;
    try {
      return await task();
    } finally {
      this.#isBusy = false;
    }
  }

  #failed(error: unknown): void {
    if (this.#isFailing) return;
    this.#isFailing = true;
    const { subject } = this.#collector;
    this.#options.log.warn(
      { subject, err: error },
      `Collector "${subject}" fails: its metrics are unknown until it recovers`,
    );
  }

  #succeeded(): void {
    if (!this.#isFailing) return;
    this.#isFailing = false;
    const { subject } = this.#collector;
    this.#options.log.info({ subject }, `Collector "${subject}" works again`);
  }
}
