/** A process that takes samples in one way (`node sampler-process.js WAY`) whenever it is told to. */
import { setTimeout as sleep } from 'node:timers/promises';
import { serveCommands } from '../processes/worker.ts';
import { SAMPLERS, type SamplerName } from './subjects.ts';

export type SamplerCommands = {
  /** Samples without a pause. Processor time of one, µs. */
  hot: (forMs: number) => Promise<number>;
  /** Samples on the clock. Processor time of this process for each, µs. */
  paced: (stride: Pace) => Promise<number[]>;
};

export interface Pace {
  readonly intervalMs: number;
  readonly count: number;
  /** After each whole interval of the clock. */
  readonly phaseMs: number;
}

const name = process.argv[2] as SamplerName;
const sample: (atMs: number) => void | Promise<void> = await SAMPLERS[name]();
/** The samples' own time: a second passes from one to the next, however fast they are taken. */
let atMs = performance.now();

serveCommands({
  hot: async (forMs) => {
    const endMs = performance.now() + forMs;
    const before = process.cpuUsage();
    let count = 0;
    while (performance.now() < endMs) {
      await once();
      count += 1;
    }
    return microsecondsSince(before) / count;
  },
  paced: async ({ intervalMs, count, phaseMs }) => {
    const costs: number[] = [];
    while (costs.length < count) {
      await sleep(intervalMs - ((Date.now() - phaseMs) % intervalMs));
      const before = process.cpuUsage();
      await once(intervalMs);
      costs.push(microsecondsSince(before));
    }
    return costs;
  },
} satisfies SamplerCommands);

async function once(intervalMs = 1000): Promise<void> {
  atMs += intervalMs;
  const answer = sample(atMs);
  if (answer instanceof Promise) await answer;
}

function microsecondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
