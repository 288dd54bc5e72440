import { describe, expect, it } from 'vitest';
import { formatDuration, formatReading } from './format-reading.ts';

describe('a reading', () => {
  it.each([
    [93.2, 'percent', '93 %'],
    [4.27, 'percent', '4.2 %'],
    [99.97, 'percent', '99.9 %'],
    [100, 'percent', '100 %'],
    [1536, 'bytes', '1.5 KiB'],
    [123_456_789_012, 'bytes/s', '115 GiB/s'],
    [2_400_000_000, 'Hz', '2.4 GHz'],
    [91.4, '°C', '91.4 °C'],
    [42, 's', '42 s'],
    [12_000, 's', '3 h 20 min'],
    [12_345, 'count', '12,345'],
    [0.254, '/s', '0.25 /s'],
    [1e30, 'W', '1e+30 W'],
    [Number.NaN, 'count', 'unknown'],
  ])('of %s %s is %s', (value, unit, expected) => {
    expect(formatReading(value, unit)).toBe(expected);
  });
});

describe('a duration', () => {
  it.each([
    [0, '0 s'],
    [-5, '0 s'],
    [40_000, '40 s'],
    [90_000, '1 min 30 s'],
    [300_000, '5 min'],
    [41 * 60_000 + 59_000, '41 min'],
    [14_400_000, '4 h'],
    [86_400_000, '1 day'],
    [2 * 86_400_000 + 4 * 3_600_000, '2 days 4 h'],
  ])('of %d ms is %s', (ms, expected) => {
    expect(formatDuration(ms)).toBe(expected);
  });
});
