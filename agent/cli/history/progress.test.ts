import { afterEach, expect, it, vi } from 'vitest';
import { Progress } from './progress.ts';

const { isTTY } = process.stderr;
afterEach(() => {
  process.stderr.isTTY = isTTY;
  vi.restoreAllMocks();
});

function written(isTerminal: boolean): string[] {
  const texts: string[] = [];
  process.stderr.isTTY = isTerminal;
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    texts.push(String(text));
    return true;
  });
  const progress = new Progress('Checking');
  for (const share of [0, 0.001, 0.5, 2]) progress.at(share);
  progress.end();
  progress.end();
  return texts;
}

it('progress is one line on a terminal, written when its percentage changes, and gone at the end', () => {
  expect(written(true)).toEqual([
    '\rChecking: 0 %',
    '\rChecking: 50 %',
    '\rChecking: 100 %',
    `\r${' '.repeat(15)}\r`,
  ]);
});

it('progress is nothing where no person looks', () => {
  expect(written(false)).toEqual([]);
});
