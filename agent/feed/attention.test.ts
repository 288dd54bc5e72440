import { beforeEach, expect, it } from 'vitest';
import { Attention } from './attention.ts';

let attention: Attention;
let paces: number[];

beforeEach(() => {
  attention = new Attention(10);
  paces = [];
  attention.onChange((units) => paces.push(units));
});

it('the pace is that of the fastest, where the others divide by it', () => {
  const leave = [5, 1, 2].map((units) => attention.watch(units));
  expect(paces).toEqual([5, 1]);
  leave[1]?.();
  expect(paces).toEqual([5, 1, 1].slice(0, 2));
  expect(attention.pace).toBe(1);
  leave[0]?.();
  expect(attention.pace).toBe(2);
  leave[2]?.();
  expect(attention.pace).toBe(10);
});

it('the pace meets each interval and the own one of the agent', () => {
  const leave = attention.watch(4);
  expect(attention.pace).toBe(2);
  attention.watch(3);
  expect(attention.pace).toBe(1);
  leave();
  expect(attention.pace).toBe(1);
});

it('slower watchers change nothing, and neither does the second of two', () => {
  for (const units of [10, 20, 600]) attention.watch(units)();
  const first = attention.watch(5);
  const second = attention.watch(5);
  first();
  first();
  expect(paces).toEqual([5]);
  second();
  expect(paces).toEqual([5, 10]);
});
