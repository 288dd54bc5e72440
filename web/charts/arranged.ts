import { valueAxis, type ValueAxis } from './axes.ts';
import type { Point } from './gaps.ts';
import type { RollingLine } from './rolling-line.ts';
import type { ChartThreshold } from './series.ts';

/** The share of a threshold that values reach before it is drawn: far away it says nothing. */
const NEAR = 0.5;

/** What the values of a chart are taken from. */
export type Arranged = Pick<
  RollingLine,
  'series' | 'arrangement' | 'thresholds' | 'peaks' | 'overlay' | 'fromMs' | 'toMs' | 'gapMs' | 'hasBand'
>;

/** The value axis with room for the series as they are arranged, for the thresholds that show, and for what the overlay draws. */
export function axisOf(
  line: Arranged,
  unit: string,
  min: number | undefined,
  max: number | undefined,
): ValueAxis {
  const values = drawnValues(line);
  const limits = shownThresholds(line).map(({ value }) => value);
  return valueAxis(unit, [...values, ...limits, ...(line.overlay?.axisValues(values) ?? [])], min, max);
}

/** The thresholds to draw: facts, and those that the window comes near to. */
export function shownThresholds(line: Arranged): readonly ChartThreshold[] {
  return line.thresholds.filter(
    ({ level, value, of }) => level === 'fact' || drawnValues(line, of).some((one) => one >= value * NEAR),
  );
}

/** The values of the series at the time of a sample, as they are drawn; NaN where one is not known. */
export function valuesAt({ series, arrangement }: Arranged, timestampMs: number): number[] {
  const row = rowAt(series[0]?.points ?? [], timestampMs);
  let sum = 0;
  return series.map(({ points, isBelow }) => {
    const value = points[row]?.y ?? Number.NaN;
    sum += value;
    if (arrangement === 'stacked') return sum;
    return arrangement === 'mirrored' && isBelow ? -value : value;
  });
}

/** Index of the point at a time; -1 for none. */
function rowAt(points: readonly Point[], timestampMs: number): number {
  let from = 0;
  let to = points.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((points[middle]?.x ?? Number.NaN) < timestampMs) from = middle + 1;
    else to = middle;
  }
  return points[from]?.x === timestampMs ? from : -1;
}

/**
 * The known values on the time axis, as they are drawn: sums in a stack, negative below the zero line.
 * @param only index of the one series that counts, each on its own
 */
function drawnValues(line: Arranged, only?: number): number[] {
  const { series, arrangement, peaks, fromMs, toMs, gapMs, hasBand } = line;
  const values: number[] = [];
  const add = (value: number): void => {
    if (!Number.isNaN(value)) values.push(value);
  };
  // The times of samples jitter by milliseconds: the one on the left edge still counts.
  const isInside = (x: number): boolean => x >= fromMs - gapMs / 3 && x <= toMs;
  if (arrangement === 'stacked' && only === undefined) {
    for (const [index, { x }] of (series[0]?.points ?? []).entries()) {
      if (isInside(x)) add(series.reduce((sum, { points }) => sum + (points[index]?.y ?? Number.NaN), 0));
    }
    if (hasBand) for (const { x, high = Number.NaN } of peaks ?? []) if (isInside(x)) add(high);
    return values;
  }
  for (const [index, { points, isBelow }] of series.entries()) {
    if (only !== undefined && only !== index) continue;
    const sign = arrangement === 'mirrored' && isBelow && only === undefined ? -1 : 1;
    for (const { x, y, low = y, high = y } of points) {
      if (!isInside(x)) continue;
      if (!hasBand || arrangement === 'stacked') add(sign * y);
      else {
        add(sign * low);
        add(sign * high);
      }
    }
  }
  return values;
}
