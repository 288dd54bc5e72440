/** Rows that are kept in one piece. */
export const BLOCK_ROWS = 32;

/**
 * The last `capacity` rows of (timestamp, one value per column), oldest first.
 *
 * Rows lie one behind another in blocks of float64, each as wide as the window was when it was begun: memory follows what is held,
 * and neither growth nor a new column moves more than one block. `null` (not known) is kept as NaN inside and is `null` again on the
 * way out. The panel's rolling charts are of these; the agent's ring is of one that can do more (agent/store/ring-window.ts).
 */
export class TimeWindow {
  readonly capacity: number;
  protected columns: number;
  /** Oldest first; all but the last are full. */
  protected blocks: Block[] = [];
  /** The last one that was forgotten, so that a full window allocates nothing. */
  #spare: Block | undefined;
  /** Rows of the first block that are forgotten. */
  protected start = 0;
  #length = 0;

  /** @throws RangeError when `capacity` is not a positive integer or `width` is not a natural number. */
  constructor(capacity: number, width: number) {
    if (!Number.isSafeInteger(capacity) || capacity < 1) throw new RangeError('capacity must be at least 1');
    if (!Number.isSafeInteger(width) || width < 0) throw new RangeError('width must not be negative');
    this.capacity = capacity;
    this.columns = width;
  }

  /** Rows held now, 0 to `capacity`. */
  get length(): number {
    return this.#length;
  }

  get width(): number {
    return this.columns;
  }

  /** Adds a row; the oldest one leaves when the window is full. Missing values count as not known. */
  push(timestampMs: number, values: ArrayLike<number | null>): void {
    if (this.#length === this.capacity) this.dropOldest();
    const row = this.start + this.#length;
    const { cells, stride } = this.#blockForNext(row);
    const at = (row % BLOCK_ROWS) * stride;
    cells[at] = timestampMs;
    for (let column = 0; column < this.columns; column += 1) {
      cells[at + 1 + column] = values[column] ?? Number.NaN;
    }
    this.#length += 1;
  }

  /** Unix milliseconds of row `row` (0 is the oldest). @throws RangeError outside the rows held. */
  timestampAt(row: number): number {
    const { cells, stride } = this.blockOf(row);
    return cells[((this.start + row) % BLOCK_ROWS) * stride] ?? Number.NaN;
  }

  /** Value of `column` in row `row`, `null` when it is not known. @throws RangeError outside the rows held. */
  valueAt(column: number, row: number): number | null {
    const { cells, stride } = this.blockOf(row);
    if (column < 0 || column + 1 >= stride) return null;
    const value = cells[((this.start + row) % BLOCK_ROWS) * stride + 1 + column] ?? Number.NaN;
    return Number.isNaN(value) ? null : value;
  }

  /** Forgets the oldest row. */
  dropOldest(): void {
    if (this.#length === 0) return;
    this.start += 1;
    this.#length -= 1;
    if (this.start < BLOCK_ROWS && this.#length > 0) return;
    this.#spare = this.blocks.shift();
    this.start = 0;
  }

  /** Forgets every row. */
  clear(): void {
    this.blocks = [];
    this.start = 0;
    this.#length = 0;
  }

  #blockForNext(row: number): Block {
    const known = this.blocks[Math.floor(row / BLOCK_ROWS)];
    if (known !== undefined) return known;
    const stride = this.columns + 1;
    const block = this.#spare?.stride === stride ? this.#spare : newBlock(stride);
    this.#spare = undefined;
    this.blocks.push(block);
    return block;
  }

  protected blockOf(row: number): Block {
    const block =
      row >= 0 && row < this.#length ? this.blocks[Math.floor((this.start + row) / BLOCK_ROWS)] : undefined;
    if (block === undefined) throw new RangeError(`row ${row} is not held`);
    return block;
  }
}

/** Row after row: the timestamp, and then the columns. */
export interface Block {
  readonly cells: Float64Array;
  /** Values of one row. */
  readonly stride: number;
}

export function newBlock(stride: number): Block {
  return { cells: new Float64Array(BLOCK_ROWS * stride).fill(Number.NaN), stride };
}
