import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseOomKills, parseSwapPages } from './proc-vmstat.ts';

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

it('killed processes are counted since boot, where the kernel does', () => {
  expect(parseOomKills('nr_zone 1\noom_kill 71\nnuma_hit 5\n')).toBe(71);
  expect(parseOomKills('nr_zone 1\nhtlb_oom_kill 3\n')).toBeNull();
});
