import fc from 'fast-check';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { MetricDescriptor } from '../../../shared/protocol/catalogue.ts';
import { RingStore } from '../ring-store.ts';
import { Gaps } from './gaps.ts';
import { TestHistory, testMetric } from './testing/test-history.ts';

const catalogue: readonly MetricDescriptor[] = [testMetric('load'), testMetric('cpu', 'percent', 'rate')];
const T0 = 1_795_953_600_000;

it('a run is read from the history as it would have been from the ring', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 300 }), fc.constantFrom(1, 1, 2, 7, 40), fc.boolean()), {
        minLength: 1,
        maxLength: 6,
      }),
      fc.constantFrom(10, 20, 50, 300),
      fc.nat(700),
      fc.integer({ min: 1, max: 200 }),
      fc.boolean(),
      (stretches, stride, after, limit, isReopened) => {
        const history = new TestHistory({ intervalMs: 1000, unitMs: 100 });
        const ring = new RingStore({ epoch: 'e', catalogue, unitMs: 100, intervalMs: 1000 });
        let gridIndex = T0 / 100;
        let seq = 0;
        for (const [count, skipped, isLost] of stretches) {
          gridIndex += 10 * skipped;
          if (isLost) seq += 3;
          for (let index = 0; index < count && gridIndex < T0 / 100 + 8500; index += 1) {
            seq += 1;
            gridIndex += 10;
            const isAfterGap = index === 0 && skipped > 2 && seq > 1;
            const sample = {
              epoch: 'e',
              seq,
              gridIndex,
              timestampMs: gridIndex * 100 + (seq % 7),
              values: [seq % 13 === 0 ? null : seq, (seq * 7919) % 101],
              ...(isAfterGap ? { gapReason: 'stall' as const } : {}),
            };
            ring.append(sample);
            if (history.store.append(sample, { catalogue, tables: [] })) history.store.flush();
          }
        }
        history.store.close();
        if (isReopened) history.reopen();
        const series = ring.metricSet(catalogue);
        const afterSeq = Math.max(ring.oldest - 1, Math.min(after, seq - 1));
        const query = { epoch: 'e', afterSeq, upToSeq: seq, limit, series, stride };
        const from = { epoch: 'e', seq: afterSeq };
        expect([...history.store.readRun(query)]).toEqual([
          ...ring.read({ after: from, limit, series, stride }),
        ]);
        history.remove();
      },
    ),
    { numRuns: 30 },
  );
});

it('a backfill of a run begins with the sample after which so many begin a cell', () => {
  const history = new TestHistory({ intervalMs: 1000, unitMs: 100 });
  for (let seq = 1; seq <= 2000; seq += 1) {
    const gridIndex = T0 / 100 + 10 * seq;
    const sample = { epoch: 'e', seq, gridIndex, timestampMs: gridIndex * 100, values: [1, 2] };
    if (history.store.append(sample, { catalogue, tables: [] })) history.store.flush();
  }
  const start = (stride: number, count: number, upToSeq = 2000): unknown =>
    history.store.backfillStart({ epoch: 'e', upToSeq, stride, count });
  expect(start(10, 100)).toEqual({ seq: 1901, count: 100 });
  expect(start(50, 3, 1999)).toEqual({ seq: 1985, count: 3 });
  expect(start(10, 9999)).toEqual({ seq: 1, count: 2000 });
  expect(start(50, 9999)).toEqual({ seq: 1, count: 401 });
  history.remove();
});

it('a batch reads the gaps of the chunks that it needs, and not those of the whole run', () => {
  const history = new TestHistory({ intervalMs: 1000, unitMs: 100 });
  const ring = new RingStore({ epoch: 'e', catalogue, unitMs: 100, intervalMs: 1000 });
  let gridIndex = T0 / 100;
  for (let seq = 1; seq <= 3000; seq += 1) {
    gridIndex += 30;
    const sample = {
      epoch: 'e',
      seq,
      gridIndex,
      timestampMs: gridIndex * 100,
      values: [1, 2],
      gapReason: 'stall' as const,
    };
    if (history.store.append(sample, { catalogue, tables: [] })) history.store.flush();
  }
  const ofRun = vi.spyOn(Gaps.prototype, 'ofRun');
  onTestFinished(() => ofRun.mockRestore());
  const series = ring.metricSet(catalogue);
  const query = { epoch: 'e', afterSeq: 700, upToSeq: 3000, limit: 20, series, stride: 10 };
  expect([...history.store.readRun(query)]).toHaveLength(40);
  const read = ofRun.mock.results.flatMap(({ value }) => value as unknown[]);
  expect(read.length).toBeLessThanOrEqual(300);
  history.remove();
});
