export const BLOCK_ROWS = 32;

/**
 * The last `capacity` rows of (timestamp, one value per column), oldest first.
 *
 * Rows are stored one after another in blocks of float64, each as wide as the window was when the block was allocated: memory is
 * proportional to the rows held, and neither growth nor a new column moves more than one block. `null` (unknown) is stored as NaN and
 * read back as `null`. Backs the panel's rolling charts; the agent's ring extends it (agent/store/ring.ts).
 */
export class TimeWindow {
  readonly capacity: number;
  protected columns: number;
  /** Oldest first; all but the last are full. */
  protected blocks: Block[] = [];
  /** The last dropped block, reused so that a full window allocates nothing. */
  #spare: Block | undefined;
  /** How many rows of the first block are dropped. */
  protected start = 0;
  #length = 0;

  /** @throws RangeError when `capacity` is not a positive integer or `width` is not a natural number. */
  constructor(capacity: number, width: number) {
    if (!Number.isSafeInteger(capacity) || capacity < 1) throw new RangeError('capacity must be at least 1');
    if (!Number.isSafeInteger(width) || width < 0) throw new RangeError('width must not be negative');
    this.capacity = capacity;
    this.columns = width;
  }

  /** 0 to `capacity`. */
  get length(): number {
    return this.#length;
  }

  get width(): number {
    return this.columns;
  }

  /** Appends a row, dropping the oldest if the window is full. Missing values are unknown. */
  push(timestampMs: number, values: ArrayLike<number | null>): void {
    if (this.#length === this.capacity) this.dropOldest();
    const row = this.start + this.#length;
    const { cells, rowLength } = this.#blockForNext(row);
    const at = (row % BLOCK_ROWS) * rowLength;
    cells[at] = timestampMs;
    for (let column = 0; column < this.columns; column += 1) {
      cells[at + 1 + column] = values[column] ?? Number.NaN;
    }
    this.#length += 1;
  }

  /** Unix milliseconds of row `row` (0 is the oldest). @throws RangeError outside the rows held. */
  timestampAt(row: number): number {
    const { cells, rowLength } = this.blockOf(row);
    return cells[((this.start + row) % BLOCK_ROWS) * rowLength] ?? Number.NaN;
  }

  /** Value of `column` in row `row`, `null` if unknown. @throws RangeError outside the rows held. */
  valueAt(column: number, row: number): number | null {
    const { cells, rowLength } = this.blockOf(row);
    if (column < 0 || column + 1 >= rowLength) return null;
    const value = cells[((this.start + row) % BLOCK_ROWS) * rowLength + 1 + column] ?? Number.NaN;
    return Number.isNaN(value) ? null : value;
  }

  dropOldest(): void {
    if (this.#length === 0) return;
    this.start += 1;
    this.#length -= 1;
    if (this.start < BLOCK_ROWS && this.#length > 0) return;
    this.#spare = this.blocks.shift();
    this.start = 0;
  }

  clear(): void {
    this.blocks = [];
    this.start = 0;
    this.#length = 0;
  }

  #blockForNext(row: number): Block {
    const known = this.blocks[Math.floor(row / BLOCK_ROWS)];
    if (known !== undefined) return known;
    const rowLength = this.columns + 1;
    const block = this.#spare?.rowLength === rowLength ? this.#spare : newBlock(rowLength);
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

/** Row after row: the timestamp, then the columns. */
export interface Block {
  readonly cells: Float64Array;
  readonly rowLength: number;
}

export function newBlock(rowLength: number): Block {
  return { cells: new Float64Array(BLOCK_ROWS * rowLength).fill(Number.NaN), rowLength };
}
