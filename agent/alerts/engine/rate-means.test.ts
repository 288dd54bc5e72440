import { beforeEach, expect, it } from 'vitest';
import { RateMeans } from './rate-means.ts';

let means: RateMeans;

beforeEach(() => {
  means = new RateMeans();
});

it('weights each rate by the time since the one before', () => {
  means.add(0, 10, 300, false);
  expect(means.with(0, 20, 100, false)).toBe(12.5);
  expect(means.with(1, 20, 100, false)).toBe(20);
});

it('a rate that was not read for a while covers all of that time, and its repeats none', () => {
  for (let step = 0; step < 4; step += 1) means.add(0, 99, 100, true);
  means.add(0, 10, 100, false);
  for (let step = 0; step < 4; step += 1) means.add(0, 10, 100, true);
  expect(means.with(0, 20, 100, false)).toBe(15);
});

it('a rate read for the evaluated sample alone is what the rule sees', () => {
  for (let step = 0; step < 9; step += 1) means.add(0, 99, 100, true);
  expect(means.with(0, 20, 100, false)).toBe(20);
  expect(means.with(0, 99, 100, true)).toBe(99);
});

it('unknown rates count for no time, not even for that which they cover', () => {
  means.add(0, 10, 100, false);
  means.add(0, 10, 100, true);
  means.add(0, null, 100, false);
  expect(means.with(0, 20, 100, false)).toBe(15);
  expect(means.with(0, null, 100, false)).toBe(10);
});

it('two rules on one series see the same', () => {
  means.add(0, 10, 100, false);
  expect([means.with(0, 20, 300, false), means.with(0, 20, 300, false)]).toEqual([17.5, 17.5]);
});
