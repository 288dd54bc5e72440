import type { MetricDescriptor, TableDescriptor } from '../../../shared/protocol/catalogue.ts';
import type { SequencedSample, StoredSample, StoredTable, StoreGap } from '../sample-store.ts';
import {
  TIERS,
  type GapLimit,
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
import type { Packing } from './chunk-parts.ts';
import { Gaps } from './gaps.ts';
import { PartNames } from './part-names.ts';
import { PointReader } from './point-reader.ts';
import { Rollups } from './rollups.ts';
import { RunReader } from './run-reader.ts';
import { rowMsOf, Runs, type Run } from './runs.ts';
import { SampleRecorder, type Described, type LastSample } from './sample-recorder.ts';
import type { SecondsChunk } from './seconds-chunk.ts';
import { LEAVING, SeriesDictionary } from './series-dictionary.ts';
import { historyError, numberIn, type Connection, type Statement } from './sql.ts';
import { Tail } from './tail.ts';
import { TierTable } from './tier-table.ts';
import { Unwritten } from './unwritten.ts';

export type { Described } from './sample-recorder.ts';

export interface HistoryStoreOptions {
  /** Of the samples to come. */
  readonly intervalMs: number;
  /** Length of the grid unit that `gridIndex` counts. */
  readonly unitMs: number;
  /** Called with whatever makes reading fail, before it is thrown as a HistoryError. */
  readonly failed?: (error: unknown) => void;
}

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
  readonly #rollups: Readonly<Record<'minutes' | 'quarters', Rollups>>;
  readonly #recorder: SampleRecorder;
  readonly #unwritten: Unwritten;
  readonly #runReader: RunReader;
  readonly #pointReader: PointReader;
  readonly #markRolled: Statement;
  #nextId: number;
  /** The newest chunk of seconds on disk. */
  #newestSeconds = 0;
  #knownTables: {
    readonly present: readonly TableDescriptor[];
    readonly of: number;
    readonly list: readonly TableDescriptor[];
  } | null = null;

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
    this.#rollups = {
      minutes: new Rollups('minutes', this.#tables.minutes, this.#parts),
      quarters: new Rollups('quarters', this.#tables.quarters, this.#parts),
    };
    this.#markRolled = connection.prepare(
      'INSERT INTO rolled(tier, chunk) VALUES (?, ?) ON CONFLICT(tier) DO UPDATE SET chunk = excluded.chunk',
    );
    this.#newestSeconds = this.#tables.seconds.newestHead()?.chunk ?? 0;
    this.#nextId = this.#firstFreeId();
    const left = this.#tail.read(this.#runs, this.#dictionary, this.#parts);
    this.#recorder = new SampleRecorder(
      {
        intervalMs: options.intervalMs,
        unitMs: options.unitMs,
        runs: this.#runs,
        gaps: this.#gaps,
        parts: this.#parts,
        dictionary: this.#dictionary,
      },
      left,
      this.#lastRecorded(left.at(-1)),
    );
    this.#unwritten = new Unwritten(this.#recorder, this.#rollups);
    this.#rollUpAgain();
    this.#runReader = new RunReader({
      seconds: this.#tables.seconds,
      dictionary: this.#dictionary,
      parts: this.#parts,
      gaps: this.#gaps,
      unwritten: () => this.#recorder.chunks,
    });
    this.#pointReader = new PointReader({
      tables: this.#tables,
      unwritten: this.#unwritten,
      parts: this.#parts,
      dictionary: this.#dictionary,
      rowMs: rowMsOf(options.intervalMs),
    });
  }

  // ---------------------------------------------------------------------------------------------- writing

  /**
   * Takes a sample into memory. Returns whether it is time to `flush`.
   * @param gapReason of a gap before it, if the sample itself gives none
   */
  append(sample: SequencedSample, described: Described, gapReason?: string): boolean {
    const isTime = this.#recorder.append(sample, described, gapReason);
    const { minutes, quarters } = this.#rollups;
    if (minutes.isDue) minutes.pack();
    else if (quarters.isDue) quarters.pack();
    return isTime;
  }

  /**
   * Writes what `append` gathered, in one transaction. A whole chunk is packed with the samples that follow, and stays in the tail until then.
   * @throws what SQLite throws; everything is still there to be written
   */
  flush(): void {
    this.#recorder.releaseTables();
    const { packed } = this.#recorder;
    for (const { chunk } of packed.slice(this.#unwritten.rolledUp)) {
      this.#rollUp(chunk);
      this.#unwritten.rolledUp += 1;
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
  }

  /** Writes everything, the unfinished second too. @throws what SQLite throws */
  close(): void {
    this.#recorder.finish();
    this.flush();
  }

  /** @returns what to call when all is committed */
  #write(packed: readonly Packing[]): () => void {
    const reserve = (count: number): number => {
      const first = this.#nextId;
      this.#nextId += count;
      return first;
    };
    const { run, chunks } = this.#recorder;
    if (run !== null) this.#runs.write(run);
    this.#parts.write();
    const committed = [this.#gaps.write(this.#recorder.unfinishedFrom)];
    let newestSeconds = this.#newestSeconds;
    for (const packing of packed) {
      const { head, parts } = packing.finish();
      newestSeconds = reserve(parts.length);
      this.#tables.seconds.insert(newestSeconds, head, parts);
    }
    // One of them at a time, since packing may take a while.
    const due = Object.values(this.#rollups).find(({ isReady }) => isReady);
    if (due !== undefined) {
      committed.push(due.write(reserve));
      this.#markRolled.run(due.tier, newestSeconds);
    }
    committed.push(
      this.#tail.write(chunks.slice(packed.length), packed.length > 0),
      this.#dictionary.write((series) => this.#mayHold(series), this.#nextId - 1),
      () => {
        this.#newestSeconds = newestSeconds;
        this.#runs.changed();
        this.#recorder.written();
        this.#unwritten.rolledUp = 0;
        this.#unwritten.writes += 1;
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

  #rollUp(chunk: SecondsChunk): void {
    const all = Object.values(this.#rollups);
    for (const rollups of all) rollups.prepare(chunk.firstMs);
    for (const rollups of all) rollups.add(chunk);
  }

  /** Whether anything that is yet to be written has values of a series. */
  #mayHold(series: number): boolean {
    const rollups = Object.values(this.#rollups).flatMap(({ chunks }) => chunks);
    return [...this.#recorder.chunks, ...rollups].some((chunk) => chunk.series.has(series));
  }

  // ---------------------------------------------------------------------------------------------- opening

  #firstFreeId(): number {
    const row = this.#connection
      .prepare(
        `SELECT max(coalesce((SELECT max(chunk) FROM rolled), 0), coalesce((SELECT max(gone) FROM series WHERE gone < ${LEAVING}), 0)) AS id`,
      )
      .get();
    const newest = TIERS.map((tier) => this.#tables[tier].newestId);
    return Math.max(row === undefined ? 0 : numberIn(row, 'id'), ...newest) + 1;
  }

  /** Rows of seconds that were written after the minutes or quarters were: they count there again. */
  #rollUpAgain(): void {
    const rolled = this.#connection.prepare('SELECT chunk FROM rolled WHERE tier = ?');
    for (const rollups of Object.values(this.#rollups)) {
      const row = rolled.get(rollups.tier);
      for (const chunk of this.#tables.seconds.wholeAfter(
        row === undefined ? 0 : numberIn(row, 'chunk'),
        this.#parts,
      )) {
        rollups.prepare(chunk.beginMs);
        rollups.add(chunk);
      }
    }
  }

  /** @param left the newest chunk that is not on disk */
  #lastRecorded(left: SecondsChunk | undefined): LastSample | null {
    if (left !== undefined) {
      const { run, lastMs, lastSeq, gridIndices } = left;
      return { run, timestampMs: lastMs, seq: lastSeq, gridIndex: gridIndices.at(-1) ?? Number.NaN };
    }
    const head = this.#tables.seconds.newestHead();
    const run = head && this.#runs.withId(head.run);
    if (head === undefined || run === undefined) return null;
    return { run: run.id, timestampMs: head.endMs - run.rowMs, seq: head.lastSeq, gridIndex: Number.NaN };
  }

  // ---------------------------------------------------------------------------------------------- reading

  get oldestMs(): number | null {
    return this.#reading(() => this.#pointReader.oldestMs);
  }

  get catalogue(): readonly MetricDescriptor[] {
    return this.#reading(() => this.#dictionary.catalogue);
  }

  get tables(): readonly TableDescriptor[] {
    const { tables: present } = this.#recorder;
    const all = this.#parts.tables;
    const known = this.#knownTables;
    if (known?.present === present && known.of === all.size) return known.list;
    const byName = new Map([...all.values(), ...present].map((descriptor) => [descriptor.name, descriptor]));
    const list = [...byName.values()];
    this.#knownTables = { present, of: all.size, list };
    return list;
  }

  get runs(): readonly RecordedRun[] {
    return this.#reading(() => this.#runs.recorded(this.#recorder.run, this.#recorder.chunks));
  }

  plan(query: HistoryQuery): HistoryPlan {
    return this.#reading(() => this.#pointReader.plan(query));
  }

  read(plan: HistoryPlan): Iterable<HistorySlice> {
    return this.#steps(this.#pointReader.read(plan));
  }

  gaps(range: TimeRange, limit?: GapLimit): readonly HistoryGap[] {
    return this.#reading(() => this.#gaps.touching(range, limit));
  }

  table(name: string, range: TimeRange): Omit<StoredTable, 'seq'> | undefined {
    const newest = this.tables.find((descriptor) => descriptor.name === name);
    return newest && this.#reading(() => this.#pointReader.table(newest, range));
  }

  readRun(query: RunQuery): Iterable<StoredSample | StoreGap> {
    const run = this.#reading(() => this.#runOf(query.epoch));
    return run === undefined ? [] : this.#steps(this.#runReader.read(run, query));
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

  #runOf(epoch: string): Run | undefined {
    const { run } = this.#recorder;
    return run?.epoch === epoch ? run : this.#runs.find(epoch);
  }

  #reading<Result>(task: () => Result): Result {
    try {
      return task();
    } catch (error) {
      this.#options.failed?.(error);
      throw historyError(error);
    }
  }

  *#steps<Item>(items: Generator<Item>): Generator<Item> {
    for (;;) {
      const next = this.#reading(() => items.next());
      if (next.done === true) return;
      yield next.value;
    }
  }
}
