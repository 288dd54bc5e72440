import { BLOCK_ROWS, newBlock, TimeWindow } from '../../shared/time-window.ts';
import { CellMeans } from './cell-means.ts';
import type { SequencedSample } from './sample-store.ts';

const KEPT_MS = 15 * 60 * 1000;
const MAX_BYTES = 32 * 1024 * 1024;
const BYTES_PER_VALUE = Float64Array.BYTES_PER_ELEMENT;
/** The window's first and last blocks may be partly empty. */
const ROWS_BEGUN = 2 * BLOCK_ROWS;
/** The window's first column holds the grid index, so that metric columns can be appended. */
const GRID_COLUMN = 0;
const FIRST_METRIC = 1;

/** A window with a changing set of columns. Only the agent needs that, so it is kept out of the page's code. */
export class RingWindow extends TimeWindow {
  /** Memory of the rows, in bytes. */
  get bytes(): number {
    return this.blocks.reduce((sum, { cells }) => sum + cells.byteLength, 0);
  }

  /** Adds columns up to `width`; their values in existing rows are unknown. */
  widen(width: number): void {
    if (width <= this.columns) return;
    this.columns = width;
    const last = this.blocks.pop();
    if (last === undefined) return;
    const wider = newBlock(width + 1);
    for (let row = 0; row < BLOCK_ROWS; row += 1) {
      const from = row * last.rowLength;
      wider.cells.set(last.cells.subarray(from, from + last.rowLength), row * wider.rowLength);
    }
    this.blocks.push(wider);
  }

  /** Makes a column unknown in all rows. */
  forgetColumn(column: number): void {
    for (const { cells, rowLength } of this.blocks) {
      if (column + 1 >= rowLength) continue;
      for (let at = 1 + column; at < cells.length; at += rowLength) cells[at] = Number.NaN;
    }
  }
}

/** Samples missing between two that are held, or time in which due samples were not taken (RT-8). */
export interface RingGap {
  /** The samples on either side. */
  readonly afterSeq: number;
  readonly beforeSeq: number;
  readonly fromTs: number;
  readonly toTs: number;
  readonly reason: string;
}

/** The reason for missing numbers if the sample after them gives none. */
const LOST = 'evicted';

/**
 * The latest samples of one agent run by sequence number (RT-1, RT-2): 15 minutes by the sampling grid, at most 32 MB.
 * It holds `oldest` ... `head`, except for numbers that were never pushed, and the gaps between them.
 */
export class Ring {
  readonly #window: RingWindow;
  /** Grid units after which a sample is forgotten. */
  readonly keptUnits: number;
  readonly #gaps: RingGap[] = [];
  /** Reused for every sample. */
  #row: Float64Array;
  /** By number modulo `keptUnits`: which columns a sample repeats. A sample takes a unit at least, so no two that are held share a place. */
  readonly #repeated: (Uint8Array | undefined)[] = [];
  #head = 0;
  #oldest = 1;
  /** Grid index of the sample before `oldest`; NaN where there was none. */
  #indexBeforeOldest = Number.NaN;
  /** Numbers between `oldest` and `head` that were never pushed. */
  #missing = 0;

  readonly #isCopy: boolean;

  /**
   * @param unitMs length of the grid unit that `gridIndex` counts
   * @param isCopy whether the sample before the first may be known elsewhere, so that a gap between the two counts
   */
  constructor(unitMs: number, metricCount: number, isCopy = false) {
    this.#isCopy = isCopy;
    this.keptUnits = Math.ceil(KEPT_MS / unitMs);
    this.#window = new RingWindow(this.keptUnits, metricCount + FIRST_METRIC);
    this.#row = new Float64Array(metricCount + FIRST_METRIC);
  }

  /** How many samples fit at the smallest stride, with the present number of metrics. */
  get capacity(): number {
    const rowBytes = (this.#window.width + 1) * BYTES_PER_VALUE;
    return Math.min(this.keptUnits, Math.floor(MAX_BYTES / rowBytes) - ROWS_BEGUN);
  }

  /** Memory of the samples held. */
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
   * @param columns of the values, -1 for a value that is not kept; default: in order. Columns without a value are unknown.
   * @param repeated by column: 1 where the value is that of an earlier sample, and says nothing of the time since; kept, not copied
   * @throws RangeError when `seq` is not above `head`
   */
  push(
    { seq, timestampMs, gridIndex, values, gapReason }: Omit<SequencedSample, 'epoch'>,
    columns?: readonly number[],
    repeated?: Uint8Array,
  ): void {
    if (seq <= this.#head) throw new RangeError(`sample ${seq} comes after ${this.#head}`);
    while (this.#window.length >= this.capacity) this.#evictOldest();
    this.#advanceHead(seq, timestampMs, gapReason);
    const row = this.#row.fill(Number.NaN);
    for (let index = 0; index < values.length; index += 1) {
      const column = columns === undefined ? index : (columns[index] ?? -1);
      if (column >= 0) row[column + FIRST_METRIC] = values[index] ?? Number.NaN;
    }
    row[GRID_COLUMN] = gridIndex;
    if (repeated !== undefined || this.#repeated.length > 0) this.#repeated[seq % this.keptUnits] = repeated;
    this.#window.push(timestampMs, row);
    while (this.#indexAt(this.#oldest) <= gridIndex - this.keptUnits) this.#evictOldest();
  }

  /** Adds columns up to `metricCount`. */
  widen(metricCount: number): void {
    const width = metricCount + FIRST_METRIC;
    if (width <= this.#window.width) return;
    this.#window.widen(width);
    this.#row = new Float64Array(width);
  }

  /** Makes a column unknown in all samples, so that another metric can use it. */
  forgetColumn(column: number): void {
    this.#window.forgetColumn(column + FIRST_METRIC);
  }

  /** The number that precedes `oldest`: a client at that position can continue without loss. */
  get beforeOldest(): number {
    const [first] = this.#gaps;
    return first?.beforeSeq === this.#oldest ? first.afterSeq : this.#oldest - 1;
  }

  /** Whether every number after sample `seq` is held. */
  isCompleteAfter(seq: number): boolean {
    return (
      seq >= this.beforeOldest &&
      !this.#gaps.some(({ beforeSeq, ...one }) => beforeSeq - 1 > Math.max(seq, one.afterSeq))
    );
  }

  /** The first sample held from `seq` on; above `head` when there is none. */
  heldFrom(seq: number): number {
    const from = Math.max(seq, this.#oldest);
    if (this.#missing === 0) return from;
    return (
      this.#gaps.find(({ afterSeq, beforeSeq }) => from > afterSeq && from < beforeSeq)?.beforeSeq ?? from
    );
  }

  /** The last sample held up to `seq`; below `oldest` when there is none. */
  heldUpTo(seq: number): number {
    if (this.#missing === 0) return seq;
    return this.#gaps.find(({ afterSeq, beforeSeq }) => seq > afterSeq && seq < beforeSeq)?.afterSeq ?? seq;
  }

  /** Unix ms. @throws RangeError when `seq` is not held. */
  timestampAt(seq: number): number {
    return this.#window.timestampAt(this.#rowOf(seq));
  }

  /** As the sampler gave it. @throws RangeError when `seq` is not held. */
  gridIndexAt(seq: number): number {
    return this.#indexAt(seq);
  }

  /** `null` is not known. @throws RangeError when `seq` is not held. */
  valueAt(column: number, seq: number): number | null {
    return this.#window.valueAt(column + FIRST_METRIC, this.#rowOf(seq));
  }

  /**
   * Means of rates over the `stride` grid units up to sample `seq`, weighted by the time that each reading covers: since the one before. Samples that
   * repeat a value do not count, unless there are no others; `null` where all values are unknown.
   * @returns in the order of `columns`
   * @throws RangeError when `seq` is not held.
   */
  ratesAt(columns: readonly number[], seq: number, stride: number): (number | null)[] {
    const beginIndex = this.#indexAt(seq) - stride;
    const means = new CellMeans(columns.length);
    let reachedIndex = beginIndex;
    for (let at = seq; at >= this.#oldest && this.#indexAt(at) > beginIndex; at = this.heldUpTo(at - 1)) {
      const row = this.#rowOf(at);
      const index = this.#indexAt(at);
      const repeated = this.#repeated[at % this.keptUnits];
      for (let place = 0; place < columns.length; place += 1) {
        const column = columns[place] ?? 0;
        if (repeated?.[column] === 1) continue;
        means.add(place, this.#window.valueAt(column + FIRST_METRIC, row), index);
      }
      reachedIndex = Math.max(beginIndex, this.#indexBefore(at));
    }
    return columns.map((column, place) => means.take(place, reachedIndex) ?? this.valueAt(column, seq));
  }

  /** Whether sample `seq` is the only one in the `stride` grid units up to it. @throws RangeError when `seq` is not held. */
  isAlone(seq: number, stride: number): boolean {
    const beginIndex = this.#indexAt(seq) - stride;
    return this.#indexBefore(seq) <= beginIndex;
  }

  /**
   * Whether the sample is the first in its cell of `stride` grid units: at the multiple of `stride`, or the next sample if that one is missing.
   * @throws RangeError when `seq` is not held.
   */
  startsCell(seq: number, stride: number): boolean {
    const before = this.#indexOfPrevious(seq);
    return Math.floor(this.#indexAt(seq) / stride) !== Math.floor(before / stride);
  }

  /** Whether there is a gap after number `from`. */
  hasGapAfter(from: number): boolean {
    const newest = this.#gaps.at(-1);
    return newest !== undefined && isAfter(newest, from);
  }

  /** The gaps after number `from` and before sample `to`, oldest first. */
  gapsBetween(from: number, to: number): readonly RingGap[] {
    return this.#gaps.filter((one) => isAfter(one, from) && one.afterSeq < to);
  }

  /** Grid index of the sample before; one unit before `seq` if there was none. */
  #indexBefore(seq: number): number {
    const before = this.#indexOfPrevious(seq);
    return Number.isNaN(before) ? this.#indexAt(seq) - 1 : before;
  }

  #indexAt(seq: number): number {
    return this.#window.valueAt(GRID_COLUMN, this.#rowOf(seq)) ?? Number.NaN;
  }

  /** NaN where there was no sample before. */
  #indexOfPrevious(seq: number): number {
    return seq === this.#oldest ? this.#indexBeforeOldest : this.#indexAt(this.heldUpTo(seq - 1));
  }

  #rowOf(seq: number): number {
    if (seq < this.#oldest) throw new RangeError(`sample ${seq} is not held`);
    return this.#window.length - 1 - (this.#head - seq) + this.#missingAfter(seq);
  }

  /** How many numbers are missing between sample `seq` and the head. */
  #missingAfter(seq: number): number {
    if (this.#missing === 0) return 0;
    let count = 0;
    for (const { afterSeq, beforeSeq } of this.#gaps) {
      if (seq > afterSeq && seq < beforeSeq) throw new RangeError(`sample ${seq} is not held`);
      if (afterSeq >= seq) count += beforeSeq - afterSeq - 1;
    }
    return count;
  }

  /** Makes sample `seq` the head, and notes what is missing before it. */
  #advanceHead(seq: number, timestampMs: number, gapReason: string | undefined): void {
    const afterSeq = this.#head;
    this.#head = seq;
    if (afterSeq === 0) {
      this.#oldest = seq;
      if (this.#isCopy && gapReason !== undefined && seq > 1)
        this.#gaps.push({
          afterSeq: seq - 1,
          beforeSeq: seq,
          fromTs: timestampMs,
          toTs: timestampMs,
          reason: gapReason,
        });
      return;
    }
    const missing = seq - afterSeq - 1;
    if (missing === 0 && gapReason === undefined) return;
    const fromTs = this.#window.timestampAt(this.#window.length - 1);
    const reason = gapReason ?? LOST;
    this.#gaps.push({ afterSeq, beforeSeq: seq, fromTs, toTs: timestampMs, reason });
    this.#missing += missing;
  }

  #evictOldest(): void {
    this.#indexBeforeOldest = this.#indexAt(this.#oldest);
    this.#window.dropOldest();
    // Kept until now for clients at the sample before the gap, which could continue.
    if (this.#gaps[0]?.beforeSeq === this.#oldest) this.#gaps.shift();
    const [first] = this.#gaps;
    if (first?.afterSeq === this.#oldest) {
      this.#missing -= first.beforeSeq - first.afterSeq - 1;
      this.#oldest = first.beforeSeq;
    } else this.#oldest += 1;
  }
}

/** A position inside a gap comes from another store that has those samples: only numbers missing after it count. */
function isAfter({ afterSeq, beforeSeq }: RingGap, seq: number): boolean {
  return afterSeq >= seq || beforeSeq - 1 > seq;
}
