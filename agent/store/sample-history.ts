import type { MetricDescriptor, TableDescriptor } from '../../shared/protocol/catalogue.ts';
import type { MetricSet } from './metric-set.ts';
import type { BackfillStart, StoredSample, StoredTable, StoreGap } from './sample-store.ts';

/** How finely the past is kept: samples of a second, or minimum, mean, maximum and count of minutes and of quarter hours. */
export const TIERS = ['seconds', 'minutes', 'quarters'] as const;
export type Tier = (typeof TIERS)[number];

/** The history cannot be read or written now. */
export class HistoryError extends Error {}

/** Unix ms; `fromMs` is included, `toMs` is not. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface HistoryQuery extends TimeRange {
  /** Names, present or vanished; those that are not kept are unknown throughout. */
  readonly metrics: readonly string[];
  /** The most points to answer with. */
  readonly points: number;
}

/** How a query will be answered: by one tier for the whole range, the finest that has its begin and fits into `points`. */
export interface HistoryPlan extends HistoryQuery {
  readonly tier: Tier;
  /** Distance of two points, ms. */
  readonly stepMs: number;
  /** Points are samples with their own times, and `min`, `mean` and `max` are the same. Else points are steps of the Unix clock. */
  readonly isRaw: boolean;
}

/** Consecutive points of an answer. A step without any sample has no point: `gaps` say why. */
export interface HistorySlice {
  /** Begin of each point's step, or the time of the sample; Unix ms, ascending over all slices. */
  readonly timesMs: Float64Array;
  /** By metric, in the order of the query; NaN is unknown. */
  readonly min: readonly Float64Array[];
  readonly mean: readonly Float64Array[];
  readonly max: readonly Float64Array[];
}

/** A stretch of time without samples, between the samples before and after. */
export interface HistoryGap extends TimeRange {
  /** As in `gap` messages, `clock_step` (the host's clock was set forward), or `not_written` (the history could not be written). */
  readonly reason: string;
}

/** Of more gaps than `most`, those shorter than `elseMs` are left out. */
export interface GapLimit {
  readonly most: number;
  readonly elseMs: number;
}

/** The samples of one agent run that are kept by seconds. */
export interface RecordedRun {
  readonly epoch: string;
  /** Numbers and times of its first and last sample. */
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly intervalMs: number;
}

export interface RunQuery {
  readonly epoch: string;
  /** Samples with `afterSeq` < seq <= `upToSeq`, of the series by their names. */
  readonly afterSeq: number;
  readonly upToSeq: number;
  readonly limit: number;
  readonly series: MetricSet;
  /** As in `SampleQuery`, in grid units. */
  readonly stride: number;
}

/**
 * One host's past, on disk and in what is about to be written. A point covers the samples whose own timestamps fall into it: where the host's clock
 * was set back, those of both passes.
 *
 * Reading never waits for writing. Every method may throw HistoryError, after which the history is set aside or tried again by its owner.
 */
export interface SampleHistory {
  /** Time of the oldest sample, Unix ms; where only points of a coarser tier are left of it, the begin of that point. `null` while nothing is kept. */
  readonly oldestMs: number | null;
  /** All metrics that are kept, present ones first, each with its newest descriptor; a new array when they change. */
  readonly catalogue: readonly MetricDescriptor[];
  /** All tables that are kept, each with its newest descriptor; a new array when they change. */
  readonly tables: readonly TableDescriptor[];
  plan(query: HistoryQuery): HistoryPlan;
  /** The points of a plan, oldest first. Each step of the iteration takes about a millisecond or less, and the next may come half a minute later, or never. */
  read(plan: HistoryPlan): Iterable<HistorySlice>;
  /** The gaps that touch a range, oldest first; those of the present run too. */
  gaps(range: TimeRange, limit?: GapLimit): readonly HistoryGap[];
  /** The rows of the worst second of a range: the table whose first column in percent has the highest sum. */
  table(name: string, range: TimeRange): Omit<StoredTable, 'seq'> | undefined;
  /** Runs of the agent, oldest first; the last one may be the present run. */
  readonly runs: readonly RecordedRun[];
  /** Samples of a run, as `SampleStore.read`: each preceded by the gaps before it. Between two runs is no gap here. */
  readRun(query: RunQuery): Iterable<StoredSample | StoreGap>;
  /**
   * The first of the last `count` samples of a run up to `upToSeq`, at this stride; the run's first if there are fewer. Counts only samples that start
   * a cell, as the first of a run does.
   */
  backfillStart(
    query: Omit<RunQuery, 'afterSeq' | 'limit' | 'series'> & { readonly count: number },
  ): BackfillStart;
}
