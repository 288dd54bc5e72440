import type { Tier } from '../sample-history.ts';
import { unpackPart } from './chunk.ts';
import type { PartNames } from './part-names.ts';
import type { Piece, SeriesStats, WholeChunk } from './piece.ts';
import { ROLLUP_COLUMNS, ROW_MS, TIME_COLUMNS, TIME_PART } from './schema.ts';
import { unpackEntries, type TableEntry } from './table-archive.ts';

/** What all parts of a chunk say of it. */
export interface ChunkHead {
  readonly run: number;
  readonly beginMs: number;
  readonly endMs: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly rows: number;
}

export interface ChunkPart {
  readonly part: number;
  readonly rows: number;
  /** The greatest of a table. */
  readonly weight: number | null;
  readonly data: Uint8Array;
}

export interface StoredPart extends ChunkHead, ChunkPart {
  readonly id: number;
  readonly chunk: number;
}

/** What is read of a part. */
export interface ReadPart {
  readonly chunk: number;
  readonly part: number;
  readonly beginMs: number;
  readonly endMs: number;
  readonly rows: number;
  /** `null` for times that follow from the others. */
  readonly data: Uint8Array | null;
}

/** A chunk as it is on disk, with those of its parts that were asked for. Unpacks only the columns that are read. */
export class StoredChunk implements Piece {
  readonly id: number;
  readonly beginMs: number;
  readonly #endMs: number;
  readonly #rows: number;
  readonly #tier: Tier;
  readonly #data = new Map<number, Uint8Array | null>();
  /** The part of each series that may be read. */
  readonly #partOf: ReadonlyMap<number, number>;
  readonly #columns = new Map<number, Float64Array>();
  readonly #loaded = new Set<number>();
  #times: ReadonlyMap<number, Float64Array> | null = null;

  /**
   * @param parts of one chunk, that with the times among them
   * @param series the part of each series that may be read
   */
  constructor(tier: Tier, parts: readonly ReadPart[], series: ReadonlyMap<number, number>) {
    const times = parts.find(({ part }) => part === TIME_PART);
    if (times === undefined) throw new RangeError('a chunk has times');
    this.id = times.chunk;
    this.beginMs = times.beginMs;
    this.#endMs = times.endMs;
    this.#rows = times.rows;
    this.#tier = tier;
    this.#partOf = series;
    for (const { part, data } of parts) this.#data.set(part, data);
  }

  get timesMs(): Float64Array {
    const rowMs = ROW_MS[this.#tier];
    if (this.#tier === 'seconds' || this.#endMs - this.beginMs !== this.#rows * rowMs)
      return this.timeColumn('time');
    const times = new Float64Array(this.#rows);
    for (let row = 0; row < times.length; row += 1) times[row] = this.beginMs + row * rowMs;
    return times;
  }

  timeColumn(column: keyof typeof TIME_COLUMNS): Float64Array {
    this.#times ??= unpackPart(this.#data.get(TIME_PART) ?? new Uint8Array(0), this.#rows);
    return this.#times.get(TIME_COLUMNS[column]) ?? new Float64Array(this.#rows);
  }

  /** Unpacks these series. */
  load(series: readonly number[]): void {
    const wanted = new Map<number, Set<number>>();
    for (const id of series) {
      const part = this.#partOf.get(id);
      if (part === undefined || this.#loaded.has(id)) continue;
      this.#loaded.add(id);
      const ids = wanted.get(part) ?? new Set<number>();
      wanted.set(part, ids);
      if (this.#tier === 'seconds') ids.add(id);
      else for (let column = 0; column < 4; column += 1) ids.add(id * 4 + column);
    }
    for (const [part, ids] of wanted) {
      const data = this.#data.get(part);
      if (data === undefined || data === null) continue;
      for (const [id, column] of unpackPart(data, this.#rows, ids)) this.#columns.set(id, column);
    }
  }

  stats(series: number): SeriesStats | undefined {
    this.load([series]);
    if (this.#tier === 'seconds') {
      const values = this.#columns.get(series);
      return values && { min: values, mean: values, max: values, count: null };
    }
    const min = this.#columns.get(series * 4 + ROLLUP_COLUMNS.min);
    const mean = this.#columns.get(series * 4 + ROLLUP_COLUMNS.mean);
    const max = this.#columns.get(series * 4 + ROLLUP_COLUMNS.max);
    const count = this.#columns.get(series * 4 + ROLLUP_COLUMNS.count);
    if (min === undefined || mean === undefined || max === undefined || count === undefined) return undefined;
    return { min, mean, max, count };
  }
}

/** A chunk on disk with all it holds. */
export class StoredWholeChunk extends StoredChunk implements WholeChunk {
  readonly series: ReadonlyMap<number, number>;
  readonly tables: ReadonlyMap<number, readonly TableEntry[]>;

  constructor(tier: Tier, parts: readonly StoredPart[], names: PartNames) {
    const series = new Map<number, number>();
    const tables = new Map<number, readonly TableEntry[]>();
    for (const { part, rows, data } of parts) {
      if (names.tables.has(part)) tables.set(part, unpackEntries(data, rows));
      else if (part !== TIME_PART) {
        for (const id of unpackPart(data, rows).keys())
          series.set(tier === 'seconds' ? id : Math.floor(id / 4), part);
      }
    }
    super(tier, parts, series);
    this.load([...series.keys()]);
    this.series = series;
    this.tables = tables;
  }
}
