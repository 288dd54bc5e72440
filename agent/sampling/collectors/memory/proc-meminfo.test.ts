import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseMeminfo } from './proc-meminfo.ts';

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'latin1');

describe('/proc/meminfo', () => {
  it('has bytes, and distinguishes cached from swap-cached memory', () => {
    const text = fixture('meminfo');
    const lines = new Map(
      text.split('\n').map((line) => [line.split(':')[0], Number(line.match(/\d+(?= kB)/)?.[0]) * 1024]),
    );
    expect(parseMeminfo(text)).toEqual({
      total: lines.get('MemTotal'),
      available: lines.get('MemAvailable'),
      buffers: lines.get('Buffers'),
      cached: lines.get('Cached'),
      dirty: lines.get('Dirty'),
      slab: lines.get('Slab'),
      swapTotal: lines.get('SwapTotal'),
      swapFree: lines.get('SwapFree'),
      hugetlb: lines.get('Hugetlb'),
      hugePages: { reserved: 0, unused: 0 },
    });
    expect(lines.get('MemTotal')).toBeGreaterThan(0);
  });

  it('is parsed by complete names, in any order', () => {
    expect(parseMeminfo('SwapCached: 1 kB\nCached: 2 kB\nXMemTotal: 3 kB\n').cached).toBe(2048);
  });

  it('of an old kernel counts free, buffers, cached and reclaimable slab without shared memory as available', () => {
    const text =
      'MemTotal: 99 kB\nMemFree: 5 kB\nBuffers: 3 kB\nCached: 20 kB\nShmem: 12 kB\nSReclaimable: 2 kB\n';
    expect(parseMeminfo(text).available).toBe(18 * 1024);
    expect(parseMeminfo(fixture('meminfo-linux-3.2-with-swap'))).toMatchObject({
      total: 8_052_732 * 1024,
      available: (1_123_456 + 234_567 + 3_456_789 + 250_000) * 1024,
      swapTotal: 2_097_148 * 1024,
      swapFree: 1_048_574 * 1024,
    });
  });

  it.each(['', 'MemTotal:', 'Odd: 5 kB\n'])('%j yields nothing', (text) => {
    const { hugePages, ...others } = parseMeminfo(text);
    expect(new Set([...Object.values(others), ...Object.values(hugePages)])).toEqual(new Set([null]));
  });
});
