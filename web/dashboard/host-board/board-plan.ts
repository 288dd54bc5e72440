import type {
  Arrangement,
  ChartSeries,
  ChartThreshold,
  HeadValue,
  Hue,
} from '../../elements/metric-chart/chart-series.ts';
import type { PanelLayout } from '../../elements/metrics-panel/panel-layout.ts';

/** One card of the board: a chart of several series. */
export interface CardPlan {
  /** Names it in layouts, links and tests: `cpu`, `memory`, `pressure`, `network`, `disk`, `load`; of other headlines, the metric. */
  readonly id: string;
  readonly title: string;
  /** Facts, such as `8 cores`; a notice takes its place. */
  readonly caption: string;
  readonly hue: Hue;
  readonly unit: string;
  /** Of the number in the head, where it is not `unit`. */
  readonly headUnit?: string;
  readonly headValue: HeadValue;
  /** Of the number in the head, for `headValue: 'column'`; -1 otherwise. */
  readonly column: number;
  readonly arrangement: Arrangement;
  readonly series: readonly ChartSeries[];
  readonly thresholds: readonly ChartThreshold[];
  readonly min?: number;
  readonly max?: number;
}

/** What the board shows of a host, and what it leaves to sections. */
export interface BoardPlan {
  readonly cards: readonly CardPlan[];
  readonly rest: PanelLayout;
}
