/**
 * The last `capacity` rows of (timestamp, one value per column), oldest first.
 *
 * Columns are float64 arrays used as circular buffers, so a window never allocates after it is made.
 * `null` (not known) is kept as NaN inside and is `null` again on the way out.
 * The agent's ring and the panel's rolling charts are both one of these.
 */
export class TimeWindow {
  readonly capacity: number;
  readonly width: number;
  readonly #timestamps: Float64Array;
  readonly #columns: readonly Float64Array[];
  #start = 0;
  #length = 0;

  /** @throws RangeError when `capacity` is not a positive integer or `width` is not a natural number. */
  constructor(capacity: number, width: number) {
    if (!Number.isSafeInteger(capacity) || capacity < 1) throw new RangeError('capacity must be at least 1');
    if (!Number.isSafeInteger(width) || width < 0) throw new RangeError('width must not be negative');
    this.capacity = capacity;
    this.width = width;
    this.#timestamps = new Float64Array(capacity);
    this.#columns = Array.from({ length: width }, () => new Float64Array(capacity));
  }

  /** Rows held now, 0 to `capacity`. */
  get length(): number {
    return this.#length;
  }

  /** Adds a row; the oldest one leaves when the window is full. Missing values count as not known. */
  push(timestampMs: number, values: readonly (number | null)[]): void {
    const slot = (this.#start + this.#length) % this.capacity;
    this.#timestamps[slot] = timestampMs;
    this.#columns.forEach((column, index) => {
      column[slot] = values[index] ?? Number.NaN;
    });
    if (this.#length < this.capacity) this.#length += 1;
    else this.#start = (this.#start + 1) % this.capacity;
  }

  /** Unix milliseconds of row `row` (0 is the oldest). @throws RangeError outside the rows held. */
  timestampAt(row: number): number {
    return this.#timestamps[this.#slot(row)] ?? Number.NaN;
  }

  /** Value of `column` in row `row`, `null` when it is not known. @throws RangeError outside the rows held. */
  valueAt(column: number, row: number): number | null {
    const value = this.#columns[column]?.[this.#slot(row)] ?? Number.NaN;
    return Number.isNaN(value) ? null : value;
  }

  /** Forgets every row. */
  clear(): void {
    this.#start = 0;
    this.#length = 0;
  }

  #slot(row: number): number {
    if (!(row >= 0 && row < this.#length)) throw new RangeError(`row ${row} is not held`);
    return (this.#start + row) % this.capacity;
  }
}
