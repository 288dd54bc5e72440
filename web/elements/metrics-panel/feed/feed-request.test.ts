import { describe, expect, it } from 'vitest';
import { windowMsOf, wishesOf } from './feed-request.ts';

const SETTINGS = { host: null, metrics: null, tables: null, interval: null, points: 20, window: null };

describe('windowMsOf', () => {
  it.each([
    ['15m', 15 * 60_000],
    ['1.5h', 90 * 60_000],
    ['24h', 86_400_000],
    [' 7d ', 7 * 86_400_000],
    ['1y', 365 * 86_400_000],
    [null, 0],
    ['', 0],
  ])('of %s is %d ms', (window, expected) => {
    expect(windowMsOf(window)).toBe(expected);
  });

  it.each(['24', 'h', '0h', '-1h', '1 h', '24 hours', '1w', '1e3h', 'NaNh', '1H'])(
    'is none for %s',
    (window) => {
      expect(windowMsOf(window)).toBeNaN();
    },
  );
});

describe('the points of a window', () => {
  it.each([
    ['1m', null, undefined, 60],
    ['15m', null, 1000, 900],
    ['1m', 100, undefined, 600],
    // The agent decides.
    ['1m', 100, 1000, 60],
    ['15m', null, 50, 10_000],
    ['1m', null, 60_000, 2],
    // More than live samples hold: from the history.
    ['16m', null, 1000, 20],
    ['1 day', null, 1000, 20],
  ])('of %s at an interval of %s ms, announced as %s, are %d', (window, interval, announcedMs, points) => {
    expect(wishesOf({ ...SETTINGS, window, interval }, announcedMs).points).toBe(points);
  });
});
