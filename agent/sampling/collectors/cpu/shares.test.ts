import { describe, expect, it } from 'vitest';
import { addDoubts, noDoubts, sharesBetween, UNKNOWN_SHARES } from './shares.ts';
import type { Ticks } from './proc-stat.ts';

//             user nice system idle iowait irq softirq steal
const BEFORE = [1000, 100, 500, 900_000, 900_000, 10, 20, 900_000];
const after = (growths: readonly number[]) => BEFORE.map((count, state) => count + (growths[state] ?? 0));

function sharesOf(before: Ticks, now: Ticks, elapsedMs = 1000) {
  const doubts = noDoubts();
  addDoubts(doubts, before, now, elapsedMs);
  return sharesBetween(before, now, doubts);
}
const sharesAfter = (growths: readonly number[]) => sharesOf(BEFORE, after(growths));

describe('what the time of a processor went to', () => {
  it('is busy but for idle and the wait for disks, and adds up', () => {
    expect(sharesAfter([10, 5, 20, 40, 10, 1, 4, 10])).toEqual([50, 10, 5, 20, 10, 1, 4, 10]);
  });

  it('is 100 % stolen when another guest has it all, and 0 % busy when idle', () => {
    expect(sharesAfter([0, 0, 0, 0, 0, 0, 0, 7])).toEqual([100, 0, 0, 0, 0, 0, 0, 100]);
    expect(sharesAfter([0, 0, 0, 3, 0, 0, 0, 0])).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('is not known when the counters did not move', () => {
    expect(sharesOf(BEFORE, BEFORE)).toEqual(UNKNOWN_SHARES);
  });

  it('is known but for the wait where idle and iowait took from each other: their sum is the time that they had', () => {
    expect(sharesAfter([5, 0, 0, 8, -3, 0, 0, 0])).toEqual([50, 50, 0, 0, null, 0, 0, 0]);
    expect(sharesAfter([5, 0, 0, -1, 6, 0, 0, 0])).toEqual([50, 50, 0, 0, null, 0, 0, 0]);
    expect(sharesAfter([5, 0, 0, 800_005, -800_000, 0, 0, 0])).toEqual([50, 50, 0, 0, null, 0, 0, 0]);
  });

  it.each([
    ['by a tick', [5, 0, 0, -1, 0, 0, 0, 0]],
    ['by a tick, more than the wait grew', [5, 0, 0, -2, 1, 0, 0, 0]],
    ['by hours', [35, 0, 32, -174_000, -180, 0, 0, 0]],
  ])('is not known where idle time fell %s: never 100 %', (_how, growths) => {
    expect(sharesAfter(growths)).toEqual(UNKNOWN_SHARES);
  });

  it.each([0, 1, 2, 5, 6])('is not known when counter %i went backwards', (state) => {
    const growths = [5, 5, 5, 5, 5, 5, 5, 5];
    growths[state] = -1;
    expect(sharesAfter(growths)).toEqual(UNKNOWN_SHARES);
  });

  it.each([-1, -7, -800_000, 800_000])(
    'is known without the stolen time where that is no time that passed: %i ticks',
    (stolen) => {
      expect(sharesAfter([10, 0, 10, 60, 20, 0, 0, stolen])).toEqual([20, 10, 0, 10, 20, 0, 0, null]);
    },
  );

  it('is not known where more time was counted than has passed, such as that of a sleep', () => {
    expect(sharesAfter([10, 0, 10, 360_000, 0, 0, 0, 0])).toEqual(UNKNOWN_SHARES);
    expect(sharesOf(BEFORE, after([0, 0, 0, 360_000]), 3_600_000)[0]).toBe(0);
  });

  it('is not known for the states that the kernel does not tell', () => {
    expect(sharesOf([0, 0, 0, 0], [1, 0, 1, 2])).toEqual([50, 25, 0, 25, null, null, null, null]);
  });

  it('is not known when a counter is no number, or there are more of them than before', () => {
    expect(sharesAfter([Number.NaN])).toEqual(UNKNOWN_SHARES);
    expect(sharesOf([1, 1, 1, 1], BEFORE)).toEqual(UNKNOWN_SHARES);
  });
});
