import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseStalled } from './proc-pressure.ts';

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'latin1');

it.each([
  ['io', [3_880_955, 3_630_191]],
  ['cpu-linux-5.4', [8_500_422, null]],
  ['memory-starved', [18_446_744_073_709, 17_446_744_073_709]],
])('the time stalled in %s is %j µs', (name, stalled) => {
  expect(parseStalled(fixture(name))).toEqual(stalled);
});

it.each(['', 'some', 'some avg10=0.00\n', 'odd total=5'])('in %j there is none', (text) => {
  expect(parseStalled(text)).toEqual([null, null]);
});
