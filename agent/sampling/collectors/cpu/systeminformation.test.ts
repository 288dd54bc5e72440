import os from 'node:os';
import { currentLoad } from 'systeminformation';
import { afterEach, expect, it, vi } from 'vitest';
import { cpuCollector } from './systeminformation.ts';

afterEach(() => void vi.restoreAllMocks());

it('CPU agrees with systeminformation over the same window', async () => {
  const cpu = cpuCollector();
  await currentLoad();
  await cpu.prime?.(0);
  const untilMs = performance.now() + 500;
  while (performance.now() < untilMs);
  const [load] = await cpu.read(500);
  const reference = await currentLoad();
  expect(Math.abs(Number(load) - reference.currentLoad)).toBeLessThan(10);
});

it('CPU is unknown if its counters did not move', async () => {
  const cpu = cpuCollector();
  const still = os.cpus();
  vi.spyOn(os, 'cpus').mockReturnValue(still);
  await cpu.prime?.(0);
  expect(await cpu.read(100)).toEqual([null]);
});

it('CPU is unknown if the counters of one processor fell, whatever the others did', async () => {
  const [sample] = os.cpus();
  const processors = (...times: readonly (readonly [busy: number, idle: number])[]) =>
    times.map(([busy, idle]) => ({
      ...(sample ?? { model: '', speed: 0 }),
      times: { user: busy, nice: 0, sys: 0, irq: 0, idle },
    }));
  const cpu = cpuCollector();
  const cpus = vi.spyOn(os, 'cpus').mockReturnValue(processors([5000, 90_000], [5000, 90_000]));
  await cpu.prime?.(0);
  cpus.mockReturnValue(processors([4900, 10_000], [4900, 10_000]));
  expect(await cpu.read(1000)).toEqual([null]);
  cpus.mockReturnValue(processors([5000, 10_900], [5000, 9900]));
  expect(await cpu.read(2000)).toEqual([null]);
  cpus.mockReturnValue(processors([5100, 11_800], [5100, 10_800]));
  expect(await cpu.read(3000)).toEqual([10]);
});
