import { describe, expect, it } from 'vitest';
import { sharesBetween, UNKNOWN_SHARES } from './shares.ts';

//             user nice system idle iowait irq softirq steal
const BEFORE = [1000, 100, 500, 9000, 200, 10, 20, 30];
const after = (growths: readonly number[]) => BEFORE.map((count, state) => count + (growths[state] ?? 0));

describe('what the time of a processor went to', () => {
  it('is busy but for idle and the wait for disks, and adds up', () => {
    expect(sharesBetween(BEFORE, after([10, 5, 20, 40, 10, 1, 4, 10]))).toEqual([
      50, 10, 5, 20, 10, 1, 4, 10,
    ]);
  });

  it('is 100 % stolen when another guest has it all, and 0 % busy when idle', () => {
    expect(sharesBetween(BEFORE, after([0, 0, 0, 0, 0, 0, 0, 7]))).toEqual([100, 0, 0, 0, 0, 0, 0, 100]);
    expect(sharesBetween(BEFORE, after([0, 0, 0, 3, 0, 0, 0, 0]))).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('is not known when the counters did not move', () => {
    expect(sharesBetween(BEFORE, BEFORE)).toEqual(UNKNOWN_SHARES);
  });

  it('takes idle or iowait that went backwards as not grown', () => {
    expect(sharesBetween(BEFORE, after([5, 0, 0, 5, -3, 0, 0, 0]))).toEqual([50, 50, 0, 0, 0, 0, 0, 0]);
    expect(sharesBetween(BEFORE, after([5, 0, 0, -1, 5, 0, 0, 0]))).toEqual([50, 50, 0, 0, 50, 0, 0, 0]);
    expect(sharesBetween(BEFORE, after([0, 0, 0, -1, -1, 0, 0, 0]))).toEqual(UNKNOWN_SHARES);
  });

  it.each([0, 1, 2, 5, 6, 7])('is not known when counter %i went backwards', (state) => {
    const growths = [5, 5, 5, 5, 5, 5, 5, 5];
    growths[state] = -1;
    expect(sharesBetween(BEFORE, after(growths))).toEqual(UNKNOWN_SHARES);
  });

  it('is not known for the states that the kernel does not tell', () => {
    expect(sharesBetween([0, 0, 0, 0], [1, 0, 1, 2])).toEqual([50, 25, 0, 25, null, null, null, null]);
  });

  it('is not known when a counter is no number, or there are more of them than before', () => {
    expect(sharesBetween(BEFORE, after([Number.NaN]))).toEqual(UNKNOWN_SHARES);
    expect(sharesBetween([1, 1, 1, 1], BEFORE)).toEqual(UNKNOWN_SHARES);
  });
});
