import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { pageSizeOf } from './auxv.ts';

it('finds the page size among words of 8 bytes and of 4, in either order of bytes', () => {
  const wide = Buffer.alloc(48);
  for (const [index, word] of [33n, 0xff_ffff_ffffn, 6n, 65_536n, 0n, 0n].entries())
    wide.writeBigUInt64LE(word, index * 8);
  expect(pageSizeOf(wide, { wordBytes: 8, isLittleEndian: true })).toBe(65_536);
  const narrow = Buffer.alloc(24);
  for (const [index, word] of [33, 6, 6, 4096, 0, 0].entries()) narrow.writeUInt32BE(word, index * 4);
  expect(pageSizeOf(narrow, { wordBytes: 4, isLittleEndian: false })).toBe(4096);
});

it('knows none where the text has none', () => {
  expect(pageSizeOf(Buffer.alloc(0), { wordBytes: 8, isLittleEndian: true })).toBeNull();
  expect(pageSizeOf(Buffer.alloc(21), { wordBytes: 8, isLittleEndian: true })).toBeNull();
});

it('finds the page size of this machine', () => {
  expect([4096, 16_384, 65_536]).toContain(
    pageSizeOf(readFileSync('/proc/self/auxv'), { wordBytes: 8, isLittleEndian: true }),
  );
});
