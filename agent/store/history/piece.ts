import type { TableEntry } from './table-archive.ts';

/** What is known of one series in each row of a piece; NaN is unknown. */
export interface SeriesStats {
  readonly min: Float64Array;
  readonly mean: Float64Array;
  readonly max: Float64Array;
  /** How many rows of seconds each row stands for; `null` if one. */
  readonly count: Float64Array | null;
}

/** Consecutive rows of one tier, on disk or in memory. */
export interface Piece {
  /** Unix ms, strictly ascending. */
  readonly timesMs: Float64Array;
  /** `undefined` where nothing of it is known. */
  stats(series: number): SeriesStats | undefined;
}

/** All of a chunk. */
export interface WholeChunk extends Piece {
  /** The part of each series. */
  readonly series: ReadonlyMap<number, number>;
  /** Rows of tables, by part. */
  readonly tables: ReadonlyMap<number, readonly TableEntry[]>;
}
