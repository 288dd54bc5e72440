import { expect, it } from 'vitest';
import { Top } from './top.ts';

it('keeps the first few in order, whatever order they arrive in', () => {
  const top = new Top<number>(3, (one, other) => other - one);
  expect([5, 1, 9, 1, 7, 3, 8].map((value) => top.offer(value))).toEqual([
    true,
    true,
    true,
    false,
    true,
    false,
    true,
  ]);
  expect(top.best).toEqual([9, 8, 7]);
});

it('prefers earlier ones among equals', () => {
  const top = new Top<{ value: number; id: string }>(2, (one, other) => other.value - one.value);
  for (const id of ['a', 'b', 'c']) top.offer({ value: 1, id });
  expect(top.best.map(({ id }) => id)).toEqual(['a', 'b']);
});
