import { describe, expect, it } from 'vitest';
import { lengthOf, pointsIn, TIME_SPANS } from './time-span.ts';

describe('pointsIn', () => {
  it('counts the samples in a span, at least two, and 20 without a span', () => {
    expect([pointsIn('points', 250), pointsIn('1m', 250), pointsIn('5m', 250)]).toEqual([20, 240, 1200]);
    expect(pointsIn('15m')).toBe(900);
    expect([pointsIn('1m', 10_000), pointsIn('1m', 60_000)]).toEqual([6, 2]);
  });

  it('never exceeds what the agent keeps', () => {
    expect(pointsIn('15m', 250, 2000)).toBe(2000);
  });
});

describe('lengthOf', () => {
  it('grows from span to span, and covers the intervals between 20 points', () => {
    const lengths = TIME_SPANS.map((span) => lengthOf(span));
    expect(lengths).toEqual(lengths.toSorted((one, other) => one - other));
    expect([lengthOf('points', 250), lengthOf('24h'), lengthOf('1y')]).toEqual([
      4750, 86_400_000, 31_536_000_000,
    ]);
  });
});
