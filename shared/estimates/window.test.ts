import { expect, it } from 'vitest';
import { Window, type WindowKind } from './window.ts';

function after(kind: WindowKind, seconds: number, values: readonly number[]): number {
  const window = new Window(kind, seconds * 1000, 1000);
  for (const [second, value] of values.entries()) window.add(second * 1000, value);
  return window.reading;
}

it.each<[WindowKind, number]>([
  ['mean', 7],
  ['max', 9],
  ['min', 5],
  ['change', -2],
])('%s is of the last seconds alone', (kind, expected) => {
  expect(after(kind, 3, [100, -100, 7, 9, 5])).toBe(expected);
});

it('nothing is known before half of the window is', () => {
  expect(after('mean', 10, [1, 2, 3, 4])).toBeNaN();
  expect(after('mean', 10, [1, 2, 3, 4, 5])).toBe(3);
});

it('a long window of many samples is exact but for a sixtieth of its length, and takes no more memory', () => {
  const window = new Window('max', 3_600_000, 100);
  window.add(0, 99);
  for (let tenth = 1; tenth < 35_400; tenth += 1) window.add(tenth * 100, 1);
  expect(window.reading).toBe(99);
  for (let tenth = 35_400; tenth <= 36_000; tenth += 1) window.add(tenth * 100, 1);
  expect(window.reading).toBe(1);
});

it('sums do not drift, however large and small values follow each other', () => {
  const window = new Window('mean', 60_000, 1000);
  for (let second = 0; second < 100_000; second += 1) window.add(second * 1000, second < 90_000 ? 1e15 : 0.1);
  expect(window.reading).toBeCloseTo(0.1, 12);
});

it('a hole longer than the window leaves nothing of the past', () => {
  const window = new Window('max', 3000, 1000);
  for (let second = 0; second < 3; second += 1) window.add(second * 1000, 99);
  window.add(1_000_000, 1);
  expect(window.reading).toBeNaN();
  window.add(1_001_000, 2);
  expect(window.reading).toBe(2);
});
