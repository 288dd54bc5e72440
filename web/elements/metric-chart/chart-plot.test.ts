import { expect, it } from 'vitest';
import { nearestSample } from './chart-plot.ts';

it.each([
  [2400, 0, 2000],
  [2600, 0, 3000],
  [-5, 0, 1000],
  [9999, 0, 3000],
  [2000, 1, 3000],
  [2000, -1, 1000],
  [3000, 1, 3000],
  [1000, -1, 1000],
])('the sample nearest to %d, moved by %d, is %d', (timestampMs, steps, expected) => {
  expect(nearestSample([1000, 2000, 3000], timestampMs, steps)).toBe(expected);
});

it('there is no nearest sample without samples', () => {
  expect(nearestSample([], 2000)).toBeNull();
});
