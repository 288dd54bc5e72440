/**
 * The whole agent as it starts from its source, with a past that fills its ring: 15 minutes at ten samples a second. Tells how long its samples
 * were kept by its own work.
 */
import { readFileSync } from 'node:fs';
import { serveCommands } from '../processes/worker.ts';
import { gridUnitMs } from '../../agent/sampling/grid.ts';
import type { Sample } from '../../agent/sampling/sample.ts';
import { Sampler } from '../../agent/sampling/sampler.ts';

export type FilledAgentCommands = {
  /**
   * Processor time of the agent from when each sample was due until all viewers had been sent it, since the last call, ms: its delay where nobody
   * else has the processor.
   */
  keptMs: () => number[];
};

const SAMPLES = 9000;
const UNIT_MS = gridUnitMs(100);
const LOOK_EVERY_MS = 1;
const NS_PER_MS = 1e6;

interface Look {
  readonly atMs: number;
  readonly busyMs: number;
}

let looks: Look[] = [];
let keptMs: number[] = [];

serveCommands({
  keptMs: () => {
    const found = keptMs;
    keptMs = [];
    return found;
  },
} satisfies FilledAgentCommands);

setInterval(() => looks.push(look()), LOOK_EVERY_MS).unref();

const start = Sampler.prototype.start;
Sampler.prototype.start = function startFilled(this: Sampler, listener): Promise<void> {
  fill(this.catalogue.length, listener);
  return start.call(this, (sample) => {
    const dueMs = performance.now() - (this.durationMs ?? 0) - this.lagMs;
    listener(sample);
    const before = looks.findLast(({ atMs }) => atMs <= dueMs);
    if (before !== undefined) keptMs.push(look().busyMs - before.busyMs);
    looks = [];
  });
};
await import('../../agent/main.ts');

function fill(metricCount: number, listener: (sample: Sample) => void): void {
  const nowMs = Date.now();
  const head = Math.floor(nowMs / UNIT_MS);
  for (let back = SAMPLES; back > 0; back -= 1) {
    const values = Array.from({ length: metricCount }, () => Math.round(Math.random() * 1e6) / 100);
    listener({ timestampMs: nowMs - back * UNIT_MS, gridIndex: head - back, values });
  }
}

/** Of the thread that serves: those that collect garbage beside it keep nobody. */
function look(): Look {
  const [busyNs] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ');
  return { atMs: performance.now(), busyMs: Number(busyNs) / NS_PER_MS };
}
