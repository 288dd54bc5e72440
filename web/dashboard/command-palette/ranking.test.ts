import { expect, it } from 'vitest';
import { search, wordsOf } from './ranking.ts';

const of = (...titles: string[]) => titles.map((title) => ({ title, words: wordsOf(title) }));
const found = (query: string, ...titles: string[]): string[] =>
  search(of(...titles), query, 50).map(({ item }) => item.title);

it('finds what has every word, in any order and case', () => {
  expect(found('ETH received', 'Network received, eth0', 'eth0 sent', 'Received')).toEqual([
    'Network received, eth0',
  ]);
  expect(found('', 'CPU')).toEqual([]);
});

it('puts what begins with the words first, then beginnings of words, then the rest, each in its order', () => {
  expect(found('re', 'Core 0', 'Disk read', 'Real time', 'Pressure', 'Received', 'Bytes re-sent')).toEqual([
    'Real time',
    'Received',
    'Disk read',
    'Bytes re-sent',
    'Core 0',
    'Pressure',
  ]);
});

it('knows names with dots as words', () => {
  expect(found('core 1 user', 'cpu.core.1.user')).toEqual(['cpu.core.1.user']);
  expect(found('cpu.core', 'cpu.core.1.user')).toEqual(['cpu.core.1.user']);
});

it('keeps to its limit with the best', () => {
  const many = of(...Array.from({ length: 100 }, (_, index) => `host ${index}`), 'a host', 'hosts');
  const best = search(many, 'hosts', 3);
  expect(best.map(({ item }) => item.title)).toEqual(['hosts']);
  expect(search(many, 'host', 3).map(({ item }) => item.title)).toEqual(['host 0', 'host 1', 'host 2']);
});
