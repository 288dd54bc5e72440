import type { RunQuery } from '../sample-history.ts';
import type { StoredSample, StoreGap } from '../sample-store.ts';
import type { Gaps, StoredGap } from './gaps.ts';
import type { Run } from './runs.ts';
import type { SecondsChunk } from './seconds-chunk.ts';
import type { SeriesDictionary } from './series-dictionary.ts';
import type { PartNames } from './part-names.ts';
import type { StoredChunk } from './stored-chunk.ts';
import type { TierTable } from './tier-table.ts';

/** The reason for missing numbers if no other is known. */
const LOST = 'evicted';
/** Chunks that stay unpacked, since readers come again for the rest. */
const KEPT_CHUNKS = 2;

/** Rows of a run in one chunk, on disk or in memory. */
interface RunRows {
  readonly firstSeq: number;
  readonly timesMs: Float64Array;
  readonly seqs: Float64Array;
  readonly grid: Float64Array;
  valuesOf(series: number): Float64Array | undefined;
}

interface Row {
  readonly rows: RunRows;
  readonly at: number;
  readonly seq: number;
  readonly firstSeq: number;
  readonly gridIndex: number;
}

/** A row and the grid index after which it covers the time. */
interface Covered {
  readonly row: Row;
  readonly fromIndex: number;
}

export interface RunReaderParts {
  readonly seconds: TierTable;
  readonly dictionary: SeriesDictionary;
  readonly parts: PartNames;
  readonly gaps: Gaps;
  /** Chunks that are not on disk. */
  readonly unwritten: () => readonly SecondsChunk[];
}

/** Reads samples of a run by their numbers, as a ring does. */
export class RunReader {
  readonly #from: RunReaderParts;
  readonly #kept: { readonly key: string; readonly rows: RunRows }[] = [];

  constructor(parts: RunReaderParts) {
    this.#from = parts;
  }

  *read(run: Run, query: RunQuery): Generator<StoredSample | StoreGap> {
    const { afterSeq, upToSeq, limit, series, stride } = query;
    const { dictionary, parts } = this.#from;
    const known = series.series.map(({ name, unit }) => dictionary.findWithUnit(name, unit));
    const wanted = new Map(
      known.flatMap((one) => (one === undefined ? [] : [[one.id, parts.ofSeries(one.descriptor.name)]])),
    );
    /** Those up to `gapsUpToSeq` that no sample of the answer came after yet. */
    let gaps: StoredGap[] = [];
    let gapsUpToSeq = afterSeq;
    const isExplained = (seq: number): boolean => gaps.some(({ beforeSeq }) => beforeSeq === seq);
    const isAveraged = stride * run.unitMs > run.rowMs;
    /** Rows that may share a cell with the next. */
    let recent: Covered[] = [];
    let before: Row | undefined;
    let lastSeq = afterSeq;
    let count = 0;
    // Means over a cell begin before the first sample of the answer.
    for (const row of this.#rows(run, afterSeq - (isAveraged ? stride : 1), upToSeq, wanted)) {
      const previous = before;
      before = row;
      // A run may have thousands, and a batch meets few of them.
      const lastOfChunk = row.rows.seqs.at(-1) ?? row.seq;
      if (lastOfChunk > gapsUpToSeq) {
        gaps.push(...this.#from.gaps.ofRun(run.id, afterSeq, gapsUpToSeq, lastOfChunk));
        gapsUpToSeq = lastOfChunk;
      }
      if (isAveraged) {
        recent = recent.filter((one) => one.row.gridIndex > row.gridIndex - stride);
        recent.push({ row, fromIndex: previous?.gridIndex ?? row.gridIndex - 1 });
      }
      if (previous !== undefined && row.firstSeq > previous.seq + 1 && !isExplained(row.firstSeq))
        gaps.push(lostBetween(previous, row, run.id));
      if (row.seq <= afterSeq || !startsCell(row, previous, stride)) continue;
      if (count === limit) return;
      yield* gapsBefore(row, lastSeq, gaps);
      const values = known.map((one, index) => {
        if (one === undefined) return null;
        const isMean = isAveraged && series.areRates[index] === true;
        const value = isMean ? meanOver(recent, row, one.id, stride) : row.rows.valuesOf(one.id)?.[row.at];
        return value === undefined || Number.isNaN(value) ? null : value;
      });
      yield { seq: row.seq, timestampMs: timeOf(row), values };
      lastSeq = row.seq;
      gaps = gaps.filter(({ beforeSeq }) => beforeSeq > row.seq);
      count += 1;
    }
  }

  backfillStart(
    run: Run,
    upToSeq: number,
    stride: number,
    count: number,
  ): { readonly seq: number; readonly count: number } {
    let found = 0;
    let next: Row | undefined;
    let first = upToSeq + 1;
    const starts = (row: Row, before: Row | undefined): boolean => startsCell(row, before, stride);
    for (const rows of this.#chunks(run, 0, upToSeq, new Map(), true)) {
      for (let at = rows.seqs.length - 1; at >= 0; at -= 1) {
        const row = rowAt(rows, at);
        if (row.seq > upToSeq) continue;
        if (next !== undefined && starts(next, row)) {
          found += 1;
          if (found === count) return { seq: next.seq, count };
        }
        next = row;
        first = row.seq;
      }
    }
    return { seq: first, count: found + (next === undefined ? 0 : 1) };
  }

  *#rows(run: Run, afterSeq: number, upToSeq: number, wanted: ReadonlyMap<number, number>): Generator<Row> {
    for (const rows of this.#chunks(run, afterSeq, upToSeq, wanted, false)) {
      for (let at = 0; at < rows.seqs.length; at += 1) {
        const row = rowAt(rows, at);
        if (row.seq > afterSeq && row.seq <= upToSeq) yield row;
      }
    }
  }

  /** Chunks of a run that touch a range of numbers, one query each. */
  *#chunks(
    run: Run,
    afterSeq: number,
    upToSeq: number,
    wanted: ReadonlyMap<number, number>,
    isReversed: boolean,
  ): Generator<RunRows> {
    const { seconds, unwritten } = this.#from;
    const stored = seconds.chunksOfRun(run.id, afterSeq, upToSeq);
    const inMemory = unwritten()
      .filter((chunk) => chunk.run === run.id && chunk.lastSeq > afterSeq && chunk.firstSeq <= upToSeq)
      .map((chunk) => ({ firstSeq: chunk.firstSeq, rows: inMemoryRows(chunk) }));
    const all = [...stored.map(({ id, firstSeq }) => ({ id, firstSeq })), ...inMemory].toSorted(
      (one, other) => one.firstSeq - other.firstSeq,
    );
    for (const one of isReversed ? all.toReversed() : all) {
      const rows = 'rows' in one ? one.rows : this.#stored(one.id, one.firstSeq, wanted);
      if (rows !== undefined) yield rows;
    }
  }

  /** `undefined` if it has been deleted meanwhile. */
  #stored(id: number, firstSeq: number, wanted: ReadonlyMap<number, number>): RunRows | undefined {
    const key = `${id}:${[...wanted.keys()].join(',')}`;
    const kept = this.#kept.find((one) => one.key === key);
    if (kept !== undefined) return kept.rows;
    const chunk = this.#from.seconds.chunk(id, wanted);
    if (chunk === undefined) return undefined;
    const rows = storedRows(chunk, firstSeq);
    this.#kept.push({ key, rows });
    if (this.#kept.length > KEPT_CHUNKS) this.#kept.shift();
    return rows;
  }
}

function storedRows(chunk: StoredChunk, firstSeq: number): RunRows {
  return {
    firstSeq,
    timesMs: chunk.timeColumn('time'),
    seqs: chunk.timeColumn('seq'),
    grid: chunk.timeColumn('grid'),
    valuesOf: (series) => chunk.stats(series)?.mean,
  };
}

function inMemoryRows(chunk: SecondsChunk): RunRows {
  return {
    firstSeq: chunk.firstSeq,
    timesMs: chunk.timesMs,
    seqs: chunk.seqs,
    grid: chunk.gridIndices,
    valuesOf: (series) => chunk.stats(series)?.mean,
  };
}

function rowAt(rows: RunRows, at: number): Row {
  const seq = rows.seqs[at] ?? 0;
  // Samples of one row follow each other.
  const firstSeq = at === 0 ? rows.firstSeq : (rows.seqs[at - 1] ?? 0) + 1;
  return { rows, at, seq, firstSeq, gridIndex: rows.grid[at] ?? 0 };
}

function timeOf({ rows, at }: Row): number {
  return rows.timesMs[at] ?? 0;
}

/** A run's first row does. */
function startsCell(row: Row, before: Row | undefined, stride: number): boolean {
  if (before === undefined) return true;
  return Math.floor(row.gridIndex / stride) !== Math.floor(before.gridIndex / stride);
}

/** Mean of a rate over the `stride` units up to a row, weighted by the time that each row covers. */
function meanOver(recent: readonly Covered[], row: Row, series: number, stride: number): number {
  const begin = row.gridIndex - stride;
  let sum = 0;
  let weight = 0;
  for (const { row: one, fromIndex } of recent) {
    const value = one.rows.valuesOf(series)?.[one.at] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const covered = one.gridIndex - Math.max(begin, fromIndex);
    sum += value * covered;
    weight += covered;
  }
  return weight === 0 ? Number.NaN : Math.round((sum / weight) * 100) / 100;
}

/** Missing numbers without a known reason. */
function lostBetween(before: Row, row: Row, run: number): StoredGap {
  return {
    run,
    fromMs: timeOf(before),
    toMs: timeOf(row),
    reason: LOST,
    afterSeq: before.seq,
    beforeSeq: row.firstSeq,
  };
}

/** The gaps between the sample before and a row; one without a missing number is placed right after that sample. */
function gapsBefore(row: Row, lastSeq: number, gaps: readonly StoredGap[]): StoreGap[] {
  return gaps
    .filter(({ beforeSeq }) => beforeSeq > lastSeq && beforeSeq <= row.seq)
    .map(({ fromMs, toMs, reason, afterSeq, beforeSeq }) => ({
      from: lastSeq + 1,
      to: beforeSeq - 1 > afterSeq ? beforeSeq - 1 : lastSeq,
      fromTs: fromMs,
      toTs: toMs,
      reason,
    }));
}
