import type { MetricDescriptor, TableDescriptor } from '../../shared/protocol/catalogue.ts';
import type { RawValue } from './raw-values.ts';

/** One value per metric, `null` if unknown. */
export type Values = readonly (number | null)[];

/** Cells in the order of the table's columns, `null` if unknown. */
export type TableRow = readonly (string | number | null)[];

/** Reads one subject of this host. Independent of clock, clients and wire. */
export interface Collector {
  /** For the log and the agent's own metrics: `cpu`, `memory`. */
  readonly subject: string;
  /**
   * Describes the values of `read`, in the same order. The array changes identity exactly when something appeared or vanished in the last read.
   */
  readonly metrics: readonly MetricDescriptor[];
  /** Read no more often than this, on the grid of samples, since it costs more than it would tell, unless somebody passes each sample on; default: as often as somebody follows it. */
  readonly everyMs?: number;
  /** Takes the baseline for rates. Called until it succeeds, before the first `read`. */
  prime?(atMs: number): Promise<void> | void;
  /**
   * Current values for `metrics` (as it is after the call). Synchronous wherever possible: a promise costs a timer. Throws or rejects if the
   * whole subject is unreadable.
   * @param atMs monotonic ms at which the sample is taken
   */
  read(atMs: number): Values | Promise<Values>;
  /** A table that accompanies the values. */
  readonly table?: TableDescriptor;
  /** Told whether somebody follows its table, or its metrics more often than they are kept; again with each change. Before, nobody does. */
  setFollowed?(isFollowed: boolean): void;
  /** The rows of the last `read`, handed out once; `null` if it made none. */
  takeRows?(): readonly TableRow[] | null;
  /**
   * What the last `read` found, as the kernel counts it: every counter behind a rate, and the gauges that node_exporter also exports. Computed only
   * while iterated, from what the collector keeps for its next rate anyway.
   */
  rawValues?(): Iterable<RawValue>;
  /** Closes files. Nothing is read afterwards. */
  close?(): void;
}
