import { describe, expect, it } from 'vitest';
import type { Point } from './gaps.ts';
import { reducePoints } from './reduce.ts';

const GAP_MS = 1500;

function pointsOf(values: readonly number[]): Point[] {
  return values.map((y, second) => ({ x: second * 1000, y }));
}

const wave = pointsOf(Array.from({ length: 900 }, (_, index) => 50 + 40 * Math.sin(index / 7)));

describe('reducePoints', () => {
  it('leaves a short line unchanged', () => {
    const points = wave.slice(0, 20);
    expect(reducePoints(points, 500, GAP_MS)).toBe(points);
  });

  it('keeps the lowest and the highest of each step, the first and the last, in order', () => {
    const spiked = wave.map((point, index) => (index === 433 ? { ...point, y: 100 } : point));
    const reduced = reducePoints(spiked, 10_000, GAP_MS);
    expect(reduced.length).toBeLessThanOrEqual(2 * 90 + 2);
    expect(reduced).toContainEqual({ x: 433_000, y: 100 });
    expect([reduced[0], reduced.at(-1)]).toEqual([spiked[0], spiked.at(-1)]);
    for (let step = 0; step < 90; step += 1) {
      const ys = (points: readonly Point[]): number[] =>
        points.filter(({ x }) => Math.floor(x / 10_000) === step).map(({ y }) => y);
      expect(Math.max(...ys(reduced))).toBe(Math.max(...ys(spiked)));
      expect(Math.min(...ys(reduced))).toBe(Math.min(...ys(spiked)));
    }
    expect(reduced.map(({ x }) => x)).toEqual(
      reduced.map(({ x }) => x).toSorted((one, other) => one - other),
    );
  });

  it('chooses the same points while the window moves', () => {
    const inner = (points: readonly Point[]): Point[] => points.filter(({ x }) => x > 30_000 && x < 800_000);
    expect(inner(reducePoints(wave.slice(3), 10_000, GAP_MS))).toEqual(
      inner(reducePoints(wave.slice(0, -3), 10_000, GAP_MS)),
    );
  });

  it('breaks the line where a value is not known, and where samples are missing', () => {
    const unknown = wave.map((point, index) => (index === 400 ? { ...point, y: Number.NaN } : point));
    const missing = wave.filter((_, index) => index !== 400);
    for (const points of [unknown, missing]) {
      const reduced = reducePoints(points, 10_000, GAP_MS);
      const hole = reduced.findIndex(({ y }) => Number.isNaN(y));
      expect(reduced[hole - 1]?.x).toBe(399_000);
      expect(reduced[hole + 1]?.x).toBe(401_000);
    }
  });

  it('merges points that stand for steps: the lowest and the highest of all of them stay', () => {
    const steps = wave.map((point, index) => ({
      ...point,
      low: point.y - 1,
      high: index === 433 ? 500 : point.y + 1,
    }));
    const reduced = reducePoints(steps, 10_000, GAP_MS);
    expect(reduced).toHaveLength(90);
    expect(reduced.filter(({ high }) => high === 500).map(({ x }) => x)).toEqual([430_000]);
    for (const { x, y, low, high } of reduced) {
      const inside = steps.filter((point) => Math.floor(point.x / 10_000) === Math.floor(x / 10_000));
      expect(low).toBe(Math.min(...inside.map((point) => point.low)));
      expect(high).toBe(Math.max(...inside.map((point) => point.high)));
      expect(y).toBeCloseTo(inside.reduce((sum, point) => sum + point.y, 0) / inside.length);
    }
  });
});
