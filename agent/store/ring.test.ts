import { describe, expect, it } from 'vitest';
import { Ring } from './ring.ts';

const UNIT_MS = 100;

/** Pushes a sample at each of the grid indices; its timestamp is the index. */
function pushAt(ring: Ring, ...indices: number[]): void {
  for (const gridIndex of indices)
    ring.push({ seq: ring.head + 1, timestampMs: gridIndex, gridIndex, values: [gridIndex] });
}

const range = (count: number, step: number): number[] => Array.from({ length: count }, (_, i) => i * step);

describe('the ring', () => {
  it('[RT-1] finds samples by number', () => {
    const ring = new Ring(UNIT_MS, 1);
    expect([ring.oldest, ring.head]).toEqual([1, 0]);
    ring.push({ seq: 1, timestampMs: 5000, gridIndex: 10, values: [1] });
    ring.push({ seq: 2, timestampMs: 6000, gridIndex: 20, values: [null] });
    expect([ring.oldest, ring.head]).toEqual([1, 2]);
    expect([ring.timestampAt(1), ring.valueAt(0, 1), ring.valueAt(0, 2)]).toEqual([5000, 1, null]);
  });

  it('[RT-2] keeps 15 minutes at any stride', () => {
    const slow = new Ring(UNIT_MS, 1);
    pushAt(slow, ...range(1000, 10));
    expect([slow.oldest, slow.head]).toEqual([101, 1000]);
    const fast = new Ring(UNIT_MS, 1);
    pushAt(fast, ...range(10_000, 1));
    expect([fast.oldest, fast.head]).toEqual([1001, 10_000]);
  });

  it('[RT-2] keeps 15 minutes while the stride changes', () => {
    const ring = new Ring(UNIT_MS, 1);
    pushAt(ring, ...range(900, 10));
    pushAt(ring, 8991, 8992, 8993, 9000, 9001);
    expect([ring.oldest, ring.timestampAt(ring.oldest), ring.head]).toEqual([2, 10, 905]);
  });

  it('[RT-2] has room for 15 minutes at the fastest stride, but never uses more than 32 MB', () => {
    expect(new Ring(UNIT_MS, 1).capacity).toBe(9000);
    const { capacity } = new Ring(UNIT_MS, 2000);
    expect(capacity).toBe(2031);
    const ring = new Ring(UNIT_MS, 2000);
    pushAt(ring, ...range(capacity + 5, 1));
    expect([ring.oldest, ring.head]).toEqual([6, capacity + 5]);
    expect(ring.valueAt(0, 6)).toBe(5);
    expect(ring.bytes).toBeLessThanOrEqual(32 * 1024 * 1024);
  });

  it('[RT-2] uses no more than 32 MB when columns are added while it is full', () => {
    const ring = new Ring(UNIT_MS, 200);
    pushAt(ring, ...range(9000, 1));
    let bytes = ring.bytes;
    for (let come = 1; come <= 400; come += 1) {
      ring.widen(200 + come * 8);
      pushAt(ring, ...range(20, 1).map((index) => 9000 + come * 20 + index));
      bytes = Math.max(bytes, ring.bytes);
    }
    expect(bytes).toBeLessThanOrEqual(32 * 1024 * 1024);
    expect(ring.head - ring.oldest + 1).toBe(ring.capacity);
  });

  it('uses memory for the samples it holds, not for those it could hold', () => {
    const ring = new Ring(UNIT_MS, 400);
    const before = process.memoryUsage().arrayBuffers;
    pushAt(ring, ...range(3000, 10));
    // 900 samples are held; there is room for 9,000.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 * 1024 * 402 * 8);
  });

  describe('a rate', () => {
    const ring = new Ring(UNIT_MS, 1);
    const push = (gridIndex: number, value: number | null): void =>
      ring.push({ seq: ring.head + 1, timestampMs: gridIndex * UNIT_MS, gridIndex, values: [value] });
    push(10, 40);
    push(20, 80);
    push(22, 10);
    push(23, null);
    push(30, 20);
    const rateAt = (seq: number, stride: number) => ring.ratesAt([0], seq, stride)[0];

    it('is the value itself if the interval has one sample', () => {
      expect([rateAt(1, 10), rateAt(2, 10), rateAt(3, 1)]).toEqual([40, 80, 10]);
    });

    it("is the sample's own value wherever it is the only one of its interval", () => {
      expect([1, 2, 3, 4, 5].map((seq) => ring.isAlone(seq, 10))).toEqual([false, true, false, false, false]);
      expect([1, 2, 3, 4, 5].map((seq) => ring.isAlone(seq, 1))).toEqual([true, true, true, true, true]);
      for (const stride of [1, 2, 7, 8, 10, 20]) {
        for (let seq = 1; seq <= ring.head; seq += 1) {
          if (ring.isAlone(seq, stride)) expect(rateAt(seq, stride)).toBe(ring.valueAt(0, seq));
        }
      }
      expect(() => ring.isAlone(0, 1)).toThrow('sample 0 is not held');
    });

    it('is the mean over the interval, each sample weighted by the time it covers', () => {
      expect(rateAt(2, 20)).toBe(76.36);
      expect(rateAt(5, 10)).toBe(17.78);
    });

    it('is null if it is null in every sample of the interval', () => {
      expect(rateAt(4, 1)).toBeNull();
    });
  });

  it('drops the oldest sample, and throws for samples it does not hold', () => {
    const ring = new Ring(60_000, 1);
    pushAt(ring, ...range(21, 1).slice(1));
    expect([ring.oldest, ring.head]).toEqual([6, 20]);
    expect(ring.valueAt(0, 6)).toBe(6);
    expect(() => ring.valueAt(0, 5)).toThrow(RangeError);
    expect(() => ring.valueAt(0, 21)).toThrow(RangeError);
  });
});

describe('the cells of a slower grid', () => {
  const startsIn = (ring: Ring, stride: number): number[] => {
    const starts: number[] = [];
    for (let seq = ring.oldest; seq <= ring.head; seq += 1) {
      if (ring.startsCell(seq, stride)) starts.push(ring.timestampAt(seq));
    }
    return starts;
  };

  it('start with the multiples of the stride', () => {
    const ring = new Ring(UNIT_MS, 1);
    pushAt(ring, 7, 8, 9, 10, 11, 19, 20, 21);
    expect(startsIn(ring, 10)).toEqual([7, 10, 20]);
  });

  it('start with the next sample if a multiple has none', () => {
    const ring = new Ring(UNIT_MS, 1);
    pushAt(ring, 0, 10, 22, 30, 31);
    expect(startsIn(ring, 20)).toEqual([0, 22]);
    expect(startsIn(ring, 3)).toEqual([0, 10, 22, 30]);
  });

  it('stay in place when the oldest sample is dropped', () => {
    const ring = new Ring(60_000, 1);
    pushAt(ring, ...range(21, 1).slice(1));
    expect(startsIn(ring, 4)).toEqual([8, 12, 16, 20]);
  });
});

describe('gaps', () => {
  it('[RT-8] are kept with the samples on either side, and forgotten with them', () => {
    const ring = new Ring(60_000, 1);
    pushAt(ring, 1, 2);
    ring.push({ seq: ring.head + 1, timestampMs: 5, gridIndex: 5, values: [5], gapReason: 'stall' });
    pushAt(ring, 6);
    const stall = { afterSeq: 2, beforeSeq: 3, fromTs: 2, toTs: 5, reason: 'stall' };
    expect(ring.gapsBetween(1, 4)).toEqual([stall]);
    expect(ring.gapsBetween(2, 3)).toEqual([stall]);
    expect(ring.gapsBetween(3, 4)).toEqual([]);
    expect(ring.gapsBetween(1, 2)).toEqual([]);
    pushAt(ring, ...range(16, 1).map((index) => index + 7));
    expect(ring.oldest).toBeGreaterThan(3);
    expect(ring.gapsBetween(0, 100)).toEqual([]);
  });

  it('have a sample on either side: there is none before the first sample', () => {
    const ring = new Ring(60_000, 1);
    ring.push({ seq: ring.head + 1, timestampMs: 5, gridIndex: 5, values: [5], gapReason: 'stall' });
    expect(ring.gapsBetween(0, 2)).toEqual([]);
  });
});
