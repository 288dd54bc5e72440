import { describe, expect, it } from 'vitest';
import { busyTicksOf, censusOf } from './activity.ts';

describe('the census', () => {
  it('is the count of threads and the last number given, whatever the load', () => {
    expect(censusOf('0.20 0.18 0.12 1/80 11206\n')).toBe(censusOf('1.20 0.48 0.12 1/80 11206\n'));
    expect(censusOf('0.20 0.18 0.12 1/80 11206\n')).not.toBe(censusOf('0.20 0.18 0.12 1/80 11207\n'));
    expect(censusOf('0.20 0.18 0.12 1/80 11206\n')).not.toBe(censusOf('0.20 0.18 0.12 1/81 11206\n'));
  });

  it('is not known from another text', () => {
    expect(censusOf('')).toBeNull();
    expect(censusOf('0.20 0.18 0.12\n')).toBeNull();
    // As gVisor writes it.
    expect(censusOf('0.00 0.00 0.00 0/0 0\n')).toBeNull();
  });
});

describe('the time that processes were given', () => {
  it('is user, nice and system of all processors', () => {
    expect(busyTicksOf('cpu  100 20 3 4000 50 60 70 80 0 0\ncpu0 1 1 1 1\n')).toBe(123);
    expect(busyTicksOf('cpu  5833 2033 2289 155498\n')).toBe(10_155);
  });

  it('is not known from another text', () => {
    expect(busyTicksOf('')).toBeNull();
    expect(busyTicksOf('cpu0 100 20 3 4000\n')).toBeNull();
    expect(busyTicksOf('cpu  100 x 3\n')).toBeNull();
    expect(busyTicksOf('cpu  100 20\n')).toBeNull();
  });
});
