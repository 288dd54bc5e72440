import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';
import type { Gap, Position } from '../../shared/protocol/messages.ts';
import type { Sample } from '../sampling/sample.ts';
import type { MetricSet } from './metric-set.ts';

/** A sample with its identity, assigned by its source and kept wherever it is stored or forwarded. */
export type SequencedSample = Omit<Sample, 'gapReason'> & {
  /** Identity of the agent run that took it. */
  readonly epoch: string;
  /** Numbers the samples of an epoch from 1. Missing numbers stand for lost samples. */
  readonly seq: number;
  /** As `Sample.gapReason`, or what another agent said of numbers that are missing before this sample. */
  readonly gapReason?: string;
};

/** Missing samples, or a time in which none was taken, with `to` = `from` - 1. */
export type StoreGap = Omit<Gap, 'type' | 'sub'>;

/** The values of some series in one sample. */
export interface StoredSample {
  readonly seq: number;
  readonly timestampMs: number;
  /** In the order of the series; `null` is unknown. */
  readonly values: readonly (number | null)[];
}

export interface SampleQuery {
  readonly after: Position;
  /** Maximum number of samples; gaps are not counted. */
  readonly limit: number;
  readonly series: MetricSet;
  /** Reads the first sample of each cell of this many grid units; rates are means over the cell. */
  readonly stride: number;
  /** A sample to read even if it does not start a cell. */
  readonly including?: number;
}

/** Rows of a table, encoded as JSON. */
export interface StoredTable {
  /** Of the sample that the rows were taken with. */
  readonly seq: number;
  readonly timestampMs: number;
  readonly rows: string;
}

/** Where a backfill begins. */
export interface BackfillStart {
  /** The number of its first sample. */
  readonly seq: number;
  /** How many samples that are; fewer than asked for where no more are kept. */
  readonly count: number;
}

/**
 * One host's latest samples. Numbers that were never appended are reported as gaps.
 * `seq` arguments count in the epoch of `head`.
 */
export interface SampleStore {
  /** The newest sample; its `seq` is 0 before the first. A new object after each `append`. */
  readonly head: Position;
  /** The oldest sample held; `head.seq + 1` when none is. */
  readonly oldest: number;
  /** The metrics that are kept; a new array when they change. */
  readonly catalogue: readonly MetricDescriptor[];
  /** How many samples fit: by memory with all its metrics, and by time alone. */
  readonly capacity: { readonly samples: number; readonly units: number };

  /** A sample of a new epoch replaces everything; one up to `head`, or of an earlier epoch, is ignored. */
  append(sample: SequencedSample): void;
  /** `evicted`: no longer held. `unknown`: newer than `head`. */
  locate(position: Position): 'held' | 'evicted' | 'other_epoch' | 'unknown';
  /** Samples after a position of this epoch, each preceded by the gaps before it, oldest first. */
  read(query: SampleQuery): Iterable<StoredSample | StoreGap>;
  /** The first of the last `count` samples at this stride, the head being the newest of them. */
  backfillStart(count: number, stride: number): BackfillStart;
  /** Whether sample `seq` is the first of its cell of `stride` grid units. @throws RangeError when `seq` is not held */
  startsCell(seq: number, stride: number): boolean;
  /** Unix ms; `undefined` when `seq` is not held. */
  timestampAt(seq: number): number | undefined;
  /** Whether there is no gap of either kind after sample `seq`. */
  isUnbrokenAfter(seq: number): boolean;
  /** Whether every sample after `seq` is held. */
  isCompleteAfter(seq: number): boolean;
  /** The newest rows of a table taken after sample `after` and up to sample `upTo`. */
  table(name: string, after: number, upTo: number): StoredTable | undefined;
  /** How to read the series of these metrics. */
  metricSet(metrics: readonly MetricDescriptor[]): MetricSet;
  /** Metrics of these names that have vanished from the catalogue. */
  vanishedAmong(names: readonly string[]): readonly MetricDescriptor[];
}
