import { describe, expect, it } from 'vitest';
import { keyedNumber, numberIn, countInRanges } from './text.ts';

describe('a number in a file', () => {
  it('is unknown if the text is empty or no number', () => {
    expect(numberIn('123\n')).toBe(123);
    expect(numberIn('')).toBeNull();
    expect(numberIn('abc')).toBeNull();
  });

  it('is found by its complete key, at the start, and at the end without a line feed', () => {
    const text = 'oom 1\noom_kill 3\noom_group_kill 2';
    expect(keyedNumber(text, 'oom')).toBe(1);
    expect(keyedNumber(text, 'oom_kill')).toBe(3);
    expect(keyedNumber(text, 'oom_group_kill')).toBe(2);
    expect(keyedNumber(text, 'kill')).toBeNull();
    expect(keyedNumber(text, 'max')).toBeNull();
    expect(keyedNumber('', 'oom')).toBeNull();
    expect(keyedNumber(null, 'oom')).toBeNull();
  });

  it('distinguishes the file cache of a cgroup from the total including descendants', () => {
    const text = 'inactive_file 10\ntotal_inactive_file 30\n';
    expect(keyedNumber(text, 'inactive_file')).toBe(10);
    expect(keyedNumber(text, 'total_inactive_file')).toBe(30);
  });
});

describe('a list of processors', () => {
  it.each([
    ['0-1\n', 2],
    ['0\n', 1],
    ['0-3,8,10-11\n', 7],
    ['0-127\n', 128],
    ['', null],
    ['\n', null],
    ['x', null],
  ])('%j counts %j', (text, count) => {
    expect(countInRanges(text)).toBe(count);
  });
});
