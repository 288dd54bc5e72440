import type { Hue, Shade } from '../../charts/series.ts';

export type { Arrangement, ChartThreshold, Hue } from '../../charts/series.ts';

/** One of the series of a chart. */
export interface ChartSeries {
  /** Of the metric. */
  readonly name: string;
  /** Short, in the legend: `user`. */
  readonly label: string;
  /** Of the samples; -1: the agent does not have it. */
  readonly column: number;
  readonly hue: Hue;
  readonly shade: Shade;
  /** In a mirrored chart: drawn below the zero line. */
  readonly isBelow?: boolean;
}

/** What needs attention in a chart; takes the caption's place. */
export interface ChartNotice {
  readonly level: 'warning' | 'trouble';
  /** Such as `over 10 % for 2 min 41 s`. */
  readonly text: string;
}

/** What the number in the head of a card is: the value of `column`, the sum of the series, or the highest of them. */
export type HeadValue = 'column' | 'sum' | 'highest';
