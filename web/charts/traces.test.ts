import { describe, expect, it } from 'vitest';
import { drawnSeries, oneLine } from './testing/one-line.ts';
import { runsOf, tracesOf } from './traces.ts';

const NONE = Number.NaN;

function points(...values: readonly number[]) {
  return values.map((y, second) => ({ x: second * 1000, y }));
}

describe('a stack', () => {
  it('has each series on the sum of those below', () => {
    const line = oneLine([], {
      series: [drawnSeries(points(1, 2)), drawnSeries(points(10, 20)), drawnSeries(points(100, 200))],
      arrangement: 'stacked',
    });
    expect(tracesOf(line, 1).map((trace) => trace.points.map(({ y, base }) => [base, y]))).toEqual([
      [
        [0, 1],
        [0, 2],
      ],
      [
        [1, 11],
        [2, 22],
      ],
      [
        [11, 111],
        [22, 222],
      ],
    ]);
  });

  it('breaks as a whole where one series is not known', () => {
    const line = oneLine([], {
      series: [drawnSeries(points(1, 2, 3)), drawnSeries(points(1, NONE, 3))],
      arrangement: 'stacked',
    });
    for (const trace of tracesOf(line, 1)) expect(runsOf(trace).map((run) => run.length)).toEqual([1, 1]);
  });

  it('has the same times in each layer where few have room, and sums that are right', () => {
    const [low, high] = [0, 1].map((seed) =>
      Array.from({ length: 1000 }, (_, second) => ({ x: second * 1000, y: (second * 7919 + seed) % 101 })),
    );
    const line = oneLine([], {
      series: [drawnSeries(low ?? []), drawnSeries(high ?? [])],
      arrangement: 'stacked',
    });
    const [bottom, top] = tracesOf(line, 50_000);
    expect(bottom?.points.length).toBeLessThan(100);
    expect(top?.points.map(({ x }) => x)).toEqual(bottom?.points.map(({ x }) => x));
    for (const [index, { y, base }] of (top?.points ?? []).entries()) {
      expect(base).toBe(bottom?.points[index]?.y);
      const second = (top?.points[index]?.x ?? NONE) / 1000;
      expect(y).toBe((low?.[second]?.y ?? NONE) + (high?.[second]?.y ?? NONE));
    }
  });
});

it('breaks only the series that has a gap, if they are lines', () => {
  const line = oneLine([], { series: [drawnSeries(points(1, 2, 3)), drawnSeries(points(1, NONE, 3))] });
  expect(tracesOf(line, 1).map((trace) => runsOf(trace).map((run) => run.length))).toEqual([[3], [1, 1]]);
});

it('turns a band below the zero line upside down', () => {
  const banded = [{ x: 0, y: 5, low: 1, high: 9 }];
  const line = oneLine([], {
    series: [drawnSeries(banded), drawnSeries(banded, { isBelow: true })],
    arrangement: 'mirrored',
  });
  expect(tracesOf(line, 1).map((trace) => trace.points)).toEqual([
    banded,
    [{ x: 0, y: -5, low: -9, high: -1 }],
  ]);
});

it('joins points that are near enough, and known', () => {
  const some = [0, 1000, 3000, 4000, 5000].map((x) => ({ x, y: x === 4000 ? NONE : 1 }));
  expect(runsOf({ points: some, gapMs: 1500 }).map((run) => run.map(({ x }) => x))).toEqual([
    [0, 1000],
    [3000],
    [5000],
  ]);
  expect(runsOf({ points: [], gapMs: 1500 })).toEqual([]);
  expect(runsOf({ points: points(NONE, NONE), gapMs: 1500 })).toEqual([]);
});
