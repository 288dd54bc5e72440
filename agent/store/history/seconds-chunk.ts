import { CHUNK_MS } from './schema.ts';
import type { Piece, SeriesStats } from './piece.ts';
import type { TableEntry } from './table-archive.ts';

/** About a megabyte. */
const MAX_VALUES = 128_000;
const MIN_ROWS = 16;
/** Beside a row for each interval. */
const EXTRA_ROWS = 4;

export interface ChunkRow {
  /** Number of the row's first sample. */
  readonly firstSeq: number;
  /** Of its last sample. */
  readonly timeMs: number;
  readonly seq: number;
  readonly gridIndex: number;
}

/** Rows of one run, in memory: within one quarter hour, ascending in time, and as many as may wait there. */
export class SecondsChunk implements Piece {
  /** Id of the run. */
  readonly run: number;
  readonly rowMs: number;
  readonly #capacity: number;
  readonly #times: Float64Array;
  readonly #seqs: Float64Array;
  readonly #grid: Float64Array;
  readonly #columns = new Map<number, Float64Array>();
  readonly #parts = new Map<number, number>();
  /** How many rows the tail on disk has. */
  savedRows = 0;
  /** Rows of tables, by part. */
  readonly tables = new Map<number, TableEntry[]>();
  #rows = 0;
  #firstSeq = 0;

  /** @param width how many series it will have, about */
  constructor(run: number, rowMs: number, width: number) {
    this.run = run;
    this.rowMs = rowMs;
    const wholeRows = Math.ceil(CHUNK_MS.seconds / rowMs) + EXTRA_ROWS;
    this.#capacity = Math.max(MIN_ROWS, Math.min(wholeRows, Math.floor(MAX_VALUES / Math.max(1, width))));
    this.#times = new Float64Array(this.#capacity);
    this.#seqs = new Float64Array(this.#capacity);
    this.#grid = new Float64Array(this.#capacity);
  }

  get rows(): number {
    return this.#rows;
  }

  get values(): number {
    return this.#rows * this.#columns.size;
  }

  /** The part of each series. */
  get series(): ReadonlyMap<number, number> {
    return this.#parts;
  }

  get firstMs(): number {
    return this.#times[0] ?? Number.NaN;
  }

  get lastMs(): number {
    return this.#times[this.#rows - 1] ?? Number.NaN;
  }

  /** Number of the first sample. */
  get firstSeq(): number {
    return this.#firstSeq;
  }

  get lastSeq(): number {
    return this.#seqs[this.#rows - 1] ?? 0;
  }

  get timesMs(): Float64Array {
    return this.#times.subarray(0, this.#rows);
  }

  get seqs(): Float64Array {
    return this.#seqs.subarray(0, this.#rows);
  }

  get gridIndices(): Float64Array {
    return this.#grid.subarray(0, this.#rows);
  }

  /** Whether a row of that time still belongs here. */
  takes(timeMs: number): boolean {
    if (this.#rows === 0) return true;
    return (
      timeMs > this.lastMs &&
      Math.floor(timeMs / CHUNK_MS.seconds) === Math.floor(this.firstMs / CHUNK_MS.seconds) &&
      this.#rows < this.#capacity &&
      this.#columns.size * this.#capacity <= 2 * MAX_VALUES
    );
  }

  /** The column of a series, for `push`; unknown in the rows so far. */
  columnOf(series: number, part: number): Float64Array {
    const known = this.#columns.get(series);
    if (known !== undefined) return known;
    const column = new Float64Array(this.#capacity).fill(Number.NaN);
    this.#columns.set(series, column);
    this.#parts.set(series, part);
    return column;
  }

  /** Gives back memory: no row follows. */
  trim(): void {
    for (const [series, column] of this.#columns) this.#columns.set(series, column.slice(0, this.#rows));
  }

  /** @param columns of the values; `undefined` for one that is not kept */
  push(
    { firstSeq, timeMs, seq, gridIndex }: ChunkRow,
    columns: readonly (Float64Array | undefined)[],
    values: Float64Array,
  ): void {
    const row = this.#rows;
    if (row === 0) this.#firstSeq = firstSeq;
    this.#times[row] = timeMs;
    this.#seqs[row] = seq;
    this.#grid[row] = gridIndex;
    for (let index = 0; index < values.length; index += 1) {
      const column = columns[index];
      if (column !== undefined) column[row] = values[index] ?? Number.NaN;
    }
    this.#rows += 1;
  }

  addTable(part: number, entry: TableEntry): void {
    const entries = this.tables.get(part);
    if (entries === undefined) this.tables.set(part, [entry]);
    else entries.push(entry);
  }

  stats(series: number): SeriesStats | undefined {
    const values = this.#columns.get(series)?.subarray(0, this.#rows);
    return values && { min: values, mean: values, max: values, count: null };
  }
}
