import type { WatchedSample } from '../state/attention-watch.ts';

/** Samples of a host, one after the other, whose series stay the same object as long as they have the same names. */
export class PretendSamples {
  readonly #intervalMs: number;
  #series: WatchedSample['series'] = [];
  timeMs: number;

  constructor(timeMs = 1_800_000_000_000, intervalMs = 1000) {
    this.timeMs = timeMs;
    this.#intervalMs = intervalMs;
  }

  next(values: Readonly<Record<string, number | null>>): WatchedSample {
    const names = Object.keys(values);
    if (names.join() !== this.#series.map(({ name }) => name).join())
      this.#series = names.map((name) => ({ name }));
    this.timeMs += this.#intervalMs;
    return { timestampMs: this.timeMs, series: this.#series, values: Object.values(values) };
  }
}
