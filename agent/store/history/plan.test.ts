import { expect, it } from 'vitest';
import { planQuery } from './plan.ts';

const NOW = 1_795_996_800_000;
const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
const KEPT = { seconds: NOW - 14 * DAY, minutes: NOW - 400 * DAY, quarters: NOW - 1000 * DAY };

function plan(
  lengthMs: number,
  points: number,
  { oldest = KEPT, recordedMs = 1000, isAscending = true } = {},
) {
  const query = { fromMs: NOW - lengthMs, toMs: NOW, points, metrics: [] };
  const { tier, stepMs, isRaw } = planQuery(query, oldest, recordedMs, () => isAscending);
  return [tier, stepMs, isRaw];
}

it.each([
  [HOUR, 3600, ['seconds', 1000, true]],
  [HOUR, 1000, ['seconds', 5000, false]],
  [6 * HOUR, 1000, ['seconds', 30_000, false]],
  [24 * HOUR, 1000, ['minutes', 2 * MINUTE, false]],
  [7 * DAY, 1000, ['quarters', 15 * MINUTE, false]],
  [30 * DAY, 1000, ['quarters', HOUR, false]],
  [365 * DAY, 1000, ['quarters', 12 * HOUR, false]],
  [DAY, 2, ['quarters', 12 * HOUR, false]],
])('%d ms in at most %d points are %j', (lengthMs, points, expected) => {
  expect(plan(lengthMs, points)).toEqual(expected);
});

it('the finest tier that has the begin answers, coarsely enough', () => {
  const oldest = { ...KEPT, seconds: NOW - 10 * MINUTE };
  expect(plan(HOUR, 3600, { oldest })).toEqual(['minutes', MINUTE, false]);
  expect(plan(5 * MINUTE, 3600, { oldest })).toEqual(['seconds', 1000, true]);
});

it('if the range begins before all tiers, seconds are as good as what was made of them', () => {
  const begin = NOW - 10 * MINUTE - 1234;
  const oldest = {
    seconds: begin,
    minutes: Math.floor(begin / MINUTE) * MINUTE,
    quarters: Math.floor(begin / (15 * MINUTE)) * 15 * MINUTE,
  };
  expect(plan(HOUR, 3600, { oldest })).toEqual(['seconds', 1000, true]);
});

it('no step is shorter than the interval, and samples are told only where time ascends', () => {
  expect(plan(HOUR, 720, { recordedMs: 5000 })).toEqual(['seconds', 5000, true]);
  expect(plan(HOUR, 700, { recordedMs: 5000 })).toEqual(['seconds', 10_000, false]);
  expect(plan(HOUR, 3600, { isAscending: false })).toEqual(['seconds', 2000, false]);
});

it('any range fits into any number of points', () => {
  for (const points of [1, 2, 3, 10]) {
    for (const fromMs of [0, 1, NOW - 3 * DAY, NOW - 1]) {
      const { stepMs } = planQuery({ fromMs, toMs: NOW, points, metrics: [] }, KEPT, 1000, () => true);
      expect(Math.ceil(NOW / stepMs) - Math.floor(fromMs / stepMs)).toBeLessThanOrEqual(points);
    }
  }
});

it('without any row, seconds are asked', () => {
  expect(plan(MINUTE, 60, { oldest: { seconds: null, minutes: null, quarters: null } as never })).toEqual([
    'seconds',
    1000,
    true,
  ]);
});
