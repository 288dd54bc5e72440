import { describe, expect, it } from 'vitest';
import { fittedRange, movedRange, scaledRange } from './time-range.ts';

const NOW_MS = 10_000_000;

describe('a range of time', () => {
  it('is on whole seconds, and at least ten of them around its middle', () => {
    expect(fittedRange({ fromMs: 1_000_250, toMs: 1_060_250 }, NOW_MS)).toEqual({
      fromMs: 1_001_000,
      toMs: 1_061_000,
    });
    expect(fittedRange({ fromMs: 100_000, toMs: 101_000 }, NOW_MS)).toEqual({
      fromMs: 96_000,
      toMs: 106_000,
    });
  });

  it('ends with the present, as long as before', () => {
    expect(fittedRange({ fromMs: NOW_MS - 60_000, toMs: NOW_MS + 60_000 }, NOW_MS)).toEqual({
      fromMs: NOW_MS - 120_000,
      toMs: NOW_MS,
    });
    expect(fittedRange({ fromMs: 2 * NOW_MS, toMs: 2 * NOW_MS + 60_000 }, NOW_MS).toMs).toBe(NOW_MS);
  });

  it('never begins before the clock does', () => {
    expect(fittedRange({ fromMs: -60_000, toMs: 60_000 }, NOW_MS)).toEqual({ fromMs: 0, toMs: 60_000 });
  });

  it('moves and grows around its middle, or around a moment in it', () => {
    const range = { fromMs: 100, toMs: 200 };
    expect(movedRange(range, -0.5)).toEqual({ fromMs: 50, toMs: 150 });
    expect(scaledRange(range, 2)).toEqual({ fromMs: 50, toMs: 250 });
    expect(scaledRange(range, 0.5, 180)).toEqual({ fromMs: 155, toMs: 205 });
  });
});
