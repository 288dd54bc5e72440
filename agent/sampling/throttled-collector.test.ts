import { describe, expect, it, vi } from 'vitest';
import type { Collector, Values } from './collector.ts';
import { counter, type RawValue } from './raw-values.ts';
import { seriesOf } from './testing/series.ts';
import { throttled } from './throttled-collector.ts';

const TABLE = { name: 'rows', label: 'Rows', group: 'Rows', columns: [], help: 'Rows.', source: 'test' };

function collector(
  read: (atMs: number) => Values | Promise<Values>,
  more: Partial<Collector> = {},
): Collector {
  return { subject: 'slow', metrics: [], read, ...more };
}

describe('a throttled collector', () => {
  it('is read at its interval, and repeats its values in between', () => {
    const read = vi.fn<(atMs: number) => Values>((atMs) => [atMs]);
    const slow = throttled(collector(read), 1000);
    const values = [0, 300, 600, 900, 1200, 1500].map((atMs) => slow.read(atMs));
    expect(values).toEqual([[0], [0], [0], [0], [1200], [1200]]);
    expect(read).toHaveBeenCalledTimes(2);
  });

  it('is read at a slightly early tick', () => {
    const slow = throttled(
      collector((atMs) => [atMs]),
      1000,
    );
    void slow.read(0);
    expect(slow.read(949)).toEqual([0]);
    expect(slow.read(960)).toEqual([960]);
  });

  it('answers synchronously in between, even if its reading is a promise', async () => {
    const slow = throttled(
      collector((atMs) => Promise.resolve([atMs])),
      1000,
    );
    expect(await slow.read(0)).toEqual([0]);
    expect(slow.read(100)).toEqual([0]);
  });

  it('repeats the last error in between, and retries at its interval', async () => {
    const read = vi.fn<() => Values>(() => {
      throw new Error('gone');
    });
    const slow = throttled(collector(read), 1000);
    for (const atMs of [0, 300, 600]) expect(() => slow.read(atMs)).toThrow('gone');
    expect(read).toHaveBeenCalledTimes(1);
    read.mockReturnValue([1]);
    expect(slow.read(1000)).toEqual([1]);

    const rejecting = throttled(
      collector(() => Promise.reject(new Error('late'))),
      1000,
    );
    await expect(rejecting.read(0)).rejects.toThrow('late');
    expect(() => rejecting.read(100)).toThrow('late');
  });

  it('has the current metrics of its collector', () => {
    const metrics = [
      { name: 'a', label: 'A', unit: 'count', kind: 'gauge', group: 'A', help: 'A.', source: 'test' },
    ] as const;
    const inner = { ...collector(() => []), metrics: [] as Collector['metrics'] };
    const slow = throttled(inner, 1000);
    inner.metrics = metrics;
    expect(slow.metrics).toBe(metrics);
    expect(slow.subject).toBe('slow');
  });

  it('is primed and closed like its collector, and has a table and baseline only if that has', async () => {
    const prime = vi.fn<(atMs: number) => void>();
    const close = vi.fn<() => void>();
    const slow = throttled(
      collector(() => [], { prime, close }),
      1000,
    );
    await slow.prime?.(5);
    slow.close?.();
    expect(prime).toHaveBeenCalledWith(5);
    expect(close).toHaveBeenCalledTimes(1);
    const plain = throttled(
      collector(() => []),
      1000,
    );
    expect(plain.prime).toBeUndefined();
    expect(plain.table).toBeUndefined();
    expect(plain.takeRows).toBeUndefined();
    expect(() => plain.close?.()).not.toThrow();
  });

  it('hands out the rows of a reading once', () => {
    let rows: [string][] | null = null;
    const inner = collector(
      () => {
        rows = [['first']];
        return [];
      },
      {
        table: TABLE,
        takeRows: () => {
          const taken = rows;
          rows = null;
          return taken;
        },
      },
    );
    const slow = throttled(inner, 1000);
    void slow.read(0);
    expect(slow.table).toBe(TABLE);
    expect(slow.takeRows?.()).toEqual([['first']]);
    void slow.read(100);
    expect(slow.takeRows?.()).toBeNull();
  });
  it('passes on the raw values of the last reading, if its collector has any', () => {
    const family = counter('reads_total', '1', '');
    const raw = vi.fn<() => Iterable<RawValue>>(() => [{ family, labels: {}, value: 7 }]);
    const slow = throttled(
      collector(() => [], { rawValues: raw }),
      1000,
    );
    void slow.read(0);
    void slow.read(500);
    expect(raw).not.toHaveBeenCalled();
    expect(seriesOf(slow.rawValues?.())).toEqual({ reads_total: 7 });
    expect(
      throttled(
        collector(() => []),
        1000,
      ).rawValues,
    ).toBeUndefined();
  });
});
