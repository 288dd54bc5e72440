import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { hasRoom, readDiskSpace, reservedBytes } from './disk-space.ts';

const MB = 1_000_000;

it.each([
  ['a tiny disk', 20 * MB, 8 * MB],
  ['a small disk', 1000 * MB, 20 * MB],
  ['any other disk', 1_000_000 * MB, 64 * MB],
])('on %s, %d bytes in all, %d stay free for others', (_name, totalBytes, reserved) => {
  expect(reservedBytes(totalBytes)).toBe(reserved);
  expect(hasRoom({ totalBytes, freeBytes: reserved }, true)).toBe(true);
  expect(hasRoom({ totalBytes, freeBytes: reserved - 1 }, true)).toBe(false);
});

it('after there was no room, there has to be half as much more', () => {
  const totalBytes = 1_000_000 * MB;
  expect(hasRoom({ totalBytes, freeBytes: 95 * MB }, false)).toBe(false);
  expect(hasRoom({ totalBytes, freeBytes: 96 * MB }, false)).toBe(true);
});

it('is read from the disk', () => {
  const { totalBytes, freeBytes } = readDiskSpace(tmpdir());
  expect(freeBytes).toBeGreaterThan(0);
  expect(totalBytes).toBeGreaterThanOrEqual(freeBytes);
});
