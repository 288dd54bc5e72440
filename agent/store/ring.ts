import { randomBytes } from 'node:crypto';
import { BLOCK_ROWS } from '../../shared/time-window.ts';
import type { BreakReason, Sample } from '../sampling/sample.ts';
import { RingTable } from './ring-table.ts';
import { RingWindow } from './ring-window.ts';

const KEPT_MS = 15 * 60 * 1000;
const MAX_BYTES = 32 * 1024 * 1024;
const BYTES_PER_VALUE = Float64Array.BYTES_PER_ELEMENT;
/** The window's first and last blocks are not full. */
const ROWS_BEGUN = 2 * BLOCK_ROWS;
/** The window's first column holds the grid index, so that columns of metrics can be added behind. */
const GRID_COLUMN = 0;
const FIRST_METRIC = 1;

/** A stretch of time in which no sample was taken although some were due (RT-8). */
export interface Break {
  /** The sample before it. */
  readonly afterSeq: number;
  /** Timestamps of the samples on either side. */
  readonly fromTs: number;
  readonly toTs: number;
  readonly reason: BreakReason;
}

/**
 * The last samples of one host by sequence number (RT-1, RT-2): 15 minutes of them by the sampler's grid, at most 32 MB.
 * Every sample pushed gets the next number; those held are `oldest` … `head`. Breaks between them are kept beside.
 */
export class Ring {
  /** Identity of this agent run: 128 random bits in hexadecimal. */
  readonly epoch = randomBytes(16).toString('hex');
  readonly #window: RingWindow;
  /** Grid units after which a sample is forgotten. */
  readonly keptUnits: number;
  readonly #tables = new Map<string, RingTable>();
  readonly #breaks: Break[] = [];
  /** One row, used again for each sample. */
  #row: Float64Array;
  #head = 0;
  #oldest = 1;
  /** Grid index of the sample before `oldest`; NaN where there was none. */
  #indexBeforeOldest = Number.NaN;

  /** @param unitMs of the grid that the samples' indices count in */
  constructor(unitMs: number, metricCount: number) {
    this.keptUnits = Math.ceil(KEPT_MS / unitMs);
    this.#window = new RingWindow(this.keptUnits, metricCount + FIRST_METRIC);
    this.#row = new Float64Array(metricCount + FIRST_METRIC);
  }

  /** How many samples it can hold at the fastest   /*, with as many metrics as there are now. */
  get capacity(): number {
    const rowBytes = (this.#window.width + 1) * BYTES_PER_VALUE;
    return Math.min(this.keptUnits, Math.floor(MAX_BYTES / rowBytes) - ROWS_BEGUN);
  }

  /** What its samples take now, without tables. */
  get bytes(): number {
    return this.#window.bytes;
  }

  /** Sequence number of the newest sample, 0 before the first. */
  get head(): number {
    return this.#head;
  }

  /** Sequence number of the oldest sample held; `head + 1` when none is. */
  get oldest(): number {
    return this.#oldest;
  }

  /**
   * @param columns where each value belongs: a natural number, or -1 for one that is not kept; left out: in their order. The values
   * of the columns that are not named are not known.
   */
  push({ timestampMs, gridIndex, values, brokenBy }: Sample, columns?: readonly number[]): void {
    if (brokenBy !== undefined && this.#head > 0) {
      const fromTs = this.timestampAt(this.#head);
      this.#breaks.push({ afterSeq: this.#head, fromTs, toTs: timestampMs, reason: brokenBy });
    }
    const row = this.#row.fill(Number.NaN);
    for (let index = 0; index < values.length; index += 1) {
      const column = columns === undefined ? index : (columns[index] ?? -1);
      if (column >= 0) row[column + FIRST_METRIC] = values[index] ?? Number.NaN;
    }
    row[GRID_COLUMN] = gridIndex;
    while (this.#window.length >= this.capacity) this.#evictOldest();
    this.#window.push(timestampMs, row);
    this.#head += 1;
    while (this.#indexAt(this.#oldest) <= gridIndex - this.keptUnits) this.#evictOldest();
    for (const table of this.#tables.values()) table.forgetBefore(this.#oldest);
  }

  /** Makes room for columns up to `metricCount`. */
  widen(metricCount: number): void {
    const width = metricCount + FIRST_METRIC;
    if (width <= this.#window.width) return;
    this.#window.widen(width);
    this.#row = new Float64Array(width);
  }

  /** A column is for another metric from here on. */
  forgetColumn(column: number): void {
    this.#window.forgetColumn(column + FIRST_METRIC);
  }

  /** Keeps a table, as text, beside the newest sample. */
  pushTable(name: string, rows: string): void {
    const table = this.#tables.get(name) ?? new RingTable();
    this.#tables.set(name, table);
    table.push(this.#head, rows);
  }

  /** The newest of a table that was made after sample `after` and not after sample `upTo`. */
  tableBetween(
    name: string,
    after: number,
    upTo: number,
  ): { readonly seq: number; readonly rows: string } | undefined {
    return this.#tables.get(name)?.newestBetween(after, upTo);
  }

  /** Unix ms. @throws RangeError when `seq` is not held. */
  timestampAt(seq: number): number {
    return this.#window.timestampAt(this.#rowOf(seq));
  }

  /** `null` is not known. @throws RangeError when `seq` is not held. */
  valueAt(column: number, seq: number): number | null {
    return this.#window.valueAt(column + FIRST_METRIC, this.#rowOf(seq));
  }

  /**
   * Means of rates over the `stride` grid units up to sample `seq`, each sample weighing what it covers of them; `null` where
   * none is known. With one sample in that time they are that sample's values.
   * @returns in the order of `columns`
   * @throws RangeError when `seq` is not held.
   */
  ratesAt(columns: readonly number[], seq: number, stride: number): (number | null)[] {
    const beginIndex = this.#indexAt(seq) - stride;
    const own = columns.map((column) => column + FIRST_METRIC);
    const sums = new Float64Array(columns.length);
    const weights = new Float64Array(columns.length);
    for (let at = seq; at >= this.#oldest && this.#indexAt(at) > beginIndex; at -= 1) {
      const covered = this.#indexAt(at) - Math.max(beginIndex, this.#indexBefore(at));
      const row = this.#rowOf(at);
      for (let index = 0; index < own.length; index += 1) {
        const value = this.#window.valueAt(own[index] ?? 0, row);
        if (value === null) continue;
        sums[index] = (sums[index] ?? 0) + value * covered;
        weights[index] = (weights[index] ?? 0) + covered;
      }
    }
    return columns.map((_column, index) => {
      const weight = weights[index] ?? 0;
      return weight === 0 ? null : Math.round(((sums[index] ?? 0) / weight) * 100) / 100;
    });
  }

  /** Whether no other sample is of the `stride` grid units up to sample `seq`. @throws RangeError when `seq` is not held. */
  isAlone(seq: number, stride: number): boolean {
    const beginIndex = this.#indexAt(seq) - stride;
    return this.#indexBefore(seq) <= beginIndex;
  }

  /**
   * Whether the sample is the first in its cell of `stride` grid units. While samples are taken on each multiple of `stride`
   * those are the multiples; where one is missing, the next sample stands in for it.
   * @throws RangeError when `seq` is not held.
   */
  startsCell(seq: number, stride: number): boolean {
    const before = seq === this.#oldest ? this.#indexBeforeOldest : this.#indexAt(seq - 1);
    return Math.floor(this.#indexAt(seq) / stride) !== Math.floor(before / stride);
  }

  /** Whether there is a break after sample `from` or a later one. */
  hasBreakSince(from: number): boolean {
    const newest = this.#breaks.at(-1);
    return newest !== undefined && newest.afterSeq >= from;
  }

  /** The breaks after sample `from` or a later one and before sample `to`, oldest first. */
  breaksBetween(from: number, to: number): readonly Break[] {
    return this.#breaks.filter(({ afterSeq }) => afterSeq >= from && afterSeq < to);
  }

  /** Where the sample before stands; one unit before where there was none. */
  #indexBefore(seq: number): number {
    const before = seq === this.#oldest ? this.#indexBeforeOldest : this.#indexAt(seq - 1);
    return Number.isNaN(before) ? this.#indexAt(seq) - 1 : before;
  }

  #indexAt(seq: number): number {
    return this.#window.valueAt(GRID_COLUMN, this.#rowOf(seq)) ?? Number.NaN;
  }

  #rowOf(seq: number): number {
    if (seq < this.#oldest) throw new RangeError(`sample ${seq} is not held`);
    return this.#window.length - 1 - (this.#head - seq);
  }

  #evictOldest(): void {
    this.#indexBeforeOldest = this.#indexAt(this.#oldest);
    this.#window.dropOldest();
    this.#oldest += 1;
    if ((this.#breaks[0]?.afterSeq ?? this.#oldest) < this.#oldest - 1) this.#breaks.shift();
  }
}
