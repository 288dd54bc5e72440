import { describe, expect, it } from 'vitest';
import { bytes, percent, rounded } from './rounding.ts';

describe('rounded values', () => {
  it('have two decimals as percentages, and none as bytes', () => {
    expect(percent(12.3456)).toBe(12.35);
    expect(bytes(1024.4)).toBe(1024);
    expect(rounded(1.23456, 3)).toBe(1.235);
  });

  it('are unknown if out of range or not numbers', () => {
    expect([Number.NaN, -0.1, 100.1, Number.POSITIVE_INFINITY, null].map(percent)).toEqual(
      Array.from({ length: 5 }, () => null),
    );
    expect([Number.NaN, -1, Number.POSITIVE_INFINITY, null].map(bytes)).toEqual(
      Array.from({ length: 4 }, () => null),
    );
    expect([Number.NaN, Number.POSITIVE_INFINITY, null].map((value) => rounded(value, 1))).toEqual([
      null,
      null,
      null,
    ]);
  });
});
