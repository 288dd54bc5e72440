import type { MetricDescriptor, TableDescriptor } from '../../../shared/protocol/catalogue.ts';
import type { SequencedSample } from '../sample-store.ts';
import { Packing } from './chunk-parts.ts';
import type { Gaps, StoredGap } from './gaps.ts';
import type { PartNames } from './part-names.ts';
import type { Piece } from './piece.ts';
import type { Run, Runs } from './runs.ts';
import { SecondRow } from './second-row.ts';
import { SecondsChunk, type ChunkRow } from './seconds-chunk.ts';
import type { SeriesDictionary } from './series-dictionary.ts';
import { tableEntry } from './table-archive.ts';
import type { FoundEntry } from './table-reader.ts';

/** What the values of a sample are. */
export interface Described {
  /** In the order of the values; another array when it changes. */
  readonly catalogue: readonly MetricDescriptor[];
  readonly tables: readonly TableDescriptor[];
}

/** The sample before, of any run. */
export interface LastSample {
  readonly run: number;
  readonly timestampMs: number;
  readonly seq: number;
  /** NaN where it is not known. */
  readonly gridIndex: number;
}

/** Of a table, the worst second of this time is kept. */
export const TABLE_MS = 5000;
/** How often rows are written, by the times of samples. */
const FLUSH_MS = 10_000;
/** How many values may wait while nothing can be written. */
const MAX_WAITING_VALUES = 160_000;

export interface RecorderParts {
  /** Of the samples to come. */
  readonly intervalMs: number;
  readonly unitMs: number;
  readonly runs: Runs;
  readonly gaps: Gaps;
  readonly parts: PartNames;
  readonly dictionary: SeriesDictionary;
}

/** Gathers samples as rows, and rows as chunks, until they are written. What has no room becomes a gap `not_written`. */
export class SampleRecorder {
  readonly #with: RecorderParts;
  /** Whole, but not on disk yet. */
  #closed: readonly Packing[];
  #open: SecondsChunk | null = null;
  readonly #row = new SecondRow();
  /** Of the row that is being gathered. */
  #cell = Number.NaN;
  #run: Run | null = null;
  #last: LastSample | null;
  /** Of the samples of `#row`. */
  #rowTables: FoundEntry[] = [];
  /** By part: the worst second of the `TABLE_MS` that are not over. */
  readonly #heldTables = new Map<number, FoundEntry>();
  /** Where a gap of what had no room begins. */
  #dropped: Pick<StoredGap, 'run' | 'fromMs' | 'afterSeq'> | null = null;
  #flushedMs = Number.NaN;
  #catalogue: readonly MetricDescriptor[] = [];
  /** Of the present catalogue. */
  #ids: readonly (number | undefined)[] = [];
  #columns: readonly (Float64Array | undefined)[] = [];
  #tableDescriptors: readonly TableDescriptor[] = [];

  /**
   * @param left chunks of an earlier run that are yet to be written
   * @param last the newest sample that is known
   */
  constructor(parts: RecorderParts, left: readonly SecondsChunk[], last: LastSample | null) {
    this.#with = parts;
    this.#closed = left.map((chunk) => new Packing(chunk));
    this.#last = last;
  }

  get run(): Run | null {
    return this.#run;
  }

  /** Of the newest sample. */
  get tables(): readonly TableDescriptor[] {
    return this.#tableDescriptors;
  }

  /** Chunks that are not on disk, oldest first. */
  get chunks(): readonly SecondsChunk[] {
    const closed = this.#closed.map(({ chunk }) => chunk);
    return this.#open === null ? closed : [...closed, this.#open];
  }

  /** The second that is not over. */
  get unfinished(): Piece | undefined {
    return this.#row.width === this.#catalogue.length ? rowPiece(this.#row, this.#ids) : undefined;
  }

  /** Where that second begins. */
  get unfinishedFrom(): { readonly run: number; readonly seq: number } | null {
    const { first } = this.#row;
    return first === undefined || this.#run === null ? null : { run: this.#run.id, seq: first.seq };
  }

  /** Rows of tables that are in no chunk yet. */
  get unfinishedTables(): readonly FoundEntry[] {
    return [...this.#heldTables.values(), ...this.#rowTables];
  }

  /**
   * Takes a sample into memory. Returns whether it is time to `flush`.
   * @param gapReason of a gap before it, if the sample itself gives none
   */
  append(sample: SequencedSample, { catalogue, tables }: Described, gapReason?: string): boolean {
    const { epoch, seq, timestampMs, gridIndex } = sample;
    if (this.#run?.epoch !== epoch) this.#run = this.#startRun(epoch);
    if (this.#last?.run === this.#run.id && seq <= this.#last.seq) return false;
    if (catalogue !== this.#catalogue) this.#adopt(catalogue);
    this.#tableDescriptors = tables;
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
    return this.packed.length > 0 || Math.abs(timestampMs - this.#flushedMs) >= FLUSH_MS;
  }

  /** The chunks that are written next: a whole one when it is packed, and all if there are more, as where the clock steps back and forth. */
  get packed(): readonly Packing[] {
    const [oldest, ...more] = this.#closed;
    return more.length > 0 || oldest?.isDone === true ? this.#closed : [];
  }

  /** All of `packed` are on disk now, and all other rows that were there. */
  written(): void {
    if (this.packed.length > 0) this.#closed = [];
    this.#flushedMs = this.#last?.timestampMs ?? Number.NaN;
  }

  /** Ends the unfinished second. */
  finish(): void {
    this.#finishRow();
  }

  /** Puts the tables that are held into the chunk: what is written has as much of them as of rows. */
  releaseTables(): void {
    for (const { part, entry } of this.#heldTables.values()) this.#open?.addTable(part, entry);
    this.#heldTables.clear();
  }

  #startRun(epoch: string): Run {
    this.#finishRow();
    this.#closeChunk();
    const { intervalMs, unitMs } = this.#with;
    return this.#with.runs.of(epoch, intervalMs, unitMs);
  }

  #adopt(catalogue: readonly MetricDescriptor[]): void {
    this.#finishRow();
    // First what may fail: values must never meet the ids of another catalogue.
    const ids = this.#with.dictionary.adopt(catalogue);
    this.#ids = ids;
    this.#catalogue = catalogue;
    this.#columns = this.#columnsIn(this.#open);
  }

  #columnsIn(chunk: SecondsChunk | null): readonly (Float64Array | undefined)[] {
    if (chunk === null) return [];
    return this.#ids.map((id, index) =>
      id === undefined
        ? undefined
        : chunk.columnOf(id, this.#with.parts.ofSeries(this.#catalogue[index]?.name ?? '')),
    );
  }

  /** Notes what is missing before a sample. Returns whether anything is. */
  #noteGap(sample: SequencedSample, run: Run, gapReason: string | undefined): boolean {
    const { seq, timestampMs, gridIndex } = sample;
    const last = this.#last;
    if (last === null) return false;
    const isSameRun = last.run === run.id;
    const jumpMs = timestampMs - last.timestampMs - (gridIndex - last.gridIndex) * run.unitMs;
    const isMissing = seq > (isSameRun ? last.seq : 0) + 1;
    let reason: string | undefined;
    // The first sample of a run may be late too, but that is not why there is none before it.
    if (!isSameRun) reason = gapReason ?? (isMissing ? 'not_written' : 'agent_restart');
    // Samples that were taken are missing for another reason than samples that never were.
    else if (isMissing) reason = gapReason ?? sample.gapReason ?? 'evicted';
    else reason = sample.gapReason ?? gapReason;
    // A sample may be late by two intervals without any reason.
    if (jumpMs > 2 * run.rowMs) reason ??= 'clock_step';
    if (reason === undefined) return false;
    const afterSeq = isSameRun ? last.seq : 0;
    this.#with.gaps.add({
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
      const part = this.#with.parts.ofTable(descriptor);
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
    for (const found of this.#rowTables) this.#holdTable(this.#open, found);
    this.#rowTables = [];
    this.#row.clear();
  }

  /** A table of every second would take more space than all series. */
  #holdTable(chunk: SecondsChunk, found: FoundEntry): void {
    const { part, entry } = found;
    const held = this.#heldTables.get(part)?.entry;
    const isSameTime =
      held !== undefined && Math.floor(held.timeMs / TABLE_MS) === Math.floor(entry.timeMs / TABLE_MS);
    if (isSameTime && held.weight >= entry.weight) return;
    if (held !== undefined && !isSameTime) chunk.addTable(part, held);
    this.#heldTables.set(part, found);
  }

  /** Values that do not match the catalogue are not known. */
  #rowValues(): Float64Array {
    const values = this.#row.values();
    return values.length === this.#catalogue.length ? values : new Float64Array(0);
  }

  #closeChunk(): void {
    const chunk = this.#open;
    this.releaseTables();
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
    this.#with.gaps.forgetWithin(gap);
    this.#with.gaps.add(gap);
  }
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
