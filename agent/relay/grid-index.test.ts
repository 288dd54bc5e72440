import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GridIndex } from './grid-index.ts';

const EPOCH = 'e';
const HOUR_MS = 3_600_000;
const BEGIN_MS = 1_700_000_000_000;

/** Points of samples at these times, in units of 100 ms, of a host with an interval of 1 s. */
function pointsOf(timesMs: readonly number[], hasGap = false): number[] {
  const grid = new GridIndex(100, 1000);
  return timesMs.map((timestampMs) => grid.of({ epoch: EPOCH, timestampMs, hasGap }));
}

const steps = (points: readonly number[]): number[] =>
  points.slice(1).map((point, index) => point - (points[index] ?? 0));

describe('grid points of samples from their times', () => {
  it('are those of the agent: whole intervals are multiples, also of samples that are late', () => {
    expect(pointsOf([BEGIN_MS + 3, BEGIN_MS + 1070, BEGIN_MS + 2199])).toEqual([
      BEGIN_MS / 100,
      BEGIN_MS / 100 + 10,
      BEGIN_MS / 100 + 21,
    ]);
  });

  it('are the same for a copy that begins later', () => {
    const times = Array.from({ length: 50 }, (_, index) => BEGIN_MS + index * 200 + (index % 3));
    expect(pointsOf(times).slice(20)).toEqual(pointsOf(times.slice(20)));
  });

  it('are those of the agent where its pace changes by a single unit', () => {
    const times = [0, 100, 200, 400, 500, 800].map((ms) => BEGIN_MS + ms);
    expect(steps(pointsOf(times))).toEqual([1, 1, 2, 1, 3]);
  });

  it('go on after a step back of the clock, as far apart as before', () => {
    const times = [0, 1, 2, 3].map((second) => BEGIN_MS + second * 1000 + 4);
    const stepped = times.map((time) => time + 4000 - HOUR_MS);
    expect(steps(pointsOf([...times, ...stepped]))).toEqual([10, 10, 10, 10, 10, 10, 10]);
  });

  it('go on after a step forward without a gap, so that a copy keeps what it holds', () => {
    const times = [0, 1, 2].map((second) => BEGIN_MS + second * 1000);
    const stepped = times.map((time) => time + 3000 + HOUR_MS);
    expect(steps(pointsOf([...times, ...stepped]))).toEqual([10, 10, 10, 10, 10]);
  });

  it('leave out the time in which a host slept', () => {
    const grid = new GridIndex(100, 1000);
    const before = grid.of({ epoch: EPOCH, timestampMs: BEGIN_MS, hasGap: false });
    expect(grid.of({ epoch: EPOCH, timestampMs: BEGIN_MS + HOUR_MS, hasGap: true }) - before).toBe(36_000);
  });

  it('are one to an interval, though a step has put the samples on the border of two points', () => {
    const jitter = [0, 3, 1, 4, 0, 2, 5, 1];
    const times = jitter.map((late, index) => BEGIN_MS + index * 1000 - 2 + late);
    expect(steps(pointsOf(times))).toEqual(jitter.slice(1).map(() => 10));
  });

  it('begin anew with a run', () => {
    const grid = new GridIndex(100, 1000);
    grid.of({ epoch: 'one', timestampMs: BEGIN_MS + HOUR_MS, hasGap: false });
    expect(grid.of({ epoch: 'two', timestampMs: BEGIN_MS, hasGap: false })).toBe(BEGIN_MS / 100);
  });

  it('always increase, whatever the times', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 4e12 }), fc.boolean())), (samples) => {
        const grid = new GridIndex(100, 1000);
        const points = samples.map(([timestampMs, hasGap]) => grid.of({ epoch: EPOCH, timestampMs, hasGap }));
        expect(points.every((point, index) => index === 0 || point > (points[index - 1] ?? 0))).toBe(true);
        expect(points.every((point) => Number.isSafeInteger(point))).toBe(true);
      }),
    );
  });
});
