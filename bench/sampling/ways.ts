import os from 'node:os';
import * as systeminformation from 'systeminformation';
import { DEFAULTS } from '../../agent/config.ts';
import type { Collector } from '../../agent/sampling/collector.ts';
import { createCollectors } from '../../agent/sampling/sources.ts';
import { Floor } from './floor.ts';

/** What every program that watches a host reads. */
const BASIC = ['cpu', 'memory', 'network', 'disks', 'system'];

/** Ways to take one sample of the basic subjects. */
export const WAYS = {
  nothing: async () => () => {},
  floor: async () => {
    const floor = new Floor();
    return () => void floor.sample();
  },
  agent: async () => {
    const collectors = basicCollectors();
    for (const collector of collectors) await collector.prime?.(performance.now());
    return (atMs) => readAll(collectors, atMs);
  },
  systeminformation: async () => async () => {
    const { currentLoad, mem, networkStats, disksIO } = systeminformation;
    await Promise.all([currentLoad(), mem(), networkStats(), disksIO()]);
    os.loadavg();
  },
} satisfies Record<string, () => Promise<(atMs: number) => void | Promise<void>>>;

export function allCollectors(): Collector[] {
  const log = { warn: (message: unknown) => console.warn(message) };
  return createCollectors({ ...DEFAULTS, source: 'linux' }, log);
}

export function basicCollectors(): Collector[] {
  const all = allCollectors();
  for (const collector of all) if (!BASIC.includes(collector.subject)) collector.close?.();
  return all.filter(({ subject }) => BASIC.includes(subject));
}

/** Waits only where there is a promise, as the sampler does. */
function readAll(collectors: readonly Collector[], atMs: number): void | Promise<void> {
  const pending: Promise<unknown>[] = [];
  for (const collector of collectors) {
    const answer = collector.read(atMs);
    if (answer instanceof Promise) pending.push(answer);
  }
  if (pending.length > 0) return settled(pending);
}

async function settled(pending: readonly Promise<unknown>[]): Promise<void> {
  await Promise.all(pending);
}
