import type { MetricDescriptor, TableDescriptor } from '../../../shared/protocol/catalogue.ts';
import type { SequencedSample, StoredSample, StoredTable, StoreGap } from '../sample-store.ts';
import {
  TIERS,
  type HistoryGap,
  type HistoryPlan,
  type HistoryQuery,
  type HistorySlice,
  type RecordedRun,
  type RunQuery,
  type SampleHistory,
  type Tier,
  type TimeRange,
} from '../sample-history.ts';
import { Packing } from './chunk-parts.ts';
import { Gaps, type StoredGap } from './gaps.ts';
import { PartNames } from './part-names.ts';
import type { Piece } from './piece.ts';
import { finestThatHolds, planQuery } from './plan.ts';
import { RawPoints, StepPoints } from './points.ts';
import { Rollups } from './rollups.ts';
import { RunReader } from './run-reader.ts';
import { rowMsOf, Runs, type Run } from './runs.ts';
import { CHUNK_MS, ROW_MS } from './schema.ts';
import { SecondRow } from './second-row.ts';
import { SecondsChunk, type ChunkRow } from './seconds-chunk.ts';
import { SeriesDictionary } from './series-dictionary.ts';
import { historyError, numberIn, type Connection, type Statement } from './sql.ts';
import { tableEntry, translatedRows } from './table-archive.ts';
import { worstEntry, type FoundEntry } from './table-reader.ts';
import { Tail } from './tail.ts';
import { TierTable, windowOf } from './tier-table.ts';

export interface HistoryStoreOptions {
  /** Of the samples to come. */
  readonly intervalMs: number;
  /** Length of the grid unit that `gridIndex` counts. */
  readonly unitMs: number;
  /** Called with whatever makes reading fail, before it is thrown as a HistoryError. */
  readonly failed?: (error: unknown) => void;
}

/** What the values of a sample are. */
export interface Described {
  /** In the order of the values; another array when it changes. */
  readonly catalogue: readonly MetricDescriptor[];
  readonly tables: readonly TableDescriptor[];
}

interface LastSample {
  readonly run: number;
  readonly timestampMs: number;
  readonly seq: number;
  /** NaN where it is not known. */
  readonly gridIndex: number;
}

/** How often rows are written, by the times of samples. */
const FLUSH_MS = 10_000;
/** So many values may wait while nothing can be written. */
const MAX_WAITING_VALUES = 160_000;
/** How much one step of reading unpacks, so that each takes about a millisecond. Values of seconds are packed most tightly. */
const STEP_PARTS = 40;
const STEP_VALUES: Readonly<Record<Tier, number>> = { seconds: 4000, minutes: 16_000, quarters: 16_000 };
/** How many beginnings of chunks are looked up at once. */
const WINDOWS = 500;
/** Chunks of whole quarter hours, hours and days. */
const CHUNK_ROWS: Readonly<Record<Tier, number>> = { seconds: 900, minutes: 60, quarters: 96 };

/**
 * One host's past in an SQLite file, and in memory what is about to be written: `append` gathers, `flush` writes. If `flush` fails, everything stays
 * in memory and can be written later; what has no room there becomes a gap `not_written`.
 */
export class HistoryStore implements SampleHistory {
  readonly #connection: Connection;
  readonly #options: HistoryStoreOptions;
  readonly #tables: Readonly<Record<Tier, TierTable>>;
  readonly #runs: Runs;
  readonly #gaps: Gaps;
  readonly #parts: PartNames;
  readonly #dictionary: SeriesDictionary;
  readonly #tail: Tail;
  readonly #minutes: Rollups;
  readonly #quarters: Rollups;
  readonly #runReader: RunReader;
  readonly #markRolled: Statement;
  #nextId: number;
  /** How often something was written. */
  #writes = 0;
  /** The newest chunk of seconds on disk. */
  #newestSeconds = 0;
  /** Whole, but not on disk yet. */
  #closed: readonly Packing[] = [];
  /** Of those, how many are in the rollups. */
  #rolledUp = 0;
  #open: SecondsChunk | null = null;
  readonly #row = new SecondRow();
  /** Of the row that is being gathered. */
  #cell = Number.NaN;
  #run: Run | null = null;
  /** The sample before, of any run. */
  #last: LastSample | null = null;
  /** Of the samples of `#row`. */
  #rowTables: FoundEntry[] = [];
  /** Where a gap of what had no room begins. */
  #dropped: Pick<StoredGap, 'run' | 'fromMs' | 'afterSeq'> | null = null;
  #flushedMs = Number.NaN;
  #catalogue: readonly MetricDescriptor[] = [];
  /** Of the present catalogue. */
  #ids: readonly (number | undefined)[] = [];
  #columns: readonly (Float64Array | undefined)[] = [];
  #tableDescriptors: readonly TableDescriptor[] = [];
  #knownTables: { readonly of: number; readonly list: readonly TableDescriptor[] } | null = null;

  /**
   * Reads what an earlier run left in the tail.
   * @param connection to a file with the tables of schema.ts; nobody else writes samples to it
   * @throws HistoryError, or what SQLite throws
   */
  constructor(connection: Connection, options: HistoryStoreOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#tables = {
      seconds: new TierTable(connection, 'seconds'),
      minutes: new TierTable(connection, 'minutes'),
      quarters: new TierTable(connection, 'quarters'),
    };
    this.#runs = new Runs(connection);
    this.#gaps = new Gaps(connection);
    this.#parts = new PartNames(connection);
    this.#dictionary = new SeriesDictionary(connection);
    this.#tail = new Tail(connection);
    this.#minutes = new Rollups('minutes', this.#tables.minutes, this.#parts);
    this.#quarters = new Rollups('quarters', this.#tables.quarters, this.#parts);
    this.#runReader = new RunReader({
      seconds: this.#tables.seconds,
      dictionary: this.#dictionary,
      parts: this.#parts,
      gaps: this.#gaps,
      unwritten: () => this.#inMemory(),
    });
    this.#markRolled = connection.prepare(
      'INSERT INTO rolled(tier, chunk) VALUES (?, ?) ON CONFLICT(tier) DO UPDATE SET chunk = excluded.chunk',
    );
    this.#newestSeconds = this.#tables.seconds.newestHead()?.chunk ?? 0;
    this.#nextId = this.#firstFreeId();
    this.#closed = this.#tail
      .read(this.#runs, this.#dictionary, this.#parts)
      .map((chunk) => new Packing(chunk));
    this.#rollUpAgain();
    this.#last = this.#lastRecorded();
  }

  // ---------------------------------------------------------------------------------------------- writing

  /**
   * Takes a sample into memory. Returns whether it is time to `flush`.
   * @param gapReason of a gap before it, if the sample itself gives none
   */
  append(sample: SequencedSample, { catalogue, tables }: Described, gapReason?: string): boolean {
    const { epoch, seq, timestampMs, gridIndex } = sample;
    if (this.#run?.epoch !== epoch) this.#run = this.#startRun(epoch);
    if (this.#last?.run === this.#run.id && seq <= this.#last.seq) return false;
    if (catalogue !== this.#catalogue) this.#adopt(catalogue);
    if (tables !== this.#tableDescriptors) {
      this.#tableDescriptors = tables;
      this.#knownTables = null;
    }
    const run = this.#run;
    const cell = Math.ceil((gridIndex * run.unitMs) / run.rowMs);
    const isAfterGap = this.#noteGap(sample, run, gapReason);
    if (cell !== this.#cell || isAfterGap) this.#finishRow();
    this.#cell = cell;
    this.#row.add(sample);
    this.#keepTables(sample);
    this.#last = { timestampMs, seq, gridIndex, run: run.id };
    if ((gridIndex * run.unitMs) % run.rowMs === 0) this.#finishRow();
    this.#closed[0]?.step();
    if (Number.isNaN(this.#flushedMs)) this.#flushedMs = timestampMs;
    return this.#packed.length > 0 || Math.abs(timestampMs - this.#flushedMs) >= FLUSH_MS;
  }

  /**
   * Writes what `append` gathered, in one transaction. A whole chunk is packed with the samples that follow, and stays in the tail until then.
   * @throws what SQLite throws; everything is still there to be written
   */
  flush(): void {
    const packed = this.#packed;
    for (const { chunk } of packed.slice(this.#rolledUp)) {
      this.#rollUp(chunk);
      this.#rolledUp += 1;
    }
    this.#connection.exec('BEGIN IMMEDIATE');
    let committed: () => void;
    try {
      committed = this.#write(packed);
      this.#connection.exec('COMMIT');
    } catch (error) {
      this.#rollBack();
      throw error;
    }
    committed();
    this.#flushedMs = this.#last?.timestampMs ?? Number.NaN;
  }

  /** Writes everything, the unfinished second too. @throws what SQLite throws */
  close(): void {
    this.#finishRow();
    this.flush();
  }

  /** The chunks that are written next: a whole one when it is packed, and all if there are more, as where the clock steps back and forth. */
  get #packed(): readonly Packing[] {
    const [oldest, ...more] = this.#closed;
    return more.length > 0 || oldest?.isDone === true ? this.#closed : [];
  }

  /** @returns what to call when all is committed */
  #write(packed: readonly Packing[]): () => void {
    const reserve = (count: number): number => {
      const first = this.#nextId;
      this.#nextId += count;
      return first;
    };
    if (this.#run !== null) this.#runs.write(this.#run);
    this.#parts.write();
    const committed = [this.#gaps.write()];
    let newestSeconds = this.#newestSeconds;
    for (const packing of packed) {
      const { head, parts } = packing.finish();
      newestSeconds = reserve(parts.length);
      this.#tables.seconds.insert(newestSeconds, head, parts);
    }
    // One of them at a time, since packing takes a while.
    const [due] = [this.#minutes, this.#quarters].filter(({ isDue }) => isDue);
    if (due !== undefined) {
      committed.push(due.write(reserve));
      this.#markRolled.run(due.tier, newestSeconds);
    }
    const left = packed.length > 0 ? [] : this.#closed;
    const open = this.#open === null ? [] : [this.#open];
    committed.push(
      this.#tail.write([...left.map(({ chunk }) => chunk), ...open], packed.length > 0),
      this.#dictionary.write((series) => this.#mayHold(series), this.#nextId - 1),
      () => {
        this.#runs.changed();
        this.#newestSeconds = newestSeconds;
        this.#writes += 1;
        this.#closed = left;
        this.#rolledUp = 0;
      },
    );
    return () => {
      for (const one of committed) one();
    };
  }

  #rollBack(): void {
    try {
      this.#connection.exec('ROLLBACK');
    } catch {
      // SQLite has already done so.
    }
  }

  #startRun(epoch: string): Run {
    this.#finishRow();
    this.#closeChunk();
    const { intervalMs, unitMs } = this.#options;
    return this.#runs.of(epoch, intervalMs, unitMs);
  }

  #adopt(catalogue: readonly MetricDescriptor[]): void {
    this.#finishRow();
    // First what may fail: values must never meet the ids of another catalogue.
    const ids = this.#dictionary.adopt(catalogue);
    this.#ids = ids;
    this.#catalogue = catalogue;
    this.#columns = this.#columnsIn(this.#open);
  }

  #columnsIn(chunk: SecondsChunk | null): readonly (Float64Array | undefined)[] {
    if (chunk === null) return [];
    return this.#ids.map((id, index) =>
      id === undefined
        ? undefined
        : chunk.columnOf(id, this.#parts.ofSeries(this.#catalogue[index]?.name ?? '')),
    );
  }

  /** Notes what is missing before a sample. Returns whether anything is. */
  #noteGap(sample: SequencedSample, run: Run, gapReason: string | undefined): boolean {
    const { seq, timestampMs, gridIndex } = sample;
    const last = this.#last;
    if (last === null) return false;
    const isSameRun = last.run === run.id;
    const jumpMs = timestampMs - last.timestampMs - (gridIndex - last.gridIndex) * run.unitMs;
    // The first sample of a run may be late too, but that is not why there is none before it.
    let reason = isSameRun ? (sample.gapReason ?? gapReason) : (gapReason ?? 'agent_restart');
    if (isSameRun && seq > last.seq + 1) reason ??= 'evicted';
    // A sample may be late by two intervals without any reason.
    else if (jumpMs > 2 * run.rowMs) reason ??= 'clock_step';
    if (reason === undefined) return false;
    const afterSeq = isSameRun ? last.seq : 0;
    this.#gaps.add({
      run: run.id,
      fromMs: last.timestampMs,
      toMs: timestampMs,
      reason,
      afterSeq,
      beforeSeq: seq,
    });
    return true;
  }

  #keepTables({ timestampMs, seq, tables = [] }: SequencedSample): void {
    for (const table of tables) {
      const descriptor = this.#tableDescriptors.find(({ name }) => name === table.name);
      if (descriptor === undefined) continue;
      const part = this.#parts.ofTable(descriptor);
      this.#rowTables.push({ part, entry: tableEntry(table, descriptor, { timeMs: timestampMs, seq }) });
    }
  }

  #finishRow(): void {
    const { first, last } = this.#row;
    const run = this.#run;
    this.#cell = Number.NaN;
    if (first === undefined || last === undefined || run === null) return;
    if (this.#open?.takes(last.timestampMs) === false) this.#closeChunk();
    if (this.#open === null) {
      this.#open = new SecondsChunk(run.id, run.rowMs, this.#ids.length);
      this.#columns = this.#columnsIn(this.#open);
    }
    const row = {
      firstSeq: first.seq,
      timeMs: last.timestampMs,
      seq: last.seq,
      gridIndex: last.gridIndex,
    };
    this.#noteDropped(row);
    this.#open.push(row, this.#columns, this.#rowValues());
    for (const { part, entry } of this.#rowTables) this.#open.addTable(part, entry);
    this.#rowTables = [];
    this.#row.clear();
  }

  /** Values that do not match the catalogue are not known. */
  #rowValues(): Float64Array {
    const values = this.#row.values();
    return values.length === this.#catalogue.length ? values : new Float64Array(0);
  }

  #closeChunk(): void {
    const chunk = this.#open;
    this.#open = null;
    if (chunk === null || chunk.rows === 0) return;
    const waiting = this.#closed.reduce((sum, packing) => sum + packing.chunk.values, 0);
    const newest = this.#closed.at(-1)?.chunk;
    // The oldest one stays, since some of it is on disk already.
    if (newest === undefined || waiting + chunk.values <= MAX_WAITING_VALUES) {
      chunk.trim();
      this.#closed = [...this.#closed, new Packing(chunk)];
    } else this.#dropped = { run: chunk.run, fromMs: newest.lastMs, afterSeq: newest.lastSeq };
  }

  /** The gap of the chunks that were dropped ends with a row. */
  #noteDropped({ timeMs, firstSeq }: ChunkRow): void {
    const dropped = this.#dropped;
    if (dropped === null) return;
    this.#dropped = null;
    const gap = { ...dropped, toMs: timeMs, beforeSeq: firstSeq, reason: 'not_written' };
    this.#gaps.forgetWithin(gap);
    this.#gaps.add(gap);
  }

  #rollUp(chunk: SecondsChunk): void {
    this.#minutes.prepare(chunk.firstMs);
    this.#quarters.prepare(chunk.firstMs);
    this.#minutes.add(chunk);
    this.#quarters.add(chunk);
  }

  /** Whether anything that is yet to be written has values of a series. */
  #mayHold(series: number): boolean {
    return [...this.#inMemory(), ...this.#minutes.chunks, ...this.#quarters.chunks].some((chunk) =>
      chunk.series.has(series),
    );
  }

  // ---------------------------------------------------------------------------------------------- opening

  #firstFreeId(): number {
    const row = this.#connection
      .prepare(
        `SELECT max(coalesce((SELECT max(chunk) FROM rolled), 0), coalesce((SELECT max(gone) FROM series), 0)) AS id`,
      )
      .get();
    const newest = TIERS.map((tier) => this.#tables[tier].newestId);
    return Math.max(row === undefined ? 0 : numberIn(row, 'id'), ...newest) + 1;
  }

  /** Rows of seconds that were written after the minutes or quarters were: they count there again. */
  #rollUpAgain(): void {
    const rolled = this.#connection.prepare('SELECT chunk FROM rolled WHERE tier = ?');
    for (const [tier, rollups] of [
      ['minutes', this.#minutes],
      ['quarters', this.#quarters],
    ] as const) {
      const row = rolled.get(tier);
      for (const chunk of this.#tables.seconds.wholeAfter(
        row === undefined ? 0 : numberIn(row, 'chunk'),
        this.#parts,
      )) {
        rollups.prepare(chunk.beginMs);
        rollups.add(chunk);
      }
    }
  }

  #lastRecorded(): LastSample | null {
    const waiting = this.#closed.at(-1)?.chunk;
    if (waiting !== undefined) {
      const { run, lastMs, lastSeq, gridIndices } = waiting;
      return { run, timestampMs: lastMs, seq: lastSeq, gridIndex: gridIndices.at(-1) ?? Number.NaN };
    }
    const head = this.#tables.seconds.newestHead();
    const run = head && this.#runs.withId(head.run);
    if (head === undefined || run === undefined) return null;
    return { run: run.id, timestampMs: head.endMs - run.rowMs, seq: head.lastSeq, gridIndex: Number.NaN };
  }

  // ---------------------------------------------------------------------------------------------- reading

  get oldestMs(): number | null {
    return this.#reading(() => {
      const known = Object.values(this.#oldest()).filter((timeMs) => timeMs !== null);
      return known.length === 0 ? null : Math.min(...known);
    });
  }

  get catalogue(): readonly MetricDescriptor[] {
    return this.#reading(() => this.#dictionary.catalogue);
  }

  get tables(): readonly TableDescriptor[] {
    const known = this.#parts.tables;
    if (this.#knownTables === null || this.#knownTables.of !== known.size) {
      const byName = new Map([...known.values()].map((descriptor) => [descriptor.name, descriptor]));
      for (const descriptor of this.#tableDescriptors) byName.set(descriptor.name, descriptor);
      this.#knownTables = { of: known.size, list: [...byName.values()] };
    }
    return this.#knownTables.list;
  }

  get runs(): readonly RecordedRun[] {
    return this.#reading(() => this.#runs.recorded(this.#run, this.#inMemory()));
  }

  plan(query: HistoryQuery): HistoryPlan {
    const isAscending = (): boolean => this.#isAscending(query);
    return this.#reading(() => planQuery(query, this.#oldest(), this.#rowMs, isAscending));
  }

  *read(plan: HistoryPlan): Generator<HistorySlice> {
    const { tier, stepMs, isRaw, fromMs, toMs } = plan;
    const series = this.#reading(() => plan.metrics.map((name) => this.#dictionary.find(name)));
    const ids = series.map((one) => one?.id);
    const parts = new Map(
      series.flatMap((one) =>
        one === undefined ? [] : [[one.id, this.#parts.ofSeries(one.descriptor.name)] as const],
      ),
    );
    const points = isRaw ? new RawPoints(ids, fromMs, toMs) : new StepPoints(ids, stepMs, fromMs, toMs);
    const endMs = isRaw ? toMs : Math.ceil(toMs / stepMs) * stepMs;
    const windows = new Windows(this.#tables[tier], endMs);
    const limit = chunksPerStep(tier, parts);
    const perStep = STEP_VALUES[tier] / (tier === 'seconds' ? 1 : 4);
    const known = [...parts.keys()];
    let cursor = isRaw ? fromMs : Math.floor(fromMs / stepMs) * stepMs;
    while (cursor < endMs) {
      const from = cursor;
      const next = this.#reading(() => this.#nextWindows(tier, windows, from, endMs, limit));
      if (next === undefined) break;
      const stored = this.#reading(() => {
        const replaced = new Set(this.#rollupsOf(tier)?.chunks.map(({ storedId }) => storedId));
        // What is in memory may be written before the next step, and be elsewhere then.
        for (const piece of this.#unwrittenIn(tier, next)) points.add(piece);
        const chunks = this.#tables[tier].chunks(next.fromMs, next.toMs, parts);
        return chunks.filter(({ id }) => !replaced.has(id));
      });
      // Hosts of thousands of series have more in one chunk than one step may take.
      let values = 0;
      for (const chunk of stored) {
        const { length } = this.#reading(() => chunk.timesMs);
        const run = Math.max(1, Math.floor(perStep / length));
        for (let at = 0; at < known.length; at += run) {
          const some = known.slice(at, at + run);
          if (values > 0 && values + some.length * length > perStep) {
            yield nothing(ids.length);
            values = 0;
          }
          values += some.length * length;
          this.#reading(() => chunk.load(some));
        }
      }
      yield this.#reading(() => {
        for (const chunk of stored) points.add(chunk);
        return points.take(next.toMs);
      });
      cursor = next.toMs;
    }
    yield points.take(Number.POSITIVE_INFINITY);
  }

  gaps(range: TimeRange): readonly HistoryGap[] {
    return this.#reading(() => this.#gaps.touching(range));
  }

  table(name: string, range: TimeRange): Omit<StoredTable, 'seq'> | undefined {
    return this.#reading(() => {
      const parts = new Map([...this.#parts.tables].filter(([, descriptor]) => descriptor.name === name));
      const newest = this.tables.find((descriptor) => descriptor.name === name);
      if (newest === undefined || parts.size === 0) return undefined;
      const tier = finestThatHolds(range.fromMs, this.#oldest());
      const found = worstEntry(this.#tables[tier], parts, range, this.#unwrittenEntries(tier, parts));
      const own = found && parts.get(found.part);
      if (found === undefined || own === undefined) return undefined;
      return { timestampMs: found.entry.timeMs, rows: translatedRows(found.entry.rows, own, newest) };
    });
  }

  *readRun(query: RunQuery): Generator<StoredSample | StoreGap> {
    const run = this.#reading(() => this.#runOf(query.epoch));
    if (run === undefined) return;
    const samples = this.#runReader.read(run, query);
    for (;;) {
      const next = this.#reading(() => samples.next());
      if (next.done === true) return;
      yield next.value;
    }
  }

  backfillStart({
    epoch,
    upToSeq,
    stride,
    count,
  }: Omit<RunQuery, 'afterSeq' | 'limit' | 'series'> & { readonly count: number }): {
    readonly seq: number;
    readonly count: number;
  } {
    return this.#reading(() => {
      const run = this.#runOf(epoch);
      return run === undefined
        ? { seq: upToSeq + 1, count: 0 }
        : this.#runReader.backfillStart(run, upToSeq, stride, count);
    });
  }

  get #rowMs(): number {
    return rowMsOf(this.#options.intervalMs);
  }

  #runOf(epoch: string): Run | undefined {
    return this.#run?.epoch === epoch ? this.#run : this.#runs.find(epoch);
  }

  #reading<Result>(task: () => Result): Result {
    try {
      return task();
    } catch (error) {
      this.#options.failed?.(error);
      throw historyError(error);
    }
  }

  /** Chunks of seconds that are not on disk. */
  #inMemory(): readonly SecondsChunk[] {
    const closed = this.#closed.map(({ chunk }) => chunk);
    return this.#open === null ? closed : [...closed, this.#open];
  }

  /** What of a tier is not on disk, or newer than there. */
  #unwritten(tier: Tier): readonly Piece[] {
    const row = rowPiece(this.#row, this.#ids);
    const rows = row === undefined || this.#row.width !== this.#catalogue.length ? [] : [row];
    const rollups = this.#rollupsOf(tier);
    if (rollups === undefined) return [...this.#inMemory(), ...rows];
    return [...rollups.chunks, ...this.#inMemory().slice(this.#rolledUp), ...rows];
  }

  #oldest(): Record<Tier, number | null> {
    const of = (tier: Tier): number | null => {
      const stored = this.#tables[tier].oldestMs;
      const own = this.#unwritten(tier).map(({ timesMs: [first = Infinity] }) => first);
      const rowMs = tier === 'seconds' ? 1 : ROW_MS[tier];
      const oldest = Math.floor(Math.min(stored ?? Infinity, ...own) / rowMs) * rowMs;
      return Number.isFinite(oldest) ? oldest : null;
    };
    return { seconds: of('seconds'), minutes: of('minutes'), quarters: of('quarters') };
  }

  /** Whether no rows of seconds of a range were taken at the same time as others, since the clock was set back. */
  #isAscending({ fromMs, toMs }: TimeRange): boolean {
    const own = this.#unwritten('seconds').map(({ timesMs }) => ({
      firstMs: timesMs[0] ?? Number.NaN,
      lastMs: timesMs.at(-1) ?? Number.NaN,
    }));
    const chunks = [...this.#tables.seconds.bounds(fromMs, toMs, this.#rowMs), ...own]
      .filter(({ firstMs, lastMs }) => firstMs < toMs && lastMs >= fromMs)
      .toSorted((one, other) => one.firstMs - other.firstMs);
    return chunks.every(({ firstMs }, index) => {
      const before = chunks[index - 1];
      return before === undefined || firstMs > before.lastMs;
    });
  }

  /** The next stretch of time with rows: so many whole windows, of which each chunk is in one. */
  #nextWindows(
    tier: Tier,
    stored: Windows,
    fromMs: number,
    toMs: number,
    limit: number,
  ): TimeRange | undefined {
    const first = windowOf(tier, fromMs);
    const own = this.#unwritten(tier)
      .map(({ timesMs: [begin = Number.NaN] }) => windowOf(tier, begin))
      .filter((window) => window >= first && window < toMs);
    const onDisk = stored.from(first, limit, this.#writes);
    const windows = [...new Set([...onDisk, ...own])].toSorted((one, other) => one - other).slice(0, limit);
    const [begin] = windows;
    if (begin === undefined) return undefined;
    return { fromMs: begin, toMs: (windows.at(-1) ?? begin) + CHUNK_MS[tier] };
  }

  #unwrittenIn(tier: Tier, { fromMs, toMs }: TimeRange): readonly Piece[] {
    return this.#unwritten(tier).filter(
      ({ timesMs: [begin = Number.NaN] }) => begin >= fromMs && begin < toMs,
    );
  }

  #rollupsOf(tier: Tier): Rollups | undefined {
    return { seconds: undefined, minutes: this.#minutes, quarters: this.#quarters }[tier];
  }

  *#unwrittenEntries(tier: Tier, parts: ReadonlyMap<number, TableDescriptor>): Generator<FoundEntry> {
    const rollups = this.#rollupsOf(tier);
    for (const part of parts.keys()) {
      for (const chunk of rollups?.chunks ?? [])
        for (const entry of chunk.tables.get(part)?.values() ?? []) yield { part, entry };
      for (const chunk of this.#inMemory())
        for (const entry of chunk.tables.get(part) ?? []) yield { part, entry };
    }
    for (const found of this.#rowTables) if (parts.has(found.part)) yield found;
  }
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

/** The unfinished second. */
function rowPiece(row: SecondRow, ids: readonly (number | undefined)[]): Piece | undefined {
  const { last } = row;
  if (last === undefined) return undefined;
  return {
    timesMs: Float64Array.of(last.timestampMs),
    stats: (series) => {
      const value = row.valueAt(ids.indexOf(series));
      if (Number.isNaN(value)) return undefined;
      const values = Float64Array.of(value);
      return { min: values, mean: values, max: values, count: null };
    },
  };
}
