import { describe, expect, it } from 'vitest';
import { DEFAULT_BACKOFF, fullJitterMs } from './backoff.ts';

describe('[RC-1] fullJitterMs', () => {
  it('spreads over 0 to base × 2ⁿ', () => {
    expect(fullJitterMs(0, 0, DEFAULT_BACKOFF)).toBe(0);
    expect(fullJitterMs(0, 0.5, DEFAULT_BACKOFF)).toBe(250);
    expect(fullJitterMs(3, 0.5, DEFAULT_BACKOFF)).toBe(2000);
  });

  it('never exceeds the cap', () => {
    expect(fullJitterMs(60, 0.999, DEFAULT_BACKOFF)).toBeLessThan(20_000);
    expect(fullJitterMs(5000, 0.5, DEFAULT_BACKOFF)).toBe(10_000);
  });
});
