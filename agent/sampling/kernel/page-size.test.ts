import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { parsePageSize, readPageSize } from './page-size.ts';

it('the page size of this kernel agrees with getconf', () => {
  expect(readPageSize()).toBe(Number(execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' })));
});

it.each([
  ['64-bit words, 16 KB', true, [33, 0, 0x1234, 1, 6, 0, 16_384, 0, 0, 0, 0, 0], 16_384],
  ['32-bit words', true, [33, 0x1234, 6, 4096, 0, 0], 4096],
  ['32-bit words, big end first', false, [6, 65_536, 0, 0], 65_536],
  ['64-bit words, big end first', false, [0, 6, 0, 4096, 0, 0, 0, 0], 4096],
  ['no page size', true, [33, 0, 5, 0, 0, 0, 0, 0], null],
  ['an impossible one', true, [6, 0, 4097, 0, 0, 0, 0, 0], null],
  ['nothing', true, [], null],
])('the page size is found among %s', (_what, isLittleEndian, words, size) => {
  const vector = Buffer.alloc(words.length * 4);
  for (const [index, word] of words.entries()) {
    if (isLittleEndian) vector.writeUInt32LE(word, index * 4);
    else vector.writeUInt32BE(word, index * 4);
  }
  expect(parsePageSize(vector, isLittleEndian)).toBe(size);
});
