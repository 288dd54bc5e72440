import type { ValueAxis } from './axes.ts';
import type { LabelledGap, Point } from './gaps.ts';
import type { Overlay } from './overlay.ts';

/** One series over a stretch of time, and how it is shown. */
export interface RollingLine {
  /** Ascending; may begin before `fromMs` and end after `toMs`. */
  readonly points: readonly Point[];
  /** Ends of the time axis, Unix ms. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Points further apart than this are not joined. */
  readonly gapMs: number;
  /** The gaps in `points`, each with its cause. */
  readonly gaps: readonly LabelledGap[];
  readonly axis: ValueAxis;
  readonly unit: string;
  /** BCP 47, for the labels; defaults to the browser's. */
  readonly locale?: string;
  /** The line alone: no axes, no fill, no margins. */
  readonly isBare: boolean;
  /** The lows and highs of the points are drawn as an area, in place of the fill below the line. */
  readonly hasBand: boolean;
  /** `x` of the selected point, if any. */
  readonly selectedMs: number | null;
  readonly overlay?: Overlay | null;
}

/** Writes the labels of the axes. */
export interface LabelFormat {
  value(value: number, unit: string, locale?: string): string;
  /** @param stepMs distance of the labels */
  time(timestampMs: number, stepMs: number, locale?: string): string;
}

/** Whether the value axis and its labels stay the same, so that only the line and the times have to be drawn. */
export function hasSameAxis(one: RollingLine, other: RollingLine): boolean {
  return (
    one.isBare === other.isBare &&
    one.hasBand === other.hasBand &&
    one.unit === other.unit &&
    one.locale === other.locale &&
    one.axis.min === other.axis.min &&
    one.axis.max === other.axis.max &&
    one.axis.ticks.join(' ') === other.axis.ticks.join(' ')
  );
}
