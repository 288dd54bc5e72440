import { describe, expect, it } from 'vitest';
import { timeTicks } from './time-ticks.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Of the reader's clock: month 1 to 12. */
function local(year: number, month: number, day = 1, hour = 0): number {
  return new Date(year, month - 1, day, hour).getTime();
}

describe('timeTicks', () => {
  it('are whole multiples, as many as fit', () => {
    expect(timeTicks(3500, 22_500, 4).times).toEqual([5000, 10_000, 15_000, 20_000]);
    expect(timeTicks(3500, 22_500, 2).times).toEqual([10_000, 20_000]);
  });

  it('are never none and hardly more than fit, wherever the range begins', () => {
    for (const spanS of [19, 60, 300, 900, 3600, 86_400, 7 * 86_400, 30 * 86_400, 366 * 86_400]) {
      for (let fromMs = 0; fromMs < 2 * spanS * 1000; fromMs += spanS * 27) {
        for (const most of [1, 2, 3, 6]) {
          const { times } = timeTicks(fromMs, fromMs + spanS * 1000, most);
          expect(times.length, `${spanS} s from ${fromMs}`).toBeGreaterThan(0);
          // One more where both ends are multiples.
          expect(times.length).toBeLessThanOrEqual(most + 1);
        }
      }
    }
  });

  it('are two at least where two fit, also where the step that fits is in the range once', () => {
    const fromMs = local(2026, 11, 29, 3) + 60_000;
    expect(timeTicks(fromMs, fromMs + 20.5 * HOUR_MS, 2).times).toEqual([
      local(2026, 11, 29, 6),
      local(2026, 11, 29, 18),
    ]);
    for (let hour = 0; hour < 24; hour += 1) {
      const beginMs = local(2026, 11, 29, hour) + 60_000;
      for (const most of [2, 3, 4]) {
        const { times } = timeTicks(beginMs, beginMs + 21 * HOUR_MS, most);
        expect(times.length, `${most} from ${hour}`).toBeGreaterThan(1);
        const distances = times.slice(1).map((time, index) => time - (times[index] ?? 0));
        expect(Math.min(...distances), `${most} from ${hour}`).toBeGreaterThanOrEqual((21 * HOUR_MS) / most);
      }
    }
  });

  it('are whole minutes over fifteen minutes', () => {
    expect(timeTicks(0, 900_000, 5)).toEqual({ times: [0, 300_000, 600_000, 900_000], stepMs: 300_000 });
  });

  it('are round hours of the reader, midnight among them, over a day', () => {
    const fromMs = local(2026, 11, 29, 14) + 60_000;
    expect(timeTicks(fromMs, fromMs + DAY_MS, 4)).toEqual({
      times: [local(2026, 11, 29, 18), local(2026, 11, 30), local(2026, 11, 30, 6), local(2026, 11, 30, 12)],
      stepMs: 6 * HOUR_MS,
    });
  });

  it('are days, Mondays, months and years over longer ones', () => {
    const fromMs = local(2026, 2, 25, 5);
    expect(timeTicks(fromMs, fromMs + 3 * DAY_MS, 4).times).toEqual([
      local(2026, 2, 26),
      local(2026, 2, 27),
      local(2026, 2, 28),
    ]);
    const mondays = timeTicks(fromMs, fromMs + 30 * DAY_MS, 5).times.map((time) => new Date(time).getDay());
    expect(mondays).toEqual([1, 1, 1, 1]);
    expect(timeTicks(fromMs, fromMs + 365 * DAY_MS, 5).times).toEqual([
      local(2026, 4),
      local(2026, 7),
      local(2026, 10),
      local(2027, 1),
    ]);
    expect(timeTicks(fromMs, fromMs + 5 * 365 * DAY_MS, 6).times).toEqual(
      [2027, 2028, 2029, 2030, 2031].map((year) => local(year, 1)),
    );
  });

  it('are none for times that are not numbers', () => {
    expect(timeTicks(Number.NaN, Number.NaN, 4).times).toEqual([]);
  });
});
