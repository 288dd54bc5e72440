import type { RollingLine } from '../../charts/rolling-line.ts';
import type { TableDescriptor } from '../../../shared/protocol/catalogue.ts';
import type { SampleTable } from '../../../shared/client/client-subscription.ts';
import type { Fired, Mark } from '../../state/marks.ts';

/** A stretch of time of a host as the dashboard shows it, held still: nothing of it changes while the reader decides what to send. */
export interface Moment {
  /** What the host is called; `null`: not known. */
  readonly host: string | null;
  /** Facts of the host: terms and values. */
  readonly facts: readonly (readonly [term: string, value: string])[];
  /** What needs attention; `unnamed` does not name the host. */
  readonly sentence: { readonly named: string; readonly unnamed: string };
  /** Unix ms. */
  readonly fromMs: number;
  readonly toMs: number;
  /** In the order of the page. */
  readonly charts: readonly MomentChart[];
  /** Those of the whole host and of the charts, in the order of time. */
  readonly marks: readonly Mark[];
  /** `null`: not known. */
  readonly processes: { readonly descriptor: TableDescriptor; readonly table: SampleTable } | null;
}

export interface MomentChart {
  /** Tells it apart from the others. */
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly hasNotice: boolean;
  /** The newest number in its head, with its unit. */
  readonly reading: string;
  /** Names of the metrics that it shows. */
  readonly metrics: readonly string[];
  /** Of the series, in the order of `line`. */
  readonly labels: readonly string[];
  /** Only points of the stretch. */
  readonly line: RollingLine;
  /** Stretches in which an alert of it fired. */
  readonly fired: readonly Fired[];
}

/** What of a moment leaves the page. */
export interface MomentChoice {
  readonly host: boolean;
  readonly facts: boolean;
  readonly sentence: boolean;
  readonly marks: boolean;
  readonly processes: boolean;
  readonly arguments: boolean;
  readonly users: boolean;
  /** Ids of charts that do not. */
  readonly without: ReadonlySet<string>;
}

/** Arguments and users tell more than most readers mean to. */
export const DEFAULT_CHOICE: MomentChoice = {
  host: true,
  facts: true,
  sentence: true,
  marks: true,
  processes: true,
  arguments: false,
  users: false,
  without: new Set(),
};

/** Known values that charts show. */
export function pointCount(charts: readonly MomentChart[]): number {
  let count = 0;
  for (const { line } of charts)
    for (const { points } of line.series) for (const { y } of points) count += Number(!Number.isNaN(y));
  return count;
}
