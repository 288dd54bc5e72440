import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseCpuTicks, parseStatCounter } from './proc-stat.ts';

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'latin1');

/** Like that of a machine with many cores and interrupts. */
function largeText(coreCount: number): string {
  const cores = Array.from({ length: coreCount }, (_, core) => `cpu${core} ${core} 1 2 3 4 5 6 7 8 9\n`);
  return `cpu  0 ${coreCount} 2 3 4 5 6 7 8 9\n${cores.join('')}intr 18014398509481984${' 0'.repeat(3000)}\nctxt 7\n`;
}

describe('the processors in /proc/stat', () => {
  it('have eight times each, without guest times, which are included in user and nice', () => {
    const { whole, cores, ticks } = parseCpuTicks(fixture('stat-2-cores'));
    expect(whole).toHaveLength(8);
    expect(cores).toEqual(['0', '1']);
    expect(ticks.map(({ length }) => length)).toEqual([8, 8]);
    expect([...whole, ...ticks.flat()].every((count) => Number.isInteger(count))).toBe(true);
  });

  it('are the online ones', () => {
    expect(parseCpuTicks(fixture('stat-cores-1-and-3-offline'))).toEqual({
      whole: [400, 10, 200, 40_000, 30, 5, 7, 2],
      cores: ['0', '2'],
      ticks: [
        [200, 5, 100, 20_000, 15, 3, 4, 1],
        [200, 5, 100, 20_000, 15, 2, 3, 1],
      ],
    });
  });

  it('have four times in old kernels', () => {
    const four = [46_828, 1200, 26_300, 553_300];
    expect(parseCpuTicks(fixture('stat-4-columns'))).toEqual({ whole: four, cores: ['0'], ticks: [four] });
  });

  it('may be hundreds', () => {
    const { whole, cores, ticks } = parseCpuTicks(largeText(256));
    expect(whole).toEqual([0, 256, 2, 3, 4, 5, 6, 7]);
    expect(cores.at(-1)).toBe('255');
    expect(ticks.at(-1)).toEqual([255, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('are those with a complete line', () => {
    expect(parseCpuTicks('cpu  1 2 3 4\ncpu0 1 2').cores).toEqual([]);
  });

  it.each(['', 'intr 5\n', '\n', 'cpu  1 2 3 4'])('are not in %j, which throws', (text) => {
    expect(() => parseCpuTicks(text)).toThrow(RangeError);
  });
});

describe('a counter of /proc/stat', () => {
  it('is the first number of its line', () => {
    const text = fixture('stat-cores-1-and-3-offline');
    const names = ['intr', 'ctxt', 'processes', 'procs_running', 'procs_blocked'];
    expect(names.map((name) => parseStatCounter(text, name))).toEqual([2500, 9000, 120, 2, 1]);
    expect(parseStatCounter(largeText(2), 'intr')).toBe(2 ** 54);
  });

  it('is null if the kernel does not have it', () => {
    expect(parseStatCounter(fixture('stat-4-columns'), 'procs_running')).toBeNull();
    expect(parseStatCounter('', 'intr')).toBeNull();
  });
});
