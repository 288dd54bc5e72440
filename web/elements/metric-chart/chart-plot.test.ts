import { expect, it } from 'vitest';
import { TimeWindow } from '../../../shared/time-window.ts';
import { en } from '../../locales/en.ts';
import { nearestSample } from './nearest-sample.ts';
import { shownLine } from './shown-line.ts';

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

it.each([
  // Only half of a hole, and most of one, are explained.
  [[[30, 60]], 'Agent restarted'],
  [
    [
      [20, 35],
      [40, 60],
    ],
    'Agent restarted',
  ],
  [[[50, 60]], 'No samples'],
  [[], 'No samples'],
])('a hole of 60 s with the restarts %j says %s', (restarts, label) => {
  const samples = new TimeWindow(4, 1);
  for (const seconds of [0, 1, 61, 62]) samples.push(seconds * 1000, [7]);
  const { gaps } = shownLine(
    {
      samples,
      columns: [0],
      spread: 0,
      points: 100,
      intervalMs: 1000,
      gaps: restarts.map(([from = 0, to = 0]) => ({
        from: 2,
        to: 1,
        fromMs: from * 1000,
        toMs: to * 1000,
        reason: 'agent_restart',
      })),
      span: null,
    },
    en,
  );
  expect(gaps.map((gap) => gap.label)).toEqual([label]);
});
