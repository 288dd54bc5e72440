import { describe, expect, it } from 'vitest';
import { formatExtremes, formatMoment, formatSpread, precisionOf } from './format-moment.ts';
import { formatTimeTick } from './format-tick.ts';

const DAY_MS = 86_400_000;
const thisYear = new Date().getFullYear();
const moment = (year = thisYear): number => new Date(year, 1, 9, 14, 3, 22).getTime();

describe('formatMoment', () => {
  it.each([
    [false, 1000, '14:03:22'],
    [false, 60_000, '14:03'],
    [true, 1000, 'Feb 9, 14:03:22'],
    [true, 120_000, 'Feb 9, 14:03'],
    [true, DAY_MS, 'Feb 9'],
  ])('with the date: %s, for steps of %d ms: %s', (hasDate, stepMs, expected) => {
    expect(formatMoment(moment(), { hasDate, stepMs }, 'en-US')).toBe(expected);
  });

  it('has the year if it is another, and the order of the language', () => {
    expect(formatMoment(moment(2019), { hasDate: true, stepMs: DAY_MS }, 'en-US')).toBe('Feb 9, 2019');
    expect(formatMoment(moment(), { hasDate: true, stepMs: 60_000 }, 'zh-CN')).toBe('2月9日 14:03');
  });
});

it('a stretch has dates unless all of it is of today', () => {
  const now = Date.now();
  expect(precisionOf(now, now, 0).hasDate).toBe(false);
  expect(precisionOf(now - DAY_MS, now, 0).hasDate).toBe(true);
  expect(precisionOf(now - 3 * DAY_MS, now - 3 * DAY_MS + 1000, 0).hasDate).toBe(true);
});

describe('formatTimeTick', () => {
  it.each([
    [new Date(2026, 1, 9, 14, 3, 22), 1000, '14:03:22'],
    [new Date(2026, 1, 9, 14, 3), 60_000, '14:03'],
    [new Date(2026, 1, 9, 0, 0), 60_000, 'Feb 9'],
    [new Date(2026, 1, 9, 0, 0), 3_600_000, 'Feb 9'],
    [new Date(2026, 1, 9), 7 * DAY_MS, 'Feb 9'],
    [new Date(2026, 1, 1), 30 * DAY_MS, 'Feb'],
    [new Date(2026, 0, 1), 90 * DAY_MS, '2026'],
  ])('of %s, in steps of %d ms, is %s', (time, stepMs, expected) => {
    expect(formatTimeTick(time.getTime(), stepMs, 'en-US')).toBe(expected);
  });
});

describe('the extremes of a step', () => {
  it.each([
    [3.14, 98.2, 'percent', '3.1–98.2 %'],
    [512 * 1024, 3 * 1024 ** 2, 'bytes/s', '512 KiB/s–3.00 MiB/s'],
    [0, 0, 'bytes/s', ''],
    [11.41, 11.44, 'percent', ''],
    [Number.NaN, Number.NaN, 'percent', ''],
    [undefined, undefined, 'percent', ''],
  ])('from %s to %s %s are %s', (low, high, unit, expected) => {
    expect(formatExtremes(low, high, unit, 'en')).toBe(expected);
  });

  it('follow its mean', () => {
    expect(formatSpread({ y: 12.34, low: 3.1, high: 98.2 }, 'percent', 'en')).toBe('12.3 % (3.1–98.2 %)');
    expect(formatSpread({ y: 5, low: 5, high: 5 }, 'percent', 'en')).toBe('5.0 %');
  });
});
