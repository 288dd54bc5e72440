import os from 'node:os';
import { currentLoad } from 'systeminformation';
import { afterEach, expect, it, vi } from 'vitest';
import { cpuCollector } from './systeminformation.ts';

afterEach(() => void vi.restoreAllMocks());

it('CPU is read as systeminformation does, over the same window', async () => {
  const cpu = cpuCollector();
  await currentLoad();
  await cpu.prime?.(0);
  const untilMs = performance.now() + 500;
  while (performance.now() < untilMs);
  const [load] = await cpu.read(500);
  const reference = await currentLoad();
  expect(Math.abs(Number(load) - reference.currentLoad)).toBeLessThan(10);
});

it('CPU is not known over a window in which its counters have not moved', async () => {
  const cpu = cpuCollector();
  const still = os.cpus();
  vi.spyOn(os, 'cpus').mockReturnValue(still);
  await cpu.prime?.(0);
  expect(await cpu.read(100)).toEqual([null]);
});
