import type { ValueAxis } from './axes.ts';
import type { LabelledGap, Point } from './gaps.ts';
import type { Overlay } from './overlay.ts';
import type { Arrangement, ChartThreshold, DrawnSeries } from './series.ts';

/** One or more series over a stretch of time, and how they are shown. */
export interface RollingLine {
  /** The first lies on top of the others or, in a stack, at the bottom. */
  readonly series: readonly DrawnSeries[];
  readonly arrangement: Arrangement;
  /** Index of the series that the reader looks at alone: the others are faint. */
  readonly isolated: number | null;
  readonly thresholds: readonly ChartThreshold[];
  /** Over a stack of the past: at the times of the series, the highest sum of each step as `high`. Sums of the highs would say too much. */
  readonly peaks?: readonly Point[] | null;
  /** Ends of the time axis, Unix ms. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Points further apart than this are not joined. */
  readonly gapMs: number;
  /** The gaps that all series have, each with its cause. Where only one has a gap, it breaks; a stack breaks where any of its series does. */
  readonly gaps: readonly LabelledGap[];
  readonly axis: ValueAxis;
  readonly unit: string;
  /** BCP 47, for the labels; defaults to the browser's. */
  readonly locale?: string;
  /** The line alone: no axes, no fill, no margins. */
  readonly isBare: boolean;
  /** The lows and highs of the points are drawn as an area, in place of the fill below a line; over a stack, `peaks` as dots. */
  readonly hasBand: boolean;
  /** `x` of the selected points, if any. */
  readonly selectedMs: number | null;
  readonly overlay?: Overlay | null;
}

/** Writes the labels of the axes. */
export interface LabelFormat {
  value(value: number, unit: string, locale?: string): string;
  /** @param stepMs distance of the labels */
  time(timestampMs: number, stepMs: number, locale?: string): string;
}
