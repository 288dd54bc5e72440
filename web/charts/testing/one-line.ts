import { valueAxis } from '../axes.ts';
import type { Point } from '../gaps.ts';
import type { RollingLine } from '../rolling-line.ts';
import type { DrawnSeries } from '../series.ts';

export function drawnSeries(points: readonly Point[], changes: Partial<DrawnSeries> = {}): DrawnSeries {
  return { points, hue: 'cpu', shade: 'first', isBelow: false, ...changes };
}

/** One series over all of its time, in percent, with nothing else in the chart. */
export function oneLine(points: readonly Point[], changes: Partial<RollingLine> = {}): RollingLine {
  return {
    series: [drawnSeries(points)],
    arrangement: 'lines',
    isolated: null,
    thresholds: [],
    fromMs: points[0]?.x ?? 0,
    toMs: points.at(-1)?.x ?? 0,
    gapMs: 1500,
    gaps: [],
    axis: valueAxis('percent', [], 0, 100),
    unit: 'percent',
    isBare: false,
    hasBand: false,
    selectedMs: null,
    ...changes,
  };
}
