import { describe, expect, it } from 'vitest';
import { TimeWindow } from '../../../../shared/time-window.ts';
import { binCountOf, placeOf, TimeBins } from './time-bins.ts';

const AXIS = { fromMs: 0, toMs: 9000 };

function windowOf(
  rows: readonly (readonly [timestampMs: number, ...values: (number | null)[]])[],
): TimeWindow {
  const samples = new TimeWindow(100, 2);
  for (const [timestampMs, ...values] of rows) samples.push(timestampMs, values);
  return samples;
}

const meansOf = (samples: TimeWindow, count = 10, columns = [0]): (number | null)[] =>
  [...new TimeBins(samples, AXIS, 1000, count).means(columns)].map((value) =>
    Number.isNaN(value) ? null : value,
  );

describe('the bins of a time axis', () => {
  it('have a bin for each sample, or as many as there is room for', () => {
    expect(binCountOf(AXIS, 1000, 500)).toBe(10);
    expect(binCountOf(AXIS, 1000, 4.7)).toBe(4);
    expect(binCountOf(AXIS, 1000, 0)).toBe(2);
  });

  it('hold each value where a chart has it, however its time jitters', () => {
    const samples = windowOf([
      [4, 1],
      [1010, 2],
      [1980, 3],
      [9000, 9],
    ]);
    expect(meansOf(samples)).toEqual([1, 2, 3, null, null, null, null, null, null, 9]);
  });

  it('have no gap where a sample came late, and one where some are missing', () => {
    const samples = windowOf([
      [0, 1],
      [1000, 2],
      [2450, 3],
      [3500, 4],
      [7000, 8],
    ]);
    expect(meansOf(samples)).toEqual([1, 2, 3, 4, 4, null, null, 8, null, null]);
  });

  it('show values that are not known as a gap, and sum up those that are', () => {
    const samples = windowOf([
      [0, 1, 10],
      [1000, null, 20],
      [2000, null, null],
    ]);
    expect(meansOf(samples).slice(0, 3)).toEqual([1, null, null]);
    expect(meansOf(samples, 10, [0, 1]).slice(0, 3)).toEqual([11, 20, null]);
  });

  it('take the mean of several samples', () => {
    const samples = windowOf(Array.from({ length: 10 }, (_, row) => [row * 1000, row]));
    expect(meansOf(samples, 4)).toEqual([0.5, 3, 6, 8.5]);
  });

  it('leave out what lies before and after the axis', () => {
    const samples = windowOf([
      [-5000, 1],
      [3000, 2],
      [12_000, 3],
    ]);
    expect(meansOf(samples)).toEqual([null, null, null, 2, null, null, null, null, null, null]);
  });
});

it('places a time on its axis', () => {
  expect(placeOf(4500, AXIS)).toBe(0.5);
  expect(placeOf(9001, AXIS)).toBeNull();
});
