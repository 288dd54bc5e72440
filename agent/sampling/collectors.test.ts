import os from 'node:os';
import { currentLoad } from 'systeminformation';
import { describe, expect, it, vi } from 'vitest';
import { createCollectors } from './collectors.ts';
import { bytes, percent } from './figures.ts';

/** Keeps one processor busy. */
function computeFor(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

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
    computeFor(50);
    const [load] = (await cpu?.read()) ?? [];
    expect(load).toBeGreaterThanOrEqual(0);
    expect(load).toBeLessThanOrEqual(100);
  });

  it('read CPU as systeminformation does, over the same window', async () => {
    const [cpu] = createCollectors();
    await currentLoad();
    await cpu?.prime?.();
    computeFor(500);
    const [load] = (await cpu?.read()) ?? [];
    const reference = await currentLoad();
    expect(Math.abs(Number(load) - reference.currentLoad)).toBeLessThan(10);
  });

  it('do not know CPU use over a window in which its counters have not moved', async () => {
    const [cpu] = createCollectors();
    const still = os.cpus();
    vi.spyOn(os, 'cpus').mockReturnValue(still);
    try {
      await cpu?.prime?.();
      expect(await cpu?.read()).toEqual([null]);
    } finally {
      vi.restoreAllMocks();
    }
  });

  it('read CPU whatever the wall clock does', async () => {
    const [cpu] = createCollectors();
    await cpu?.prime?.();
    computeFor(50);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
    try {
      expect((await cpu?.read())?.[0]).toBeGreaterThan(0);
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
