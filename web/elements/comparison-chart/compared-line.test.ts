import { describe, expect, it } from 'vitest';
import { readingAt, type ComparedLine } from './compared-line.ts';

const LINE: ComparedLine = {
  id: 'h',
  label: 'h',
  place: 0,
  intervalMs: 1000,
  isStale: false,
  why: '',
  points: [
    { x: 10_000, y: 1 },
    { x: 11_000, y: Number.NaN },
    { x: 12_000, y: 3 },
    { x: 20_000, y: 4 },
  ],
};

describe('the reading of a compared host', () => {
  it('is that of its sample nearest to the time, and unknown where it has none near', () => {
    const at = (timestampMs: number | null): number | null => readingAt(LINE, timestampMs);
    expect([at(null), at(10_400), at(11_100), at(11_700), at(16_000), at(20_900)]).toEqual([
      4,
      1,
      null,
      3,
      null,
      4,
    ]);
    expect(readingAt({ ...LINE, points: null }, null)).toBeNull();
  });
});
