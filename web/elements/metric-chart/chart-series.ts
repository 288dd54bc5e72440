/** One hue is one resource on every page; `neutral` belongs to none (load, filesystems). Every wait for a disk has the disk's. */
export const HUES = ['cpu', 'memory', 'disk', 'network', 'neutral'] as const;
export type Hue = (typeof HUES)[number];

/** How the series of one chart are drawn: over each other, on top of each other, or the second half below the zero line. */
export type Arrangement = 'lines' | 'stacked' | 'mirrored';

/** One of the series of a chart. */
export interface ChartSeries {
  /** Of the metric. */
  readonly name: string;
  /** Short, in the legend: `user`. */
  readonly label: string;
  /** Of the samples; -1: the agent does not have it. */
  readonly column: number;
  readonly hue: Hue;
  /** `second` and `third` are shades of the hue for further series of one resource. */
  readonly shade: 'first' | 'second' | 'third';
  /** In a mirrored chart: drawn below the zero line. */
  readonly isBelow?: boolean;
}

/** A line across a chart. `fact`: something that is so, such as the number of cores; always drawn. The others once the window reaches half of them. */
export interface ChartThreshold {
  /** In the chart's unit. */
  readonly value: number;
  readonly level: 'fact' | 'warning' | 'trouble';
  readonly label: string;
}

/** What needs attention in a chart; takes the caption's place. */
export interface ChartNotice {
  readonly level: 'warning' | 'trouble';
  /** Such as `over 10 % for 2 min 41 s`. */
  readonly text: string;
}

/** What the number in the head of a card is: the value of `column`, the sum of the series, or the highest of them. */
export type HeadValue = 'column' | 'sum' | 'highest';
