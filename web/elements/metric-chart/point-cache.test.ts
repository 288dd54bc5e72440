import { expect, it } from 'vitest';
import { TimeWindow } from '../../../shared/time-window.ts';
import { PointCache } from './point-cache.ts';

const CAPACITY = 5;

function pushTo(samples: TimeWindow, ...times: readonly number[]): void {
  for (const time of times) samples.push(time, [time * 10, null, time, time + 1, 0, 0]);
}

/** What a new cache makes of them. */
const freshOf = (samples: TimeWindow, columns: readonly number[], spread: number) =>
  new PointCache().pointsOf(samples, columns, spread);

it.each([0, 2])('keeps up with a window that grows and moves, at once or by leaps, spread %d', (spread) => {
  const samples = new TimeWindow(CAPACITY, 6);
  const cache = new PointCache();
  expect(cache.pointsOf(samples, [0, 1], spread)).toEqual([[], []]);
  for (const times of [[1], [2], [3, 4, 5], [6], [], [7, 8], [9, 10, 11, 12, 13, 14], [15]]) {
    pushTo(samples, ...times);
    expect(cache.pointsOf(samples, [0, 1], spread)).toEqual(freshOf(samples, [0, 1], spread));
  }
});

it('keeps the points that it has, and makes those of a sample that is new', () => {
  const samples = new TimeWindow(CAPACITY, 6);
  const cache = new PointCache();
  pushTo(samples, 1, 2, 3, 4, 5);
  const before = [...(cache.pointsOf(samples, [0], 0)[0] ?? [])];
  pushTo(samples, 6);
  const [points = []] = cache.pointsOf(samples, [0], 0);
  for (const [index, point] of before.slice(1).entries()) expect(points[index]).toBe(point);
});

it.each([
  ['earlier times, as of a clock that was set back', [1, 2, 3]],
  ['some of the same times', [4, 5, 6]],
  ['the same times', [3, 4, 5]],
])('begins again when the window was filled anew with %s', (_, times) => {
  const samples = new TimeWindow(CAPACITY, 1);
  const cache = new PointCache();
  for (const time of [3, 4, 5]) samples.push(time, [time]);
  cache.pointsOf(samples, [0], 0);
  samples.clear();
  for (const time of times) samples.push(time, [time + 100]);
  expect(cache.pointsOf(samples, [0], 0)).toEqual(freshOf(samples, [0], 0));
});

it('begins again with another window, other columns and another spread', () => {
  const [one, other] = [new TimeWindow(CAPACITY, 6), new TimeWindow(CAPACITY, 6)];
  const cache = new PointCache();
  pushTo(one, 1, 2, 3);
  for (const time of [1, 2, 3]) other.push(time, [7, 7, 7, 7, 7, 7]);
  for (const [samples, columns, spread] of [
    [one, [0], 0],
    [other, [0], 0],
    [other, [1, 0], 0],
    [one, [1], 0],
    [one, [1], 2],
    [one, [-1, 1, 1], 0],
  ] as const)
    expect(cache.pointsOf(samples, columns, spread)).toEqual(freshOf(samples, columns, spread));
  expect(cache.pointsOf(null, [0], 0)).toEqual([[]]);
});
