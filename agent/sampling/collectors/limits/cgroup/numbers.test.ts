import { describe, expect, it } from 'vitest';
import { coresInCpuMax, coresOf, keyedNumber, limitIn, numberIn, workingSet } from './numbers.ts';

describe('a limit in a file', () => {
  it.each([
    ['67108864\n', 67_108_864],
    ['0\n', 0],
    ['max\n', null],
    // Version 1: none, with pages of 4 KB and of 64 KB.
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

describe('a number in a file', () => {
  it('is not known when the text is empty or no number', () => {
    expect(numberIn('123\n')).toBe(123);
    expect(numberIn('')).toBeNull();
    expect(numberIn('abc')).toBeNull();
  });

  it('is found by its whole key, at the start and at the end without a line end', () => {
    const text = 'oom 1\noom_kill 3\noom_group_kill 2';
    expect(keyedNumber(text, 'oom')).toBe(1);
    expect(keyedNumber(text, 'oom_kill')).toBe(3);
    expect(keyedNumber(text, 'oom_group_kill')).toBe(2);
    expect(keyedNumber(text, 'kill')).toBeNull();
    expect(keyedNumber(text, 'max')).toBeNull();
    expect(keyedNumber('', 'oom')).toBeNull();
    expect(keyedNumber(null, 'oom')).toBeNull();
  });

  it('tells the file cache of one group from that of the groups below', () => {
    const text = 'inactive_file 10\ntotal_inactive_file 30\n';
    expect(keyedNumber(text, 'inactive_file')).toBe(10);
    expect(keyedNumber(text, 'total_inactive_file')).toBe(30);
  });
});

describe('a quota of CPU time', () => {
  it('is a number of processors', () => {
    expect(coresInCpuMax('20000 100000\n')).toBe(0.2);
    expect(coresInCpuMax('400000 100000\n')).toBe(4);
    expect(coresOf(150_000, 100_000)).toBe(1.5);
  });

  it('is none when there is no quota', () => {
    expect(coresInCpuMax('max 100000\n')).toBeNull();
    expect(coresInCpuMax('')).toBeNull();
    expect(coresInCpuMax(null)).toBeNull();
    expect(coresOf(-1, 100_000)).toBeNull();
    expect(coresOf(null, 100_000)).toBeNull();
  });
});

describe('the memory that programs hold', () => {
  it('is what is in use minus the untouched file cache', () => {
    expect(workingSet(100, 30)).toBe(70);
    expect(workingSet(100, 100)).toBe(100);
    expect(workingSet(null, 30)).toBeNull();
    expect(workingSet(100, null)).toBeNull();
  });
});
