import { picked } from './points.ts';
import { CHUNK_MS, ROLLUP_COLUMNS, ROW_MS } from './schema.ts';
import type { Piece, SeriesStats } from './piece.ts';
import type { TableEntry } from './table-archive.ts';

/** Minimum, mean, maximum and number of the values in each row. */
interface Rollup {
  readonly min: Float64Array;
  readonly sum: Float64Array;
  readonly max: Float64Array;
  readonly count: Float64Array;
}

/** More than are ever present: a host whose series come and go gets several chunks for the same time. */
const MAX_SERIES = 6000;
/** The columns of a series in their order. */
const IDS = [ROLLUP_COLUMNS.min, ROLLUP_COLUMNS.mean, ROLLUP_COLUMNS.max, ROLLUP_COLUMNS.count] as const;
/** Means of whole numbers are whole numbers from here on, else they have decimals. */
const COARSE = 1000;

/** Minutes of an hour, or quarter hours of a day, in memory. */
export class RollupChunk implements Piece {
  readonly tier: 'minutes' | 'quarters';
  readonly beginMs: number;
  /** Id of its newest version on disk. */
  storedId: number | null = null;
  /** Rows that were begun since it was last stored. */
  newRows = 0;
  isChanged = false;
  readonly #rowMs: number;
  readonly #slots: number;
  readonly #isTaken: Uint8Array;
  #taken: readonly number[] | null = null;
  readonly #series = new Map<number, Rollup>();
  readonly #parts = new Map<number, number>();
  /** By part, then by row: the one with the greatest weight. */
  readonly tables = new Map<number, Map<number, TableEntry>>();

  constructor(tier: 'minutes' | 'quarters', timeMs: number) {
    this.tier = tier;
    this.beginMs = Math.floor(timeMs / CHUNK_MS[tier]) * CHUNK_MS[tier];
    this.#rowMs = ROW_MS[tier];
    this.#slots = CHUNK_MS[tier] / this.#rowMs;
    this.#isTaken = new Uint8Array(this.#slots);
  }

  takes(timeMs: number): boolean {
    return (
      timeMs >= this.beginMs && timeMs < this.beginMs + CHUNK_MS[this.tier] && this.#series.size < MAX_SERIES
    );
  }

  /**
   * Adds rows of the same time, finer ones or as fine.
   * @param series the part of each
   */
  add(piece: Piece, series: ReadonlyMap<number, number>): void {
    const { timesMs } = piece;
    const slots = new Uint8Array(timesMs.length);
    for (let row = 0; row < slots.length; row += 1) {
      const slot = Math.floor(((timesMs[row] ?? 0) - this.beginMs) / this.#rowMs);
      slots[row] = slot;
      if (this.#isTaken[slot] === 1) continue;
      this.#isTaken[slot] = 1;
      this.#taken = null;
      this.newRows += 1;
    }
    this.isChanged = true;
    for (const [id, part] of series) {
      const stats = piece.stats(id);
      if (stats === undefined) continue;
      this.#parts.set(id, part);
      addStats(this.#rollupOf(id), stats, slots);
    }
  }

  addTable(part: number, entry: TableEntry): void {
    // A second's first sample may belong to the hour before.
    const slot = Math.max(0, Math.floor((entry.timeMs - this.beginMs) / this.#rowMs));
    const table = this.tables.get(part) ?? new Map<number, TableEntry>();
    this.tables.set(part, table);
    const kept = table.get(slot);
    if (kept === undefined || entry.weight > kept.weight) table.set(slot, entry);
  }

  /** The part of each series. */
  get series(): ReadonlyMap<number, number> {
    return this.#parts;
  }

  get timesMs(): Float64Array {
    return picked(this.#takenSlots(), (slot) => this.beginMs + slot * this.#rowMs);
  }

  stats(series: number): SeriesStats | undefined {
    const rollup = this.#series.get(series);
    if (rollup === undefined) return undefined;
    const { min, sum, max, count } = rollup;
    const slots = this.#takenSlots();
    const isKnown = (slot: number): boolean => (count[slot] ?? 0) > 0;
    return {
      min: picked(slots, (slot) => (isKnown(slot) ? (min[slot] ?? Number.NaN) : Number.NaN)),
      mean: picked(slots, (slot) => (sum[slot] ?? Number.NaN) / (count[slot] ?? 0)),
      max: picked(slots, (slot) => (isKnown(slot) ? (max[slot] ?? Number.NaN) : Number.NaN)),
      count: picked(slots, (slot) => count[slot] ?? 0),
    };
  }

  /** Ids and columns of a series in a part; none if nothing is known of it. */
  columns(series: number): { readonly ids: readonly number[]; readonly columns: readonly Float64Array[] } {
    const stats = this.stats(series);
    if (stats?.count?.some((count) => count > 0) !== true) return { ids: [], columns: [] };
    const { min, mean, max, count } = stats;
    return {
      ids: IDS.map((column) => series * 4 + column),
      columns: [min, roundedMeans(mean, min, max), max, count],
    };
  }

  #takenSlots(): readonly number[] {
    if (this.#taken !== null) return this.#taken;
    const taken: number[] = [];
    for (let slot = 0; slot < this.#slots; slot += 1) if (this.#isTaken[slot] === 1) taken.push(slot);
    this.#taken = taken;
    return taken;
  }

  #rollupOf(series: number): Rollup {
    const known = this.#series.get(series);
    if (known !== undefined) return known;
    const rollup = {
      min: new Float64Array(this.#slots).fill(Number.POSITIVE_INFINITY),
      sum: new Float64Array(this.#slots),
      max: new Float64Array(this.#slots).fill(Number.NEGATIVE_INFINITY),
      count: new Float64Array(this.#slots),
    };
    this.#series.set(series, rollup);
    return rollup;
  }
}

function addStats({ min, sum, max, count }: Rollup, stats: SeriesStats, slots: Uint8Array): void {
  for (let row = 0; row < slots.length; row += 1) {
    const mean = stats.mean[row] ?? Number.NaN;
    if (Number.isNaN(mean)) continue;
    const slot = slots[row] ?? 0;
    const rows = stats.count?.[row] ?? 1;
    min[slot] = Math.min(min[slot] ?? 0, stats.min[row] ?? mean);
    max[slot] = Math.max(max[slot] ?? 0, stats.max[row] ?? mean);
    sum[slot] = (sum[slot] ?? 0) + mean * rows;
    count[slot] = (count[slot] ?? 0) + rows;
  }
}

/** Means as finely as the values are, with two decimals at least where they are small: more would only be noise, and costs space. */
function roundedMeans(means: Float64Array, min: Float64Array, max: Float64Array): Float64Array {
  const isWhole = (scale: number) => (value: number) =>
    Number.isNaN(value) || Math.round(value * scale) / scale === value;
  const scales = max.some((value) => value >= COARSE) ? [1, 100, 1000] : [100, 1000];
  const scale = scales.find((one) => min.every(isWhole(one)) && max.every(isWhole(one)));
  return scale === undefined ? means : means.map((value) => Math.round(value * scale) / scale + 0);
}
