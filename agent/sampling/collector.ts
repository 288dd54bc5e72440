import type { MetricDescriptor, TableDescriptor } from '../../shared/protocol/catalogue.ts';
import type { RawValue } from './raw-values.ts';

/** One value per metric, `null` where it is not known. */
export type Values = readonly (number | null)[];

/** Cells in the order of the table's columns, `null` where one is not known. */
export type TableRow = readonly (string | number | null)[];

/** Reads one subject of this host. Knows no clock, no client and no wire. */
export interface Collector {
  /** What it reads, for the log and for what it costs: `cpu`, `memory`. */
  readonly subject: string;
  /**
   * What its values mean, in the order in which `read` returns them. Another array when something has appeared or vanished in
   * the read before, the same one otherwise.
   */
  readonly metrics: readonly MetricDescriptor[];
  /** Takes the baseline that a rate needs; called until it succeeds, before the first `read`. */
  prime?(atMs: number): Promise<void> | void;
  /**
   * Values of now, for `metrics` as it is afterwards. Answers at once where it can: a promise costs a timer.
   * Throws or rejects when the whole subject cannot be read.
   * @param atMs monotonic ms at which the sample is taken
   */
  read(atMs: number): Values | Promise<Values>;
  /** A table that belongs to the values. */
  readonly table?: TableDescriptor;
  /** Its rows as the last `read` found them, once; `null` when that made none. */
  takeRows?(): readonly TableRow[] | null;
  /**
   * What the last `read` found, as the kernel counts it: every counter behind a rate, and the gauges that node_exporter has a name
   * for. Made from what the collector keeps for its next rate, and only when iterated.
   */
  rawValues?(): Iterable<RawValue>;
  /** Lets go of what it holds open; nothing is read afterwards. */
  close?(): void;
}
