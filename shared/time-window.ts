/** Rows that are kept in one piece. */
export const BLOCK_ROWS = 32;

/**
 * The last `capacity` rows of (timestamp, one value per column), oldest first.
 *
 * Rows lie one behind another in blocks of float64, each as wide as the window was when it was begun: memory follows what is held,
 * and neither growth nor a new column moves more than one block. `null` (not known) is kept as NaN inside and is `null` again on the
 * way out. The agent's ring and the panel's rolling charts are both one of these.
 */
export class TimeWindow {
  readonly capacity: number;
  #width: number;
  /** Oldest first; all but the last are full. */
  #blocks: Block[] = [];
  /** The last one that was forgotten, so that a full window allocates nothing. */
  #spare: Block | undefined;
  /** Rows of the first block that are forgotten. */
  #start = 0;
  #length = 0;

  /** @throws RangeError when `capacity` is not a positive integer or `width` is not a natural number. */
  constructor(capacity: number, width: number) {
    if (!Number.isSafeInteger(capacity) || capacity < 1) throw new RangeError('capacity must be at least 1');
    if (!Number.isSafeInteger(width) || width < 0) throw new RangeError('width must not be negative');
    this.capacity = capacity;
    this.#width = width;
  }

  /** Rows held now, 0 to `capacity`. */
  get length(): number {
    return this.#length;
  }

  get width(): number {
    return this.#width;
  }

  /** What the rows take, in bytes. */
  get bytes(): number {
    return this.#blocks.reduce((sum, { figures }) => sum + figures.byteLength, 0);
  }

  /** Adds a row; the oldest one leaves when the window is full. Missing values count as not known. */
  push(timestampMs: number, values: ArrayLike<number | null>): void {
    if (this.#length === this.capacity) this.dropOldest();
    const row = this.#start + this.#length;
    const { figures, stride } = this.#blockForNext(row);
    const at = (row % BLOCK_ROWS) * stride;
    figures[at] = timestampMs;
    for (let column = 0; column < this.#width; column += 1) {
      figures[at + 1 + column] = values[column] ?? Number.NaN;
    }
    this.#length += 1;
  }

  /** Unix milliseconds of row `row` (0 is the oldest). @throws RangeError outside the rows held. */
  timestampAt(row: number): number {
    const { figures, stride } = this.#blockOf(row);
    return figures[((this.#start + row) % BLOCK_ROWS) * stride] ?? Number.NaN;
  }

  /** Value of `column` in row `row`, `null` when it is not known. @throws RangeError outside the rows held. */
  valueAt(column: number, row: number): number | null {
    const { figures, stride } = this.#blockOf(row);
    if (column < 0 || column + 1 >= stride) return null;
    const value = figures[((this.#start + row) % BLOCK_ROWS) * stride + 1 + column] ?? Number.NaN;
    return Number.isNaN(value) ? null : value;
  }

  /** Forgets the oldest row. */
  dropOldest(): void {
    if (this.#length === 0) return;
    this.#start += 1;
    this.#length -= 1;
    if (this.#start < BLOCK_ROWS && this.#length > 0) return;
    this.#spare = this.#blocks.shift();
    this.#start = 0;
  }

  /** Adds columns up to `width`; their values in the rows held are not known. */
  widen(width: number): void {
    if (width <= this.#width) return;
    this.#width = width;
    const last = this.#blocks.pop();
    if (last === undefined) return;
    const wider = newBlock(width + 1);
    for (let row = 0; row < BLOCK_ROWS; row += 1) {
      const from = row * last.stride;
      wider.figures.set(last.figures.subarray(from, from + last.stride), row * wider.stride);
    }
    this.#blocks.push(wider);
  }

  /** Makes the values of a column in all rows held not known. */
  forgetColumn(column: number): void {
    for (const { figures, stride } of this.#blocks) {
      if (column + 1 >= stride) continue;
      for (let at = 1 + column; at < figures.length; at += stride) figures[at] = Number.NaN;
    }
  }

  /** Forgets every row. */
  clear(): void {
    this.#blocks = [];
    this.#start = 0;
    this.#length = 0;
  }

  #blockForNext(row: number): Block {
    const known = this.#blocks[Math.floor(row / BLOCK_ROWS)];
    if (known !== undefined) return known;
    const stride = this.#width + 1;
    const block = this.#spare?.stride === stride ? this.#spare : newBlock(stride);
    this.#spare = undefined;
    this.#blocks.push(block);
    return block;
  }

  #blockOf(row: number): Block {
    const block =
      row >= 0 && row < this.#length ? this.#blocks[Math.floor((this.#start + row) / BLOCK_ROWS)] : undefined;
    if (block === undefined) throw new RangeError(`row ${row} is not held`);
    return block;
  }
}

/** Row after row: the timestamp, and then the columns. */
interface Block {
  readonly figures: Float64Array;
  /** Figures of one row. */
  readonly stride: number;
}

function newBlock(stride: number): Block {
  return { figures: new Float64Array(BLOCK_ROWS * stride).fill(Number.NaN), stride };
}
