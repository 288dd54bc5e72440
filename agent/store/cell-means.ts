/**
 * Means of rates over a stretch of time, each reading weighted by the time that it covers: since the reading before. Readings are added from the
 * newest to the oldest.
 */
export class CellMeans {
  /** The readings added last, and when they ended; their beginning is known with the next. */
  readonly #values: Float64Array;
  readonly #ends: Float64Array;
  readonly #sums: Float64Array;
  readonly #weights: Float64Array;

  /** @param count of rates */
  constructor(count: number) {
    this.#values = new Float64Array(count).fill(Number.NaN);
    this.#ends = new Float64Array(count);
    this.#sums = new Float64Array(count);
    this.#weights = new Float64Array(count);
  }

  /**
   * @param place of the rate
   * @param value `null` is not known: the time that it covers does not count
   * @param time of the reading
   */
  add(place: number, value: number | null, time: number): void {
    this.#cover(place, time);
    this.#values[place] = value ?? Number.NaN;
    this.#ends[place] = time;
  }

  /**
   * The mean of one rate; `null` where none is known. Once for each.
   * @param begin where the oldest reading begins
   */
  take(place: number, begin: number): number | null {
    this.#cover(place, begin);
    const weight = this.#weights[place] ?? 0;
    return weight === 0 ? null : Math.round(((this.#sums[place] ?? 0) / weight) * 100) / 100;
  }

  #cover(place: number, begin: number): void {
    const value = this.#values[place] ?? Number.NaN;
    if (Number.isNaN(value)) return;
    const covered = (this.#ends[place] ?? 0) - begin;
    this.#sums[place] = (this.#sums[place] ?? 0) + value * covered;
    this.#weights[place] = (this.#weights[place] ?? 0) + covered;
  }
}
