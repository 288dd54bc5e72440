import { describe, expect, it, vi } from 'vitest';
import { createCollectors } from './collectors.ts';
import { bytes, percent } from './figures.ts';

describe('the collectors of this host', () => {
  it('describe each of their figures, under names that are unique', async () => {
    const collectors = createCollectors();
    const names = collectors.flatMap(({ metrics }) => metrics.map(({ name }) => name));
    expect(names).toEqual(['cpu', 'memory', 'memory.used', 'memory.available', 'memory.total']);
    for (const { metrics, prime, read } of collectors) {
      await prime?.();
      expect(await read()).toHaveLength(metrics.length);
    }
  });

  it('read CPU as a percentage', async () => {
    const [cpu] = createCollectors();
    await cpu?.prime?.();
    const [load] = (await cpu?.read()) ?? [];
    expect(load).toBeGreaterThanOrEqual(0);
    expect(load).toBeLessThanOrEqual(100);
  });

  it('do not repeat a CPU figure while the wall clock is set back: it is unknown then', async () => {
    const [cpu] = createCollectors();
    await cpu?.prime?.();
    await cpu?.read();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
    try {
      await expect(cpu?.read()).rejects.toMatchObject({ code: 'repeated_figure' });
    } finally {
      vi.useRealTimers();
    }
  });

  it('read memory so that used and available make up the total', async () => {
    const [, memory] = createCollectors();
    const [share, used, available, total] = ((await memory?.read()) ?? []).map(Number) as [
      number,
      number,
      number,
      number,
    ];
    expect(used + available).toBe(total);
    expect(share).toBeCloseTo((used / total) * 100, 2);
    expect(total).toBeGreaterThan(64 * 1024 * 1024);
  });
});

describe('figures', () => {
  it('have two decimals as percentages, and none as bytes', () => {
    expect(percent(12.3456)).toBe(12.35);
    expect(bytes(1024.4)).toBe(1024);
  });

  it('are unknown when they are out of range or no numbers', () => {
    expect([Number.NaN, -0.1, 100.1, Number.POSITIVE_INFINITY].map(percent)).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect([Number.NaN, -1, Number.POSITIVE_INFINITY].map(bytes)).toEqual([null, null, null]);
  });
});
