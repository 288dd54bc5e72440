import { describe, expect, it } from 'vitest';
import { countInRanges } from './ranges.ts';

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
