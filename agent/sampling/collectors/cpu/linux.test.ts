import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Collector } from '../../collector.ts';
import { THIS_HOST } from '../../kernel/roots.ts';
import { cpuCollector } from './linux.ts';
import { cpuCollector as portableCpuCollector } from './systeminformation.ts';

const STATES = ['user', 'nice', 'system', 'iowait', 'irq', 'softirq', 'steal'];
const namesOf = ({ metrics }: Collector) => metrics.map(({ name }) => name);

async function values(collector: Collector, atMs: number): Promise<Record<string, number | null>> {
  const read = await collector.read(atMs);
  const names = namesOf(collector);
  expect(read).toHaveLength(names.length);
  return Object.fromEntries(names.map((name, index) => [name, read[index] ?? null]));
}

describe('with fixture files', () => {
  let root = '';
  const roots = () => ({ proc: join(root, 'proc'), sys: join(root, 'sys') });
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const stat = (...cores: readonly (readonly [number: number, user: number, idle: number])[]) => {
    const user = cores.reduce((sum, core) => sum + core[1], 0);
    const idle = cores.reduce((sum, core) => sum + core[2], 0);
    const lines = cores.map((core) => `cpu${core[0]} ${core[1]} 0 0 ${core[2]} 0 0 0 0 0 0\n`);
    write('proc/stat', `cpu  ${user} 0 0 ${idle} 0 0 0 0 0 0\n${lines.join('')}intr 5 0\n`);
  };
  const frequency = (core: number, text: string) =>
    write(`sys/devices/system/cpu/cpu${core}/cpufreq/scaling_cur_freq`, text);
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'cpu-'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  it('there are a total and each core with their states, without frequencies if there are no files', () => {
    stat([0, 0, 0], [1, 0, 0]);
    const parts = ['cpu', 'cpu.core.0', 'cpu.core.1'];
    const collector = cpuCollector(roots());
    expect(namesOf(collector)).toEqual(
      parts.flatMap((part) => [part, ...STATES.map((state) => `${part}.${state}`)]),
    );
    expect(
      collector.metrics.every(
        ({ kind, unit, source }) => kind === 'rate' && unit === 'percent' && source === 'linux',
      ),
    ).toBe(true);
    expect(collector.metrics.find(({ name }) => name === 'cpu.core.1.steal')).toMatchObject({
      label: 'Core 1 stolen',
      instance: 'Core 1',
      group: 'CPU',
      min: 0,
      max: 100,
    });
  });

  it('with more than 64 processors each has only its busy share', async () => {
    const all = (user: number, idle: number) =>
      stat(...Array.from({ length: 65 }, (_, core) => [core, user, idle] as const));
    all(0, 0);
    frequency(0, '1000000\n');
    const collector = cpuCollector(roots());
    expect(namesOf(collector).slice(0, 11)).toEqual([
      'cpu',
      ...STATES.map((state) => `cpu.${state}`),
      'cpu.frequency',
      'cpu.core.0',
      'cpu.core.1',
    ]);
    expect(collector.metrics).toHaveLength(9 + 65);
    await collector.prime?.(0);
    all(30, 10);
    expect(await values(collector, 1000)).toMatchObject({
      cpu: 75,
      'cpu.frequency': 1e9,
      'cpu.core.64': 75,
    });
  });

  it('the first values cover the time since the baseline, not since boot', async () => {
    stat([0, 900_000, 100]);
    const collector = cpuCollector(roots());
    await collector.prime?.(0);
    stat([0, 900_025, 175]);
    expect(await values(collector, 1000)).toMatchObject({ cpu: 25, 'cpu.user': 25, 'cpu.core.0': 25 });
  });

  it('everything is unknown without a baseline, and if the counters did not move', async () => {
    stat([0, 900_000, 100]);
    const collector = cpuCollector(roots());
    expect(await values(collector, 0)).toMatchObject({ cpu: null, 'cpu.user': null, 'cpu.core.0': null });
    expect(await values(collector, 10)).toMatchObject({ cpu: null, 'cpu.user': null, 'cpu.core.0': null });
  });

  it('the catalogue follows cores going offline and online, and keeps its array in between', async () => {
    stat([0, 0, 0], [1, 0, 0], [2, 0, 0]);
    const collector = cpuCollector(roots());
    await collector.prime?.(0);
    const { metrics } = collector;
    stat([0, 10, 0], [1, 0, 10], [2, 5, 5]);
    expect(await values(collector, 100)).toMatchObject({ cpu: 50, 'cpu.core.2': 50 });
    expect(collector.metrics).toBe(metrics);

    // The total idle time falls, as in a real kernel.
    stat([0, 20, 0], [2, 5, 15]);
    const without = await values(collector, 200);
    expect(without).toMatchObject({ cpu: null, 'cpu.core.0': 100, 'cpu.core.2': 0 });
    expect(without).not.toHaveProperty('cpu.core.1');

    stat([0, 20, 10], [1, 0, 20], [2, 15, 15]);
    expect(await values(collector, 300)).toMatchObject({
      cpu: null,
      'cpu.core.0': 0,
      'cpu.core.1': null,
      'cpu.core.2': 100,
    });
    stat([0, 20, 20], [1, 5, 25], [2, 25, 15]);
    expect(await values(collector, 400)).toMatchObject({ cpu: 50, 'cpu.core.1': 50 });
  });

  /** Cores by user, system, idle, iowait and steal ticks; the total is their sum unless given. */
  const states = (cores: readonly (readonly number[])[], whole?: readonly number[]) => {
    const line = ([user = 0, system = 0, idle = 0, iowait = 0, steal = 0]: readonly number[]) =>
      `${user} 0 ${system} ${idle} ${iowait} 0 0 ${steal} 0 0`;
    const sum = cores[0]?.map((_, state) => cores.reduce((all, core) => all + (core[state] ?? 0), 0));
    const lines = cores.map((core, index) => `cpu${index} ${line(core)}\n`);
    write('proc/stat', `cpu  ${line(whole ?? sum ?? [])}\n${lines.join('')}intr 5 0\n`);
  };
  const START = [10_000, 10_000, 400_000, 4000, 900_000];
  const grown = (...growths: readonly number[]) => START.map((count, state) => count + (growths[state] ?? 0));

  it('after a suspend that took back idle time everything is unknown for one sample', async () => {
    states([START, START]);
    const collector = cpuCollector(roots());
    await collector.prime?.(0);
    states([grown(35, 32, -174_000, -180), grown(35, 33, -174_000, -180)]);
    const shares = await values(collector, 1000);
    expect(new Set(Object.values(shares))).toEqual(new Set([null]));
    states([grown(40, 35, -173_910, -180), grown(40, 35, -173_910, -180)]);
    expect(await values(collector, 2000)).toMatchObject({ cpu: 7.69, 'cpu.user': 5.13, 'cpu.system': 2.56 });
  });

  it('a step back of one core hides that core and the total, even if their sum grew, but no other core', async () => {
    states([START, START]);
    const collector = cpuCollector(roots());
    await collector.prime?.(0);
    states([grown(5, 0, -1), grown(20, 5, 75)]);
    expect(await values(collector, 1000)).toMatchObject({
      cpu: null,
      'cpu.user': null,
      'cpu.core.0': null,
      'cpu.core.1': 25,
      'cpu.core.1.user': 20,
    });
  });

  it('stolen time that keeps running backwards on one core hides only stolen time', async () => {
    states([START, START]);
    const collector = cpuCollector(roots());
    await collector.prime?.(0);
    for (let second = 1; second <= 5; second += 1) {
      states([
        grown(20 * second, 0, 80 * second, 0, -7 * second),
        grown(10 * second, 0, 80 * second, 0, 10 * second),
      ]);
      expect(await values(collector, second * 1000)).toMatchObject({
        cpu: 15.79,
        'cpu.steal': null,
        'cpu.core.0': 20,
        'cpu.core.0.user': 20,
        'cpu.core.0.steal': null,
        'cpu.core.1': 20,
        'cpu.core.1.steal': 10,
      });
    }
  });

  it('a step back of the total hides only the total', async () => {
    states([START, START], grown());
    const collector = cpuCollector(roots());
    await collector.prime?.(0);
    states([grown(20, 0, 80), grown(20, 0, 80)], grown(40, 0, -500));
    expect(await values(collector, 1000)).toMatchObject({ cpu: null, 'cpu.core.0': 20, 'cpu.core.1': 20 });
  });

  it('cores with frequency files have frequencies', async () => {
    stat([0, 0, 0], [1, 0, 0], [2, 0, 0]);
    frequency(0, '1000000\n');
    frequency(2, '3000000\n');
    const collector = cpuCollector(roots());
    expect(namesOf(collector).filter((name) => name.endsWith('frequency'))).toEqual([
      'cpu.frequency',
      'cpu.core.0.frequency',
      'cpu.core.2.frequency',
    ]);
    expect(collector.metrics.find(({ name }) => name === 'cpu.frequency')).toMatchObject({
      unit: 'Hz',
      kind: 'gauge',
    });
    expect(await values(collector, 0)).toMatchObject({ 'cpu.frequency': 2e9, 'cpu.core.2.frequency': 3e9 });
    frequency(0, '<unknown>\n');
    expect(await values(collector, 1)).toMatchObject({ 'cpu.frequency': 3e9, 'cpu.core.0.frequency': null });
    stat([0, 0, 0]);
    expect(await values(collector, 2)).toMatchObject({ 'cpu.frequency': null });
    collector.close?.();
  });

  it('a failed read throws, and the next one has no rates', async () => {
    stat([0, 0, 0]);
    const collector = cpuCollector(roots());
    await collector.prime?.(0);
    write('proc/stat', '');
    expect(() => collector.read(100)).toThrow(RangeError);
    stat([0, 10, 10]);
    expect(await values(collector, 200)).toMatchObject({ cpu: null });
    stat([0, 20, 20]);
    expect(await values(collector, 300)).toMatchObject({ cpu: 50 });
  });

  it('a host without /proc/stat has no metrics, and each read says why', () => {
    const collector = cpuCollector(roots());
    expect(collector.metrics).toEqual([]);
    expect(() => collector.read(0)).toThrow(expect.objectContaining({ code: 'processors_unknown' }));
  });
});

describe.runIf(process.platform === 'linux')('on this host', () => {
  const busyFor = (durationMs: number) => {
    const until = performance.now() + durationMs;
    while (performance.now() < until) Math.sqrt(until);
  };

  it('there is a core for each one of Node, with the same shares', async () => {
    const collector = cpuCollector(THIS_HOST);
    const portable = portableCpuCollector();
    await collector.prime?.(0);
    await portable.prime?.(0);
    busyFor(300);
    const linux = await values(collector, 300);
    const [share] = await portable.read(300);
    expect(namesOf(collector).filter((name) => /^cpu\.core\.\d+$/.test(name))).toHaveLength(cpus().length);
    expect(linux['cpu']).toBeGreaterThan(100 / cpus().length / 2);
    // Node leaves out soft interrupts and steal; a tick of 1/100 s is 3 % of this time.
    expect(Math.abs((linux['cpu'] ?? 0) - (share ?? 0))).toBeLessThan(15);
    const states = STATES.filter((state) => state !== 'iowait').reduce(
      (sum, state) => sum + (linux[`cpu.${state}`] ?? 0),
      0,
    );
    expect(states).toBeCloseTo(linux['cpu'] ?? 0, 0);
    collector.close?.();
  });

  it('there are frequencies if the kernel has files', () => {
    const collector = cpuCollector(THIS_HOST);
    const files = cpus().filter((_cpu, core) =>
      existsSync(`/sys/devices/system/cpu/cpu${core}/cpufreq/scaling_cur_freq`),
    );
    const names = namesOf(collector).filter((name) => /^cpu\.core\.\d+\.frequency$/.test(name));
    expect([0, files.length]).toContain(names.length);
    collector.close?.();
  });
});
