import { describe, expect, it } from 'vitest';
import { metric } from '../testing/fake-collector.ts';
import { RingStore } from './ring-store.ts';
import type { SequencedSample, StoredSample, StoreGap } from './sample-store.ts';

const EPOCH = 'first';
const CPU = [metric('cpu')];

function storeOf(...seqs: number[]): RingStore {
  const store = new RingStore({ epoch: EPOCH, catalogue: CPU, unitMs: 100, intervalMs: 1000 });
  for (const seq of seqs) store.append(sampleOf(seq));
  return store;
}

function sampleOf(seq: number, more: Partial<SequencedSample> = {}): SequencedSample {
  return { epoch: EPOCH, seq, timestampMs: seq * 1000, gridIndex: seq * 10, values: [seq], ...more };
}

function readAll(store: RingStore, seq: number, { stride = 1, limit = 100 } = {}): unknown[] {
  const query = { after: { epoch: EPOCH, seq }, limit, series: store.metricSet(CPU), stride };
  return [...store.read(query)].map((item: StoredSample | StoreGap) =>
    'values' in item ? item.values[0] : item,
  );
}

describe('a store of the latest samples', () => {
  it('locates a position', () => {
    const store = storeOf(...Array.from({ length: 1000 }, (_, index) => index + 1));
    const locate = (seq: number, epoch = EPOCH) => store.locate({ epoch, seq });
    expect([store.oldest, store.head.seq]).toEqual([101, 1000]);
    expect(locate(1000)).toBe('held');
    expect(locate(101)).toBe('held');
    expect(locate(100)).toBe('evicted');
    expect(locate(1001)).toBe('unknown');
    expect(locate(1000, 'other')).toBe('other_epoch');
  });

  it('reports evicted samples as a gap before those it holds', () => {
    const store = storeOf(...Array.from({ length: 1000 }, (_, index) => index + 1));
    const evicted = { from: 99, to: 100, fromTs: 99_000, toTs: 101_000, reason: 'evicted' };
    expect(readAll(store, 98, { limit: 2 })).toEqual([evicted, 101, 102]);
    expect(readAll(store, 100, { limit: 1 })).toEqual([101]);
  });

  it('keeps a gap in the numbers, and reports it to readers that cross it', () => {
    const store = storeOf(1, 2, 5, 6);
    const gap = { from: 3, to: 4, fromTs: 2000, toTs: 5000, reason: 'evicted' };
    expect(readAll(store, 0)).toEqual([1, 2, gap, 5, 6]);
    expect(readAll(store, 2)).toEqual([gap, 5, 6]);
    expect(readAll(store, 5)).toEqual([6]);
    expect([store.timestampAt(2), store.timestampAt(3), store.timestampAt(5)]).toEqual([
      2000,
      undefined,
      5000,
    ]);
    // A client can have sample 4 only from another store.
    expect([1, 2, 3, 4, 5].map((seq) => store.isCompleteAfter(seq))).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
    expect(readAll(store, 3)).toEqual([{ ...gap, from: 4, fromTs: 2000 }, 5, 6]);
    expect(readAll(store, 4)).toEqual([5, 6]);
    expect([2, 3, 4, 5].map((seq) => store.isUnbrokenAfter(seq))).toEqual([false, false, true, true]);
    expect(store.backfillStart(3, 1)).toEqual({ seq: 2, count: 3 });
    expect(store.backfillStart(5, 1)).toEqual({ seq: 1, count: 4 });
  });

  it('forgets a gap together with the sample after it', () => {
    const store = storeOf(1, 2, 5);
    for (let seq = 6; store.oldest < 5; seq += 1) store.append(sampleOf(seq));
    expect(store.oldest).toBe(5);
    expect(readAll(store, 2, { limit: 1 })).toEqual([expect.objectContaining({ from: 3, to: 4 }), 5]);
    while (store.oldest === 5) store.append(sampleOf(store.head.seq + 1));
    expect(store.oldest).toBe(6);
    expect(readAll(store, 5, { limit: 1 })).toEqual([6]);
    expect(readAll(store, 2, { limit: 1 })[0]).toMatchObject({ from: 3, to: 5, reason: 'evicted' });
  });

  it('forgets gaps with a single sample between them', () => {
    const store = storeOf(1, 3, 5, 7, 9004);
    expect([store.oldest, readAll(store, 0)]).toEqual([
      9004,
      [{ from: 1, to: 9003, fromTs: 1000, toTs: 9_004_000, reason: 'evicted' }, 9004],
    ]);
    expect(store.isCompleteAfter(9003)).toBe(true);
    expect(store.timestampAt(7)).toBeUndefined();
  });

  it('reports why no sample was taken although no number is missing', () => {
    const store = storeOf(1);
    store.append(sampleOf(2, { gapReason: 'suspend' }));
    const gap = { from: 2, to: 1, fromTs: 1000, toTs: 2000, reason: 'suspend' };
    expect(readAll(store, 1)).toEqual([gap, 2]);
  });

  it('ignores a sample that it holds already', () => {
    const store = storeOf(1, 2);
    store.append(sampleOf(2, { values: [99] }));
    store.append(sampleOf(1, { values: [99] }));
    expect(readAll(store, 0)).toEqual([1, 2]);
  });

  it('starts over with another epoch, at the number of its first sample', () => {
    const store = storeOf(1, 2, 3);
    const before = store.metricSet(CPU).key;
    store.append(sampleOf(7, { epoch: 'second' }));
    expect(store.head).toEqual({ epoch: 'second', seq: 7, ts: 7000 });
    expect([store.oldest, store.locate({ epoch: EPOCH, seq: 3 })]).toEqual([7, 'other_epoch']);
    expect(store.metricSet(CPU).key).not.toBe(before);
    expect(readAll(store, 6)).toEqual([7]);
  });

  it('ignores late samples of an earlier epoch', () => {
    const store = storeOf(1, 2, 3);
    store.append(sampleOf(1, { epoch: 'second', timestampMs: 4000, gridIndex: 40 }));
    store.append(sampleOf(4));
    expect([store.head.epoch, store.head.seq, store.oldest]).toEqual(['second', 1, 1]);
    expect(store.locate({ epoch: EPOCH, seq: 4 })).toBe('other_epoch');
  });

  it('keeps tables with their samples, and forgets them together', () => {
    const store = storeOf(1);
    store.append(sampleOf(2, { tables: [{ name: 'processes', rows: [[1]] }] }));
    store.append(sampleOf(3));
    expect(store.table('processes', 1, 3)).toEqual({ seq: 2, timestampMs: 2000, rows: '[[1]]' });
    expect(store.table('processes', 2, 3)).toBeUndefined();
    expect(store.table('processes', 0, 1)).toBeUndefined();
    expect(store.table('users', 0, 3)).toBeUndefined();
    store.append(sampleOf(4, { gridIndex: 10_000 }));
    expect(store.table('processes', 0, 4)).toBeUndefined();
  });
});
