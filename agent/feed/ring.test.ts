import { describe, expect, it } from 'vitest';
import { Ring } from './ring.ts';

describe('the ring', () => {
  it('[RT-1] counts samples from 1 under an epoch of 128 random bits', () => {
    const ring = new Ring(1000, 1);
    expect(ring.epoch).toMatch(/^[0-9a-f]{32}$/);
    expect(new Ring(1000, 1).epoch).not.toBe(ring.epoch);
    expect([ring.oldest, ring.head]).toEqual([1, 0]);
    ring.push({ timestampMs: 5000, values: [1] });
    ring.push({ timestampMs: 6000, values: [null] });
    expect([ring.oldest, ring.head]).toEqual([1, 2]);
    expect([ring.timestampAt(1), ring.valueAt(0, 1), ring.valueAt(0, 2)]).toEqual([5000, 1, null]);
  });

  it('[RT-2] keeps 15 minutes, and never more than 3,600 samples', () => {
    expect(new Ring(1000, 1).capacity).toBe(900);
    expect(new Ring(250, 1).capacity).toBe(3600);
    expect(new Ring(60_000, 1).capacity).toBe(15);
  });

  it('lets the oldest go, and refuses what it does not hold', () => {
    const ring = new Ring(60_000, 1);
    for (let seq = 1; seq <= 20; seq += 1) ring.push({ timestampMs: seq, values: [seq] });
    expect([ring.oldest, ring.head]).toEqual([6, 20]);
    expect(ring.valueAt(0, 6)).toBe(6);
    expect(() => ring.valueAt(0, 5)).toThrow(RangeError);
    expect(() => ring.valueAt(0, 21)).toThrow(RangeError);
  });
});
