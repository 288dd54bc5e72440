import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimeWindow } from './time-window.ts';

function rowsOf(window: TimeWindow): (number | null)[][] {
  return Array.from({ length: window.length }, (_, row) => [
    window.timestampAt(row),
    ...Array.from({ length: window.width }, (_column, column) => window.valueAt(column, row)),
  ]);
}

describe('TimeWindow', () => {
  it('starts empty', () => {
    expect(new TimeWindow(20, 2)).toHaveLength(0);
  });

  it('holds the newest rows in the order of arrival', () => {
    const window = new TimeWindow(3, 1);
    for (const n of [1, 2, 3, 4, 5]) window.push(n * 1000, [n]);
    expect(rowsOf(window)).toEqual([
      [3000, 3],
      [4000, 4],
      [5000, 5],
    ]);
  });

  it('keeps an unknown value unknown, and a measured zero zero', () => {
    const window = new TimeWindow(2, 3);
    window.push(1, [null, 0]);
    expect(rowsOf(window)).toEqual([[1, null, 0, null]]);
  });

  it('is empty after clear', () => {
    const window = new TimeWindow(2, 1);
    window.push(1, [1]);
    window.push(2, [2]);
    window.push(3, [3]);
    window.clear();
    window.push(4, [4]);
    expect(rowsOf(window)).toEqual([[4, 4]]);
  });

  it('reads columns that it does not have as unknown', () => {
    const window = new TimeWindow(2, 1);
    window.push(1000, [5]);
    expect([-1, 0, 1].map((column) => window.valueAt(column, 0))).toEqual([null, 5, null]);
  });

  it('throws on a row that it does not hold, and on a capacity below one', () => {
    const window = new TimeWindow(2, 1);
    window.push(1, [1]);
    expect(() => window.timestampAt(1)).toThrow(RangeError);
    expect(() => window.valueAt(0, -1)).toThrow(RangeError);
    expect(() => new TimeWindow(0, 1)).toThrow(RangeError);
  });

  it('is the tail of any pushed rows', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: null }), {
          maxLength: 60,
        }),
        (capacity, values) => {
          const window = new TimeWindow(capacity, 1);
          for (const [index, value] of values.entries()) window.push(index, [value]);
          expect(rowsOf(window)).toEqual([...values.entries()].slice(-capacity));
        },
      ),
    );
  });
});
