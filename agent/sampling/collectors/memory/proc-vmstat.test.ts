import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseSwapPages } from './proc-vmstat.ts';

it.each([
  ['vmstat', [0, 0]],
  ['vmstat-swapped', [1200, 56_789]],
  ['vmstat-without-swap', [null, null]],
])('the swapped pages of %s are %j', (name, pages) => {
  expect(parseSwapPages(readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'latin1'))).toEqual(pages);
});

it('the last line may lack a line feed', () => {
  expect(parseSwapPages('a 1\npswpin 7\npswpout 8')).toEqual([7, 8]);
});
