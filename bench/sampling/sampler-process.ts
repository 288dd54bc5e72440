/** Takes samples in one way, or reads each collector of this host (`node sampler-process.js WAY|each`), on command. */
import { setTimeout as sleep } from 'node:timers/promises';
import { serveCommands } from '../harness/worker.ts';
import { allCollectors, WAYS } from './ways.ts';

/** `count` samples, `phaseMs` after whole intervals of the clock. */
interface OnClock {
  readonly intervalMs: number;
  readonly count: number;
  readonly phaseMs: number;
}

/** Without `OnClock` without a pause, for `hotMs`. */
export type SamplingMode = OnClock | { readonly hotMs: number };

export interface Costs {
  readonly name: string;
  /** Metrics of the collector. */
  readonly metrics: number;
  /** Processor time of this process for each sample or read, µs; without a pause one mean of all. */
  readonly costsUs: readonly number[];
}

export type SamplerCommands = {
  sample: (mode: SamplingMode) => Promise<Costs[]>;
};

type Found = readonly { readonly costsUs: number[] }[];

interface Target {
  readonly name: string;
  readonly metrics: number;
  sample(atMs: number): unknown;
}

const [way = ''] = process.argv.slice(2);
const targets = way === 'each' ? await everyCollector() : [await targetOf(way as keyof typeof WAYS)];
/** The time of the samples themselves: it passes from one to the next, however fast they are taken. */
let atMs = performance.now();

serveCommands({
  async sample(mode) {
    const found = targets.map(({ name, metrics }) => ({ name, metrics, costsUs: [] as number[] }));
    await ('hotMs' in mode ? sampleHot(found, mode.hotMs) : sampleOnClock(found, mode));
    return found;
  },
} satisfies SamplerCommands);

async function sampleHot(found: Found, hotMs: number): Promise<void> {
  for (const [index, { sample }] of targets.entries()) {
    const endMs = performance.now() + hotMs;
    const before = process.cpuUsage();
    let count = 0;
    for (; performance.now() < endMs; count += 1) {
      atMs += 1000;
      const answer = sample(atMs);
      if (answer instanceof Promise) await answer;
    }
    found[index]?.costsUs.push(usSince(before) / count);
  }
}

async function sampleOnClock(found: Found, { intervalMs, count, phaseMs }: OnClock): Promise<void> {
  for (let round = 0; round < count; round += 1) {
    await sleep(intervalMs - ((Date.now() - phaseMs) % intervalMs));
    atMs += intervalMs;
    for (const [index, target] of targets.entries()) found[index]?.costsUs.push(await costUs(target));
  }
}

async function costUs({ sample }: Target): Promise<number> {
  const before = process.cpuUsage();
  const answer = sample(atMs);
  if (answer instanceof Promise) await answer;
  return usSince(before);
}

function usSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

async function targetOf(name: keyof typeof WAYS): Promise<Target> {
  return { name, metrics: 0, sample: await WAYS[name]() };
}

async function everyCollector(): Promise<Target[]> {
  const collectors = allCollectors();
  for (const collector of collectors) await collector.prime?.(performance.now());
  return collectors.map((collector) => ({
    name: collector.subject,
    metrics: collector.metrics.length,
    sample: async (ms) => {
      const answer = collector.read(ms);
      if (answer instanceof Promise) await answer;
      collector.takeRows?.();
    },
  }));
}
