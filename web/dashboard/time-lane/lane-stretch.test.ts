import { describe, expect, it } from 'vitest';
import { laneStretch } from './lane-stretch.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const NOW_MS = 1_796_000_000_000;

function newest(lengthMs: number): { fromMs: number; toMs: number } {
  return { fromMs: NOW_MS - lengthMs, toMs: NOW_MS };
}

describe('the stretch of the lane', () => {
  it.each([
    ['20 seconds', 20_000, HOUR_MS],
    ['15 minutes', 15 * MINUTE_MS, HOUR_MS],
    ['an hour', HOUR_MS, DAY_MS],
    ['6 hours', 6 * HOUR_MS, DAY_MS],
    ['a day', DAY_MS, 7 * DAY_MS],
    ['a week', 7 * DAY_MS, 30 * DAY_MS],
    ['30 days', 30 * DAY_MS, 365 * DAY_MS],
    ['a year', 365 * DAY_MS, 5 * 365 * DAY_MS],
  ])('is longer than a window of %s, and ends now', (_, shownMs, lengthMs) => {
    expect(laneStretch(null, newest(shownMs), true, NOW_MS)).toEqual({
      ...newest(lengthMs),
      isPresent: true,
    });
  });

  it('ends now as long as the range is in it', () => {
    const range = { fromMs: NOW_MS - 50 * MINUTE_MS, toMs: NOW_MS - 49 * MINUTE_MS };
    expect(laneStretch(null, range, false, NOW_MS)).toMatchObject({ isPresent: true, toMs: NOW_MS });
  });

  it('is around a range that is further back, and stands still while that is moved in it', () => {
    const range = { fromMs: NOW_MS - 10 * HOUR_MS, toMs: NOW_MS - 10 * HOUR_MS + MINUTE_MS };
    const stretch = laneStretch(null, range, false, NOW_MS);
    expect(stretch).toEqual({
      fromMs: range.fromMs - 29.5 * MINUTE_MS,
      toMs: range.toMs + 29.5 * MINUTE_MS,
      isPresent: false,
    });
    const moved = { fromMs: range.fromMs + 20 * MINUTE_MS, toMs: range.toMs + 20 * MINUTE_MS };
    expect(laneStretch(stretch, moved, false, NOW_MS)).toBe(stretch);
    const away = { fromMs: stretch.toMs - MINUTE_MS, toMs: stretch.toMs };
    expect(laneStretch(stretch, away, false, NOW_MS).toMs).toBe(stretch.toMs + 29.5 * MINUTE_MS);
  });

  it('grows with a range that takes more than half of it, and with a window at once', () => {
    const stretch = laneStretch(null, newest(MINUTE_MS), false, NOW_MS);
    expect(laneStretch(stretch, newest(30 * MINUTE_MS), false, NOW_MS)).toEqual(stretch);
    expect(laneStretch(stretch, newest(31 * MINUTE_MS), false, NOW_MS).fromMs).toBe(NOW_MS - DAY_MS);
    expect(laneStretch(stretch, newest(30 * MINUTE_MS), true, NOW_MS).fromMs).toBe(NOW_MS - DAY_MS);
  });

  it('is not in the future', () => {
    const range = { fromMs: NOW_MS - 61 * MINUTE_MS, toMs: NOW_MS - 50 * MINUTE_MS };
    expect(laneStretch(null, range, false, NOW_MS).toMs).toBeLessThanOrEqual(NOW_MS);
  });
});
