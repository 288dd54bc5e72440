import { expect, it } from 'vitest';
import { TimeWindow } from '../../shared/time-window.ts';
import { nearestSample } from './moments.ts';

function windowOf(...timesMs: number[]): TimeWindow {
  const window = new TimeWindow(10, 0);
  for (const timeMs of timesMs) window.push(timeMs, []);
  return window;
}

it.each([
  [2400, 0, 2000],
  [2600, 0, 3000],
  [-5, 0, 1000],
  [9999, 0, 3000],
  [2000, 1, 3000],
  [2000, -1, 1000],
  [3000, 1, 3000],
  [1000, -1, 1000],
])('the sample nearest to %d, %d steps on, is %d', (timestampMs, steps, expected) => {
  expect(nearestSample(windowOf(1000, 2000, 3000), 0, timestampMs, steps)).toBe(expected);
});

it('knows only what is shown', () => {
  const window = windowOf(1000, 2000, 3000);
  expect(nearestSample(window, 1500, 0)).toBe(2000);
  expect(nearestSample(window, 1500, 2000, -1)).toBe(2000);
  expect(nearestSample(window, 4000, 2000)).toBeNull();
  expect(nearestSample(windowOf(), 0, 2000)).toBeNull();
});
