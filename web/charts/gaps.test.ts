import { describe, expect, it } from 'vitest';
import { findGaps } from './gaps.ts';

function points(...samples: [x: number, y: number | null][]) {
  return samples.map(([x, y]) => ({ x, y: y ?? Number.NaN }));
}

describe('findGaps', () => {
  it('finds none in a complete series with jitter', () => {
    expect(findGaps(points([0, 1], [1004, 1], [1998, 1], [3400, 1]), 1000)).toEqual([]);
  });

  it('finds a stretch without samples', () => {
    expect(findGaps(points([0, 1], [1000, 1], [9000, 1]), 1000)).toEqual([{ fromMs: 1000, toMs: 9000 }]);
  });

  it('finds a stretch of unknown values, from the last known to the next', () => {
    expect(findGaps(points([0, 1], [1000, null], [2000, null], [3000, 1]), 1000)).toEqual([
      { fromMs: 0, toMs: 3000 },
    ]);
  });

  it('finds values unknown up to now, and unknown throughout', () => {
    expect(findGaps(points([0, 1], [1000, null], [2000, null]), 1000)).toEqual([{ fromMs: 0, toMs: 2000 }]);
    expect(findGaps(points([0, null], [1000, null]), 1000)).toEqual([{ fromMs: 0, toMs: 1000 }]);
  });

  it('finds values unknown since the oldest sample', () => {
    expect(findGaps(points([0, null], [1000, null], [2000, 5], [3000, 5]), 1000)).toEqual([
      { fromMs: 0, toMs: 2000 },
    ]);
  });

  it('keeps two gaps apart that share one sample', () => {
    expect(findGaps(points([0, 1], [5000, 1], [9000, 1]), 1000)).toEqual([
      { fromMs: 0, toMs: 5000 },
      { fromMs: 5000, toMs: 9000 },
    ]);
  });

  it('finds none in an empty series', () => {
    expect(findGaps([], 1000)).toEqual([]);
  });
});
