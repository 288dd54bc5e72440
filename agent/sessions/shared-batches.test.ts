import { beforeEach, expect, it, vi } from 'vitest';
import { Frame } from './frame.ts';
import { SharedBatches, type SharedBatch } from './shared-batches.ts';

const CHANNEL = { key: '', set: { key: '' }, sub: '', stride: 1, tables: [] } as never;
const batchUpTo = (seq: number, length = 0): SharedBatch => ({
  frame: Frame.of(''),
  length,
  last: { seq, timestampMs: 0 },
});

let store: { head: { epoch: string; seq: number } };
let batches: SharedBatches;

beforeEach(() => {
  store = { head: { epoch: 'a', seq: 9 } };
  batches = new SharedBatches(store);
});

it('are read once for all clients that were at the same sample', () => {
  const read = vi.fn<() => SharedBatch>(() => batchUpTo(9));
  const first = batches.get(CHANNEL, 5, 9, read);
  expect([batches.get(CHANNEL, 5, 9, read), read.mock.calls.length]).toEqual([first, 1]);
  batches.get(CHANNEL, 6, 9, read);
  expect(read).toHaveBeenCalledTimes(2);
});

it('go no further than a client may have', () => {
  batches.get(CHANNEL, 5, 9, () => batchUpTo(9));
  expect(batches.get(CHANNEL, 5, 7, () => batchUpTo(7)).last.seq).toBe(7);
  // The others get the rest by another.
  expect(batches.get(CHANNEL, 5, 9, () => batchUpTo(9)).last.seq).toBe(7);
});

it('are forgotten with the next sample', () => {
  const read = vi.fn<() => SharedBatch>(() => batchUpTo(9));
  batches.get(CHANNEL, 5, 9, read);
  store.head = { epoch: 'a', seq: 10 };
  batches.get(CHANNEL, 5, 10, read);
  expect(read).toHaveBeenCalledTimes(2);
});

it('are kept up to 4 MiB', () => {
  const read = vi.fn<() => SharedBatch>(() => batchUpTo(9, 1024 * 1024));
  for (let round = 0; round < 2; round += 1)
    for (let prev = 0; prev < 5; prev += 1) batches.get(CHANNEL, prev, 9, read);
  expect(read).toHaveBeenCalledTimes(6);
});
