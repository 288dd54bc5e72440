import { afterEach, expect, it, vi } from 'vitest';
import { TroubleLog } from './trouble-log.ts';

afterEach(() => vi.restoreAllMocks());

it('what is wrong is said once while it lasts, however often it is found, and that it is over', () => {
  const said: string[] = [];
  const log = new TroubleLog((sentence, isOver) => said.push(`${isOver} ${sentence}`), 'well');
  for (let i = 0; i < 100; i += 1) log.found(['a', 'b']);
  log.found([]);
  log.found([]);
  expect(said).toEqual(['false a', 'false b', 'true well']);
});

it('what comes and goes is said once a minute at most, and again when it comes back later', () => {
  const said: string[] = [];
  const log = new TroubleLog((sentence) => said.push(sentence), 'well');
  const now = vi.spyOn(performance, 'now');
  for (let s = 0; s < 600; s += 1) {
    now.mockReturnValue(s * 1000);
    log.found(s % 2 === 0 ? ['a'] : []);
  }
  expect(said).toEqual(['a', 'well']);
  now.mockReturnValue(700_000);
  log.found(['a']);
  expect(said).toEqual(['a', 'well', 'a']);
});

it('of very much that is wrong the first is said, and that once, however often it is found', () => {
  const said: string[] = [];
  const log = new TroubleLog((sentence) => said.push(sentence), 'well');
  const damaged = Array.from({ length: 500 }, (_, i) => `token-${i}.json is damaged`);
  for (let i = 0; i < 10; i += 1) log.found(damaged);
  expect(said).toEqual(damaged.slice(0, 10));
  log.found(['signing-key is missing', ...damaged]);
  expect(said.slice(10)).toEqual(['signing-key is missing']);
  log.found([]);
  expect(said.slice(11)).toEqual(['well']);
});

it('a hundred different ones are said within a minute, whatever comes', () => {
  const said: string[] = [];
  const log = new TroubleLog((sentence) => said.push(sentence), 'well');
  const now = vi.spyOn(performance, 'now').mockReturnValue(0);
  for (let round = 0; round < 3; round += 1) for (let i = 0; i < 1000; i += 1) log.say(`missing ${i}`);
  expect(said).toHaveLength(100);
  now.mockReturnValue(60_000);
  expect([log.say('missing 999'), log.say('missing 999')]).toEqual([true, false]);
});
