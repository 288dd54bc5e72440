import { describe, expect, it } from 'vitest';
import { axisOf, shownThresholds, valuesAt } from './arranged.ts';
import { drawnSeries, oneLine } from './testing/one-line.ts';
import type { RollingLine } from './rolling-line.ts';

function points(...values: readonly number[]) {
  return values.map((y, second) => ({ x: second * 1000, y }));
}

/** Two series from 0 s on. */
function two(
  first: readonly number[],
  second: readonly number[],
  changes: Partial<RollingLine>,
): RollingLine {
  return oneLine(points(...first), {
    series: [drawnSeries(points(...first)), drawnSeries(points(...second), { isBelow: true })],
    ...changes,
  });
}

describe('the values at a time', () => {
  it('are sums in a stack, of known values only', () => {
    const line = two([1, 2, Number.NaN], [10, Number.NaN, 30], { arrangement: 'stacked' });
    expect([0, 1000, 2000].map((ms) => valuesAt(line, ms))).toEqual([
      [1, 11],
      [2, Number.NaN],
      [Number.NaN, Number.NaN],
    ]);
  });

  it('are negative below the zero line, and nowhere else', () => {
    expect(valuesAt(two([1], [10], { arrangement: 'mirrored' }), 0)).toEqual([1, -10]);
    expect(valuesAt(two([1], [10], { arrangement: 'lines' }), 0)).toEqual([1, 10]);
  });

  it('are not known at a time of no sample', () => {
    expect(valuesAt(two([1, 2], [3, 4], {}), 500)).toEqual([Number.NaN, Number.NaN]);
    expect(valuesAt(oneLine([], { series: [] }), 0)).toEqual([]);
  });
});

describe('the axis', () => {
  const extent = (line: RollingLine): readonly [number, number] => {
    const { min, max } = axisOf(line, 'count', undefined, undefined);
    return [min, max];
  };

  it('has room for the sum of a stack, for both sides of a mirror, and for the highest of lines', () => {
    expect(extent(two([9], [9], { arrangement: 'stacked' }))).toEqual([0, 20]);
    expect(extent(two([9], [9], { arrangement: 'mirrored' }))).toEqual([-10, 10]);
    expect(extent(two([9], [9], { arrangement: 'lines' }))).toEqual([0, 10]);
  });

  it('has room for bands, and for the peaks of a stack', () => {
    const banded = points(5).map((point) => ({ ...point, low: 1, high: 19 }));
    const series = [drawnSeries(banded)];
    expect(extent(oneLine(banded, { series, hasBand: true }))).toEqual([0, 20]);
    expect(extent(oneLine(banded, { series }))).toEqual([0, 5]);
    const stack = oneLine(banded, { series, hasBand: true, arrangement: 'stacked' });
    expect(extent(stack)).toEqual([0, 5]);
    expect(extent({ ...stack, peaks: banded })).toEqual([0, 20]);
  });

  it('leaves out what is not on the time axis, but for a sample that is a little early', () => {
    const line = oneLine(points(90, 5, 5), { fromMs: 600, toMs: 2000 });
    expect(extent(line)).toEqual([0, 5]);
    expect(extent({ ...line, fromMs: 400 })).toEqual([0, 100]);
  });

  it('has room for facts, and for thresholds that show', () => {
    const fact = { value: 64, level: 'fact', label: '64 cores' } as const;
    expect(extent(oneLine(points(1), { thresholds: [fact] }))).toEqual([0, 100]);
    const limit = { value: 10, level: 'trouble', label: '10' } as const;
    expect(extent(oneLine(points(4.9), { thresholds: [limit] }))).toEqual([0, 5]);
    expect(extent(oneLine(points(5), { thresholds: [limit] }))).toEqual([0, 10]);
  });
});

describe('a threshold', () => {
  const limit = { value: 10, level: 'warning', label: '' } as const;

  it('shows once any series reaches half of it, in a stack their sum', () => {
    const line = two([1, 2], [3, 3], { thresholds: [limit] });
    expect(shownThresholds(line)).toEqual([]);
    expect(shownThresholds({ ...line, arrangement: 'stacked' })).toEqual([limit]);
  });

  it('of one series shows for that one alone, also in a stack', () => {
    const line = two([1], [8], { arrangement: 'stacked', thresholds: [{ ...limit, of: 0 }] });
    expect(shownThresholds(line)).toEqual([]);
    expect(shownThresholds({ ...line, thresholds: [{ ...limit, of: 1 }] })).toHaveLength(1);
  });
});
