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

describe('the shares of a processor', () => {
  it('are busy except for idle and I/O wait, and add up', () => {
    expect(sharesAfter([10, 5, 20, 40, 10, 1, 4, 10])).toEqual([50, 10, 5, 20, 10, 1, 4, 10]);
  });

  it('are 100 % steal if another guest has all the time, and 0 % busy if idle', () => {
    expect(sharesAfter([0, 0, 0, 0, 0, 0, 0, 7])).toEqual([100, 0, 0, 0, 0, 0, 0, 100]);
    expect(sharesAfter([0, 0, 0, 3, 0, 0, 0, 0])).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('are unknown if the counters did not move', () => {
    expect(sharesOf(BEFORE, BEFORE)).toEqual(UNKNOWN_SHARES);
  });

  it('are known except I/O wait if idle and iowait took time from each other', () => {
    expect(sharesAfter([5, 0, 0, 8, -3, 0, 0, 0])).toEqual([50, 50, 0, 0, null, 0, 0, 0]);
    expect(sharesAfter([5, 0, 0, -1, 6, 0, 0, 0])).toEqual([50, 50, 0, 0, null, 0, 0, 0]);
    expect(sharesAfter([5, 0, 0, 800_005, -800_000, 0, 0, 0])).toEqual([50, 50, 0, 0, null, 0, 0, 0]);
  });

  it.each([
    ['by a tick', [5, 0, 0, -1, 0, 0, 0, 0]],
    ['by a tick, more than the wait grew', [5, 0, 0, -2, 1, 0, 0, 0]],
    ['by hours', [35, 0, 32, -174_000, -180, 0, 0, 0]],
  ])('are unknown, never 100 %%, if idle time fell %s', (_how, growths) => {
    expect(sharesAfter(growths)).toEqual(UNKNOWN_SHARES);
  });

  it.each([0, 1, 2, 5, 6])('are unknown if counter %i went backwards', (state) => {
    const growths = [5, 5, 5, 5, 5, 5, 5, 5];
    growths[state] = -1;
    expect(sharesAfter(growths)).toEqual(UNKNOWN_SHARES);
  });

  it.each([-1, -7, -800_000, 800_000])(
    'are known except steal if steal grew by an impossible time: %i ticks',
    (stolen) => {
      expect(sharesAfter([10, 0, 10, 60, 20, 0, 0, stolen])).toEqual([20, 10, 0, 10, 20, 0, 0, null]);
    },
  );

  it('are unknown if more time was counted than has passed, such as that of a sleep', () => {
    expect(sharesAfter([10, 0, 10, 360_000, 0, 0, 0, 0])).toEqual(UNKNOWN_SHARES);
    expect(sharesOf(BEFORE, after([0, 0, 0, 360_000]), 3_600_000)[0]).toBe(0);
  });

  it('are unknown for states that the kernel does not have', () => {
    expect(sharesOf([0, 0, 0, 0], [1, 0, 1, 2])).toEqual([50, 25, 0, 25, null, null, null, null]);
  });

  it('are unknown if a counter is no number, or there are more counters than before', () => {
    expect(sharesAfter([Number.NaN])).toEqual(UNKNOWN_SHARES);
    expect(sharesOf([1, 1, 1, 1], BEFORE)).toEqual(UNKNOWN_SHARES);
  });
});
