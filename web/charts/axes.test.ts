import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { valueAxis } from './axes.ts';

const GIB = 1024 ** 3;

describe('valueAxis', () => {
  it('is 0 to 100 for percent, whatever the values', () => {
    expect(valueAxis('percent', [3, 4], 0, 100)).toEqual({ min: 0, max: 100, ticks: [0, 50, 100] });
  });

  it('is that of as many values as a chart of many series has', () => {
    const values = Array.from({ length: 300_000 }, (_, index) => index % 7);
    expect(valueAxis('', values, undefined, undefined)).toMatchObject({ min: 0, max: 10 });
  });

  it('ends at a round number of bytes above the highest', () => {
    expect(valueAxis('bytes', [3.1 * GIB, null], 0, undefined)).toEqual({
      min: 0,
      max: 4 * GIB,
      ticks: [0, 2 * GIB, 4 * GIB],
    });
  });

  it('is round in bytes for a byte rate, too', () => {
    expect(valueAxis('bytes/s', [700 * 1024], undefined, undefined)).toMatchObject({
      max: 1024 ** 2,
      ticks: [0, 512 * 1024, 1024 ** 2],
    });
  });

  it('ends at whole hours or days for seconds', () => {
    expect(valueAxis('s', [5 * 3600], undefined, undefined).ticks).toEqual([0, 21_600]);
    expect(valueAxis('s', [30 * 86_400], undefined, undefined).ticks).toEqual([0, 20 * 86_400, 40 * 86_400]);
  });

  it('has no grid lines between whole counts or bytes', () => {
    for (const unit of ['count', 'bytes', 'bytes/s']) {
      expect(valueAxis(unit, [0], undefined, undefined).ticks).toEqual([0, 1]);
    }
  });

  it('begins below zero only for values below zero', () => {
    expect(valueAxis('celsius', [-7, 5], undefined, undefined)).toEqual({
      min: -10,
      max: 10,
      ticks: [-10, 0, 10],
    });
    expect(valueAxis('celsius', [20, 30], undefined, undefined)).toMatchObject({ min: 0 });
  });

  it('has a range for equal, unknown and no values', () => {
    for (const values of [[0, 0], [null], []]) {
      const { min, max, ticks } = valueAxis('percent', values, undefined, undefined);
      expect(max).toBeGreaterThan(min);
      expect(new Set(ticks).size).toBe(ticks.length);
    }
  });

  it('contains every value, with few grid lines', () => {
    const value = fc.maxSafeInteger().map((integer) => integer / 1000);
    fc.assert(
      fc.property(
        fc.constantFrom('bytes', 'bytes/s', 's', 'count', 'requests'),
        fc.array(value, { minLength: 1 }),
        (unit, values) => {
          const { min, max, ticks } = valueAxis(unit, values, undefined, undefined);
          expect(min).toBeLessThanOrEqual(Math.min(...values));
          expect(max).toBeGreaterThanOrEqual(Math.max(...values));
          expect(ticks.length).toBeGreaterThanOrEqual(2);
          expect(ticks.length).toBeLessThanOrEqual(5);
        },
      ),
    );
  });
});
