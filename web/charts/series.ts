import type { Point } from './gaps.ts';

/** One hue is one resource on every page; `neutral` belongs to none (load, filesystems). Every wait for a disk has the disk's. */
export type Hue = 'cpu' | 'memory' | 'disk' | 'network' | 'neutral';

/** Further series of one resource have further shades of its hue. */
export type Shade = 'first' | 'second' | 'third';

/** How the series of one chart are drawn: over each other, on top of each other, or the second half below the zero line. */
export type Arrangement = 'lines' | 'stacked' | 'mirrored';

/** One series as it is drawn. Its colour is that of the canvas's child at the same place, else the canvas's own. */
export interface DrawnSeries {
  /** Ascending; may begin before the time axis and end after it. The series of one chart have the same times, point by point. */
  readonly points: readonly Point[];
  readonly hue: Hue;
  /** Without an area, lines of the third shade are dotted: it has no colour of its own. */
  readonly shade: Shade;
  /** In a mirrored chart: drawn below the zero line. Its values are positive all the same. */
  readonly isBelow: boolean;
}

/** A line across a chart. `fact`: something that is so, such as the number of cores; always drawn. The others once the window reaches half of them. */
export interface ChartThreshold {
  /** In the chart's unit. */
  readonly value: number;
  readonly level: 'fact' | 'warning' | 'trouble';
  readonly label: string;
  /** Index of the series that it limits; default: each, in a stack their sum. */
  readonly of?: number;
}
