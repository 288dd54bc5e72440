import { describe, expect, it } from 'vitest';
import { coresInCpuMax, coresOf, limitIn, workingSet } from './limits.ts';

describe('a limit in a file', () => {
  it.each([
    ['67108864\n', 67_108_864],
    ['0\n', 0],
    ['max\n', null],
    // Version 1 without a limit, with pages of 4 KB and 64 KB.
    ['9223372036854771712\n', null],
    ['9223372036854710272\n', null],
    ['-1\n', null],
    ['', null],
    ['\n', null],
    [null, null],
  ])('%j is %j', (text, limit) => {
    expect(limitIn(text)).toBe(limit);
  });
});

describe('a quota of CPU time', () => {
  it('is a number of processors', () => {
    expect(coresInCpuMax('20000 100000\n')).toBe(0.2);
    expect(coresInCpuMax('400000 100000\n')).toBe(4);
    expect(coresOf(150_000, 100_000)).toBe(1.5);
  });

  it('is none without a quota', () => {
    expect(coresInCpuMax('max 100000\n')).toBeNull();
    expect(coresInCpuMax('')).toBeNull();
    expect(coresInCpuMax(null)).toBeNull();
    expect(coresOf(-1, 100_000)).toBeNull();
    expect(coresOf(null, 100_000)).toBeNull();
  });
});

describe('the working set', () => {
  it('is usage minus inactive file cache', () => {
    expect(workingSet(100, 30)).toBe(70);
    expect(workingSet(100, 100)).toBe(100);
    expect(workingSet(null, 30)).toBeNull();
    expect(workingSet(100, null)).toBeNull();
  });
});
