/** Rows that there is room for at first. */
const FIRST_ROOM = 32;

/**
 * The last `capacity` rows of (timestamp, one value per column), oldest first.
 *
 * Columns are float64 arrays used as circular buffers. They grow to what is held, at most to `capacity`, and then nothing is
 * allocated any more. `null` (not known) is kept as NaN inside and is `null` again on the way out.
 * The agent's ring and the panel's rolling charts are both one of these.
 */
export class TimeWindow {
  readonly capacity: number;
  readonly #columns: Float64Array[];
  #timestamps: Float64Array;
  /** Rows that there is room for now. */
  #room: number;
  #start = 0;
  #length = 0;

  /** @throws RangeError when `capacity` is not a positive integer or `width` is not a natural number. */
  constructor(capacity: number, width: number) {
    if (!Number.isSafeInteger(capacity) || capacity < 1) throw new RangeError('capacity must be at least 1');
    if (!Number.isSafeInteger(width) || width < 0) throw new RangeError('width must not be negative');
    this.capacity = capacity;
    this.#room = Math.min(capacity, FIRST_ROOM);
    this.#timestamps = new Float64Array(this.#room);
    this.#columns = Array.from({ length: width }, () => new Float64Array(this.#room));
  }

  /** Rows held now, 0 to `capacity`. */
  get length(): number {
    return this.#length;
  }

  get width(): number {
    return this.#columns.length;
  }

  /** Adds a row; the oldest one leaves when the window is full. Missing values count as not known. */
  push(timestampMs: number, values: ArrayLike<number | null>): void {
    if (this.#length === this.#room && this.#room < this.capacity) this.#grow();
    const slot = (this.#start + this.#length) % this.#room;
    this.#timestamps[slot] = timestampMs;
    for (let index = 0; index < this.#columns.length; index += 1) {
      const column = this.#columns[index];
      if (column !== undefined) column[slot] = values[index] ?? Number.NaN;
    }
    if (this.#length < this.#room) this.#length += 1;
    else this.#start = (this.#start + 1) % this.#room;
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

  /** Forgets the oldest row. */
  dropOldest(): void {
    if (this.#length === 0) return;
    this.#start = (this.#start + 1) % this.#room;
    this.#length -= 1;
  }

  /** Adds columns up to `width`; their values in the rows held are not known. */
  widen(width: number): void {
    while (this.#columns.length < width) this.#columns.push(new Float64Array(this.#room).fill(Number.NaN));
  }

  /** Makes the values of a column in all rows held not known. */
  forgetColumn(column: number): void {
    this.#columns[column]?.fill(Number.NaN);
  }

  /** Forgets every row. */
  clear(): void {
    this.#start = 0;
    this.#length = 0;
  }

  #grow(): void {
    const room = Math.min(this.capacity, this.#room * 2);
    const moved = (column: Float64Array): Float64Array => {
      const larger = new Float64Array(room);
      larger.set(column.subarray(this.#start));
      larger.set(column.subarray(0, this.#start), column.length - this.#start);
      return larger;
    };
    this.#timestamps = moved(this.#timestamps);
    this.#columns.forEach((column, index) => {
      this.#columns[index] = moved(column);
    });
    this.#start = 0;
    this.#room = room;
  }

  #slot(row: number): number {
    if (!(row >= 0 && row < this.#length)) throw new RangeError(`row ${row} is not held`);
    return (this.#start + row) % this.#room;
  }
}
