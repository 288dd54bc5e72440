import {
  TIERS,
  type HistoryPlan,
  type HistoryQuery,
  type HistorySlice,
  type Tier,
  type TimeRange,
} from '../sample-history.ts';
import type { TableDescriptor } from '../../../shared/protocol/catalogue.ts';
import type { StoredTable } from '../sample-store.ts';
import type { PartNames } from './part-names.ts';
import { planQuery } from './plan.ts';
import { RawPoints, StepPoints } from './points.ts';
import { CHUNK_MS, ROW_MS } from './schema.ts';
import type { SeriesDictionary } from './series-dictionary.ts';
import { translatedRows } from './table-archive.ts';
import { worstEntry, type FoundEntry } from './table-reader.ts';
import { windowOf, type TierTable } from './tier-table.ts';
import type { Unwritten } from './unwritten.ts';

/** How much one step of reading unpacks, so that each takes about a millisecond. Values of seconds are packed most tightly. */
const STEP_PARTS = 40;
const STEP_VALUES: Readonly<Record<Tier, number>> = { seconds: 4000, minutes: 16_000, quarters: 16_000 };
/** How many beginnings of chunks are looked up at once. */
const WINDOWS = 500;
/** Chunks of whole quarter hours, hours and days. */
const CHUNK_ROWS: Readonly<Record<Tier, number>> = { seconds: 900, minutes: 60, quarters: 96 };

export interface PointReaderParts {
  readonly tables: Readonly<Record<Tier, TierTable>>;
  readonly unwritten: Unwritten;
  readonly parts: PartNames;
  readonly dictionary: SeriesDictionary;
  /** Distance of rows of seconds. */
  readonly rowMs: number;
}

/** Plans and reads points of all three tiers, on disk and in memory. */
export class PointReader {
  readonly #from: PointReaderParts;

  constructor(parts: PointReaderParts) {
    this.#from = parts;
  }

  /** Time of the oldest sample, Unix ms, as exactly as the finest tier tells that has it. */
  get oldestMs(): number | null {
    const known = TIERS.flatMap((tier) => {
      const [unwritten] = this.#from.unwritten.pieces(tier);
      return this.#from.tables[tier].oldestMs ?? unwritten?.timesMs[0] ?? [];
    });
    if (known.length === 0) return null;
    const rowMs = Math.min(...known);
    // A row of a coarser tier begins before its first sample.
    const first = this.#firstFrom(rowMs);
    const minuteMs = firstWithin(first.minutes, rowMs, ROW_MS.quarters);
    return firstWithin(first.seconds, minuteMs, ROW_MS.minutes);
  }

  plan(query: HistoryQuery): HistoryPlan {
    return planQuery(query, this.#firstFrom(query.fromMs), this.#from.rowMs, () => this.#isAscending(query));
  }

  *read(plan: HistoryPlan): Generator<HistorySlice> {
    const { tier, stepMs, isRaw, fromMs, toMs } = plan;
    const series = plan.metrics.map((name) => this.#from.dictionary.find(name));
    const ids = series.map((one) => one?.id);
    const parts = new Map(
      series.flatMap((one) =>
        one === undefined ? [] : [[one.id, this.#from.parts.ofSeries(one.descriptor.name)] as const],
      ),
    );
    const points = isRaw ? new RawPoints(ids, fromMs, toMs) : new StepPoints(ids, stepMs, fromMs, toMs);
    const endMs = isRaw ? toMs : Math.ceil(toMs / stepMs) * stepMs;
    const windows = new Windows(this.#from.tables[tier], endMs);
    const limit = chunksPerStep(tier, parts);
    const perStep = STEP_VALUES[tier] / (tier === 'seconds' ? 1 : 4);
    const known = [...parts.keys()];
    let cursor = isRaw ? fromMs : Math.floor(fromMs / stepMs) * stepMs;
    while (cursor < endMs) {
      const next = this.#nextWindows(tier, windows, cursor, endMs, limit);
      if (next === undefined) break;
      const replaced = this.#from.unwritten.replaced(tier);
      // What is in memory may be written before the next step, and be elsewhere then.
      for (const piece of this.#from.unwritten.piecesIn(tier, next)) points.add(piece);
      const stored = this.#from.tables[tier]
        .chunks(next.fromMs, next.toMs, parts)
        .filter(({ id }) => !replaced.has(id));
      // Hosts of thousands of series have more in one chunk than one step may take.
      let values = 0;
      for (const chunk of stored) {
        const { length } = chunk.timesMs;
        const run = Math.max(1, Math.floor(perStep / length));
        for (let at = 0; at < known.length; at += run) {
          const some = known.slice(at, at + run);
          if (values > 0 && values + some.length * length > perStep) {
            yield nothing(ids.length);
            values = 0;
          }
          values += some.length * length;
          chunk.load(some);
        }
      }
      for (const chunk of stored) points.add(chunk);
      yield points.take(next.toMs);
      cursor = next.toMs;
    }
    yield points.take(Number.POSITIVE_INFINITY);
  }

  /**
   * The rows of the worst second of a range.
   * @param newest has the columns of the answer
   */
  table(newest: TableDescriptor, range: TimeRange): Omit<StoredTable, 'seq'> | undefined {
    const { parts, tables, unwritten } = this.#from;
    const own = new Map([...parts.tables].filter(([, { name }]) => name === newest.name));
    if (own.size === 0) return undefined;
    // None of them alone has all: a coarser one lacks most seconds, a finer one what was deleted, which is not the oldest where the clock was set back.
    let found: FoundEntry | undefined;
    for (const tier of TIERS) {
      const worst = worstEntry(tables[tier], own, range, unwritten.entries(tier, own));
      if (worst !== undefined && (found === undefined || worst.entry.weight > found.entry.weight))
        found = worst;
    }
    const descriptor = found && own.get(found.part);
    if (found === undefined || descriptor === undefined) return undefined;
    return { timestampMs: found.entry.timeMs, rows: translatedRows(found.entry.rows, descriptor, newest) };
  }

  /**
   * When each tier has its first row from `fromMs` on. Retention deletes in the order of writing: where the host's clock was set back, or was
   * in 1970 for a boot, what a tier has deleted is not the oldest by time.
   */
  #firstFrom(fromMs: number): Record<Tier, number | null> {
    const of = (tier: Tier): number | null => {
      const rowMs = tier === 'seconds' ? 1 : ROW_MS[tier];
      const stored = this.#from.tables[tier].firstFrom(fromMs);
      const own = this.#from.unwritten
        .pieces(tier)
        .map(({ timesMs }) => timesMs.find((timeMs) => timeMs + rowMs > fromMs) ?? Infinity);
      const begin = Math.floor(Math.min(stored ?? Infinity, ...own) / rowMs) * rowMs;
      return Number.isFinite(begin) ? begin : null;
    };
    return { seconds: of('seconds'), minutes: of('minutes'), quarters: of('quarters') };
  }

  /** Whether no rows of seconds of a range were taken at the same time as others, since the clock was set back. */
  #isAscending({ fromMs, toMs }: TimeRange): boolean {
    const own = this.#from.unwritten.pieces('seconds').map(({ timesMs }) => ({
      firstMs: timesMs[0] ?? Number.NaN,
      lastMs: timesMs.at(-1) ?? Number.NaN,
    }));
    const chunks = [...this.#from.tables.seconds.bounds(fromMs, toMs, this.#from.rowMs), ...own]
      .filter(({ firstMs, lastMs }) => firstMs < toMs && lastMs >= fromMs)
      .toSorted((one, other) => one.firstMs - other.firstMs);
    return chunks.every(({ firstMs }, index) => {
      const before = chunks[index - 1];
      return before === undefined || firstMs > before.lastMs;
    });
  }

  /** The next stretch of time with rows, in whole windows, so that each chunk is in one. */
  #nextWindows(
    tier: Tier,
    stored: Windows,
    fromMs: number,
    toMs: number,
    limit: number,
  ): TimeRange | undefined {
    const first = windowOf(tier, fromMs);
    const own = this.#from.unwritten
      .pieces(tier)
      .map(({ timesMs: [begin = Number.NaN] }) => windowOf(tier, begin))
      .filter((window) => window >= first && window < toMs);
    const onDisk = stored.from(first, limit, this.#from.unwritten.writes);
    const windows = [...new Set([...onDisk, ...own])].toSorted((one, other) => one - other).slice(0, limit);
    const [begin] = windows;
    if (begin === undefined) return undefined;
    return { fromMs: begin, toMs: (windows.at(-1) ?? begin) + CHUNK_MS[tier] };
  }
}

/** Where a finer tier begins, if that is in a row of a coarser one; else that row. */
function firstWithin(finerMs: number | null, rowMs: number, lengthMs: number): number {
  return finerMs !== null && finerMs > rowMs && finerMs < rowMs + lengthMs ? finerMs : rowMs;
}

function nothing(series: number): HistorySlice {
  const none = new Float64Array(0);
  const columns = Array.from({ length: series }, () => none);
  return { timesMs: none, min: columns, mean: columns, max: columns };
}

/** The windows that have chunks on disk. */
class Windows {
  readonly #table: TierTable;
  readonly #toMs: number;
  #found: readonly number[] = [];
  /** Whether `#found` is everything up to the end. */
  #isAll = false;
  #writes = Number.NaN;

  constructor(table: TierTable, toMs: number) {
    this.#table = table;
    this.#toMs = toMs;
  }

  /**
   * The first ones from `fromMs` on, at most `limit`.
   * @param writes how often the store has written, since then there may be more
   */
  from(fromMs: number, limit: number, writes: number): readonly number[] {
    const found = this.#found.filter((window) => window >= fromMs);
    if (writes === this.#writes && (this.#isAll || found.length >= limit)) return found.slice(0, limit);
    const { tier } = this.#table;
    const begins = this.#table.begins(fromMs, this.#toMs, WINDOWS);
    this.#isAll = begins.length < WINDOWS;
    this.#writes = writes;
    this.#found = [...new Set(begins.map((begin) => windowOf(tier, begin)))];
    return this.#found.slice(0, limit);
  }
}

function chunksPerStep(tier: Tier, parts: ReadonlyMap<number, number>): number {
  const byParts = STEP_PARTS / (new Set(parts.values()).size + 1);
  const columns = tier === 'seconds' ? parts.size : 4 * parts.size;
  const byValues = STEP_VALUES[tier] / (CHUNK_ROWS[tier] * Math.max(1, columns));
  return Math.max(1, Math.floor(Math.min(byParts, byValues)));
}
