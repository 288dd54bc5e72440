import { describe, expect, it } from 'vitest';
import { formatCell } from '../elements/process-table/table-view.ts';
import { formatCount, formatDuration, formatReading, formatTime, formatValue } from './format.ts';
import { formatTick } from './format-tick.ts';

function text(value: number | null, unit: string, locale = 'en'): string {
  const { number, unit: shown } = formatValue(value, unit, locale);
  return `${number} ${shown}`.trim();
}

describe('formatValue', () => {
  it.each([
    [0, 'percent', '0.0 %'],
    [12.34, 'percent', '12.3 %'],
    [100, 'percent', '100.0 %'],
    [0, 'bytes', '0 B'],
    [1023, 'bytes', '1,023 B'],
    [1024, 'bytes', '1.00 KiB'],
    [12.5 * 1024 ** 3, 'bytes', '12.5 GiB'],
    [512 * 1024 ** 2, 'bytes', '512 MiB'],
    [3 * 1024 ** 6, 'bytes', '3,072 PiB'],
    [1234.567, 'requests', '1,234.57 requests'],
    [0, 'bytes/s', '0 B/s'],
    [3.5 * 1024 ** 2, 'bytes/s', '3.50 MiB/s'],
    [0, '/s', '0 /s'],
    [0.254, '/s', '0.25 /s'],
    [1234.6, '/s', '1,235 /s'],
    [123_456, '/s', '123K /s'],
    [0, 'count', '0'],
    [1.5, 'count', '1.5'],
    [12_345, 'count', '12,345'],
    [26_214_400, 'count', '26.2M'],
    [0.5, 'ms', '0.5 ms'],
    [12.345, 'ms', '12.35 ms'],
    [0.25, 's', '0.25 s'],
    [59.9, 's', '59.9 s'],
    [273_600, 's', '3 days 4 hr'],
    [2_600_000_000, 'Hz', '2.60 GHz'],
    [800_000_000, 'Hz', '800 MHz'],
    [54.25, '°C', '54.3 °C'],
    [-3, '°C', '-3.0 °C'],
    [1480, 'rpm', '1,480 rpm'],
    [45.678, 'W', '45.68 W'],
  ])('shows %d %s as %s', (value, unit, expected) => {
    expect(text(value, unit)).toBe(expected);
  });

  it('shows an unknown value as unknown, never as 0', () => {
    expect(text(null, 'percent')).toBe('–');
  });

  it("formats numbers for the reader's language", () => {
    expect(text(12.34, 'percent', 'de')).toBe('12,3 %');
  });
});

describe('formatTick', () => {
  it.each([
    [100, 'percent', '100 %'],
    [0.5, 'percent', '0.5 %'],
    [512 * 1024 ** 2, 'bytes', '512 MiB'],
    [1.5 * 1024 ** 3, 'bytes', '1.5 GiB'],
    [0, 'bytes', '0 B'],
    [100_000, 'requests', '100,000 requests'],
    [256 * 1024, 'bytes/s', '256 KiB/s'],
    [50_000, '/s', '50K/s'],
    [2000, '/s', '2,000/s'],
    [15_000_000, 'count', '15M'],
    [2, 'count', '2'],
    [2.5e9, 'Hz', '2.5 GHz'],
    [0, 'Hz', '0 Hz'],
    [1000, 'rpm', '1,000 rpm'],
    [172_800, 's', '2d'],
    [5400, 's', '1h 30m'],
    [30, 's', '30 s'],
  ])('shows %d %s as %s', (value, unit, expected) => {
    expect(formatTick(value, unit, 'en')).toBe(expected);
  });
});

describe('formatReading', () => {
  it('is one text, without a trailing space if there is no unit', () => {
    expect(formatReading(12, 'percent', 'en')).toBe('12.0 %');
    expect(formatReading(12, 'count', 'en')).toBe('12');
    expect(formatReading(null, 'percent', 'en')).toBe('–');
  });
});

describe('formatCell', () => {
  it.each([
    ['<b>node</b>', 'text', '<b>node</b>'],
    [12_345, 'id', '12345'],
    [null, 'id', '–'],
    [3 * 1024 ** 2, 'bytes', '3.00 MiB'],
    [null, 'percent', '–'],
  ])('shows %j in %s as %s', (cell, unit, expected) => {
    expect(formatCell(cell, unit, 'en')).toBe(expected);
  });
});

describe('formatDuration', () => {
  const minute = 60_000;
  const hour = 60 * minute;
  it.each([
    [0, '0 sec'],
    [40_500, '40 sec'],
    [12 * minute + 5000, '12 min'],
    [4 * hour + 12 * minute, '4 hr 12 min'],
    [4 * hour, '4 hr'],
    [3 * 24 * hour + 4 * hour + 9 * minute, '3 days 4 hr'],
    [-5, '0 sec'],
  ])('shows %d ms as %s', (durationMs, expected) => {
    expect(formatDuration(durationMs, 'en')).toBe(expected);
  });
});

describe('in Chinese', () => {
  it.each([
    [1_234_567, 'count', '123万'],
    [273_600, 's', '3天 4小时'],
    [12.34, 'percent', '12.3 %'],
    [12.5 * 1024 ** 3, 'bytes', '12.5 GiB'],
  ])('a value of %d %s is %s', (value, unit, expected) => {
    expect(text(value, unit, 'zh-CN')).toBe(expected);
  });

  it.each([
    [50_000, '/s', '5万/s'],
    [172_800, 's', '2天'],
    [3600, 's', '1小时'],
  ])('a grid line at %d %s is %s', (value, unit, expected) => {
    expect(formatTick(value, unit, 'zh-CN')).toBe(expected);
  });
});

describe('formatTime', () => {
  const midnight = new Date(2026, 0, 1, 0, 3, 22).getTime();
  it.each([
    ['en-US', '00:03:22'],
    ['zh-CN', '00:03:22'],
    ['fi', '00.03.22'],
  ])('has 24 hours in %s: %s', (locale, expected) => {
    expect(formatTime(midnight, locale)).toBe(expected);
  });
});

describe('formatCount', () => {
  it.each([
    [1, 'en', { text: '1', plural: 'one' }],
    [1200, 'en', { text: '1,200', plural: 'other' }],
    [1, 'zh', { text: '1', plural: 'other' }],
    [3, 'pl', { text: '3', plural: 'few' }],
  ])('of %d in %s is %j', (count, locale, expected) => {
    expect(formatCount(count, locale)).toEqual(expected);
  });
});
