import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseFileHandles, parseLoad, parseUptime } from './proc-system.ts';

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'latin1');

it('the load is three averages', () => {
  expect(parseLoad(fixture('loadavg')).every((load) => load !== null && load >= 0)).toBe(true);
  expect(parseLoad(fixture('loadavg-busy'))).toEqual([128.07, 96.5, 1]);
  expect(parseLoad('')).toEqual([null, null, null]);
  expect(parseLoad('0.50 odd')).toEqual([0.5, null, null]);
});

it('the uptime is the first number', () => {
  expect(parseUptime(fixture('uptime'))).toBe(3097.47);
  expect(parseUptime('')).toBeNull();
});

it('file handles are allocated minus free', () => {
  expect(parseFileHandles(fixture('file-nr'))).toBe(485);
  expect(parseFileHandles(fixture('file-nr-linux-2.4'))).toBe(4000);
  expect(parseFileHandles('')).toBeNull();
  expect(parseFileHandles('12\n')).toBeNull();
});
