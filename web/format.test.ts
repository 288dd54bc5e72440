import { describe, expect, it } from 'vitest';
import { formatDuration, formatTick, formatValue } from './format.ts';

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
  ])('shows %d %s as %s', (value, unit, expected) => {
    expect(text(value, unit)).toBe(expected);
  });

  it('shows what is not known as not known, never as 0', () => {
    expect(text(null, 'percent')).toBe('–');
  });

  it('writes numbers as the reader does', () => {
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
  ])('shows %d %s as %s', (value, unit, expected) => {
    expect(formatTick(value, unit, 'en')).toBe(expected);
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
