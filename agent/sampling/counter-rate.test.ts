import { describe, expect, it } from 'vitest';
import { CounterRates, ratePerSecond } from './counter-rate.ts';

describe('the rate of a counter', () => {
  it('is its growth per second', () => {
    expect(ratePerSecond(1000, 1500, 250)).toBe(2000);
    expect(ratePerSecond(1000, 1000, 250)).toBe(0);
  });

  it.each([
    ['the reading before is missing', null, 5, 1000],
    ['this reading is missing', 5, null, 1000],
    ['no time has passed', 5, 6, 0],
    ['the clock went backwards', 5, 6, -1],
    ['there was no reading before', 5, 6, Number.NaN],
    ['the counter went backwards', 6, 5, 1000],
  ])('is unknown if %s', (_when, before, now, elapsedMs) => {
    expect(ratePerSecond(before, now, elapsedMs)).toBeNull();
  });

  it('survives the wrap of a 32-bit counter', () => {
    expect(ratePerSecond(2 ** 32 - 100, 50, 1000, 2 ** 32)).toBe(150);
  });

  it('is unknown if a 32-bit counter was reset instead of wrapped', () => {
    expect(ratePerSecond(1_000_000, 50, 1000, 2 ** 32)).toBeNull();
    expect(ratePerSecond(2 ** 32 - 1, 2 ** 31, 1000, 2 ** 32)).toBeNull();
    expect(ratePerSecond(2 ** 40, 50, 1000, 2 ** 32)).toBeNull();
  });
});

describe('the rates of counters that are read together', () => {
  it('are unknown on the first reading and after a missed one', () => {
    const rates = new CounterRates();
    expect(rates.next([1, 2], 0)).toEqual([null, null]);
    expect(rates.next([2, 4], 1000)).toEqual([1, 2]);
    expect(rates.next([null, 6], 2000)).toEqual([null, 2]);
    expect(rates.next([4, 8], 3000)).toEqual([null, 2]);
    rates.forget();
    expect(rates.next([5, 10], 4000)).toEqual([null, null]);
  });

  it('show no spike after the host slept, because clock and counters stood still', () => {
    const rates = new CounterRates();
    rates.next([0], 0);
    expect(rates.next([100], 1000)).toEqual([100]);
    // Ten hours of sleep are here.
    expect(rates.next([200], 2000)).toEqual([100]);
  });

  it('spread over the whole time in which the process was stopped', () => {
    const rates = new CounterRates();
    rates.next([0], 0);
    expect(rates.next([60_000], 600_000)).toEqual([100]);
  });
});
