/** Every collector of this host, read one by one in one process. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Collector } from '../../agent/sampling/collector.ts';
import { serveCommands } from '../processes/worker.ts';
import { allCollectors } from './subjects.ts';

/** Processor time of this process, or the longest time in which its event loop did not turn: looking for that keeps it busy. */
type Measure = 'cpu' | 'stretch';

export interface CollectorReads {
  readonly subject: string;
  readonly metrics: number;
  /** Of each read, µs. */
  readonly costsUs: readonly number[];
}

export type CollectorsCommands = {
  /** Each collector without a pause for so long, as if so many ms passed from read to read. */
  hot: (stride: {
    readonly measure: Measure;
    readonly forMs: number;
    readonly intervalMs: number;
  }) => Promise<CollectorReads[]>;
  /** All collectors on the clock. */
  paced: (stride: {
    readonly measure: Measure;
    readonly count: number;
    readonly intervalMs: number;
  }) => Promise<CollectorReads[]>;
};

const MEASURES = { cpu: cpuOf, stretch: longestStretchOf };

const collectors = allCollectors();
for (const collector of collectors) await collector.prime?.(performance.now());
let atMs = performance.now();

serveCommands({
  hot: async ({ measure, forMs, intervalMs }) => {
    const found: CollectorReads[] = [];
    for (const collector of collectors) {
      const costsUs: number[] = [];
      const endMs = performance.now() + forMs;
      while (performance.now() < endMs) {
        atMs += intervalMs;
        costsUs.push(await MEASURES[measure](collector));
      }
      found.push(readsOf(collector, costsUs));
    }
    return found;
  },
  paced: async ({ measure, count, intervalMs }) => {
    const found = collectors.map((collector) => readsOf(collector, []));
    for (let round = 0; round < count; round += 1) {
      await sleep(intervalMs - (Date.now() % intervalMs));
      atMs += intervalMs;
      for (const [index, collector] of collectors.entries()) {
        found[index]?.costsUs.push(await MEASURES[measure](collector));
      }
    }
    return found;
  },
} satisfies CollectorsCommands);

function readsOf({ subject, metrics }: Collector, costsUs: number[]): CollectorReads & { costsUs: number[] } {
  return { subject, metrics: metrics.length, costsUs };
}

async function cpuOf(collector: Collector): Promise<number> {
  const before = process.cpuUsage();
  const answer = collector.read(atMs);
  if (answer instanceof Promise) await answer;
  collector.takeRows?.();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

async function longestStretchOf(collector: Collector): Promise<number> {
  let markMs = performance.now();
  let longestMs = 0;
  const mark = (): void => {
    const nowMs = performance.now();
    longestMs = Math.max(longestMs, nowMs - markMs);
    markMs = nowMs;
  };
  const answer = collector.read(atMs);
  mark();
  if (answer instanceof Promise) {
    let isWaiting = true;
    const turn = (): void => {
      mark();
      if (isWaiting) setImmediate(turn);
    };
    setImmediate(turn);
    await answer;
    isWaiting = false;
    mark();
  }
  collector.takeRows?.();
  return longestMs * 1000;
}
