import { mkdirSync, readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkpoint } from '../../agent/store/history/database.ts';
import { serveCommands } from '../harness/worker.ts';
import { openHistory, type OpenHistory } from './open-history.ts';
import { continued, readRecording } from './recorded.ts';

/** A stretch of samples to write. */
export interface Stretch {
  /** `null` measures what making the samples costs. */
  readonly folder: string | null;
  /** Of a recording. */
  readonly recorded: string;
  readonly epoch: string;
  readonly fromMs: number;
  readonly samples: number;
  readonly intervalMs: number;
}

export interface WritingCost {
  readonly cpuMs: number;
  /** To the disk, as the kernel counts. */
  readonly writtenBytes: number;
  readonly residentBytes: number;
  /** The longest that a caller waited for `append` or `flush`. */
  readonly longestMs: number;
}

/** One read. */
export interface Question {
  readonly folder: string;
  readonly metrics: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly points: number;
  /** Each asks about a time that much further back, so that nothing is decoded already. */
  readonly rounds: number;
  readonly backMs: number;
}

export interface Reading {
  readonly tier: string;
  readonly stepMs: number;
  /** Of each round, as are times; the first is with no statement prepared. */
  readonly points: readonly number[];
  readonly ms: readonly number[];
  readonly cpuMs: readonly number[];
  /** The longest step of the iteration, after the first round. */
  readonly longestStepMs: number;
}

/** In samples: as an agent at 1 Hz does. */
const FLUSH_EVERY = 9;
const CHECKPOINT_EVERY = 2700;

const commands = {
  write: async (stretch: Stretch): Promise<WritingCost> => {
    const host = readRecording(stretch.recorded);
    const open = stretch.folder === null ? null : openIn(stretch.folder, stretch.intervalMs);
    const before = { cpu: process.cpuUsage(), bytes: bytesWritten() };
    let longestMs = 0;
    let seq = 0;
    for (const values of continued(host, stretch.samples)) {
      seq += 1;
      const startMs = performance.now();
      append(open, stretch, host, seq, values);
      longestMs = Math.max(longestMs, performance.now() - startMs);
      // Not the agent's loop, but a thread of its own waits for this.
      if (open !== null && seq % CHECKPOINT_EVERY === 0) checkpoint(open.connection, open.path, () => {});
      if (seq % 5000 === 0) await sleep(0);
    }
    open?.history.flush();
    if (open !== null) checkpoint(open.connection, open.path, () => {});
    const { user, system } = process.cpuUsage(before.cpu);
    const residentBytes = process.memoryUsage().rss;
    open?.close();
    return {
      cpuMs: (user + system) / 1000,
      writtenBytes: bytesWritten() - before.bytes,
      residentBytes,
      longestMs,
    };
  },

  read: ({ folder, rounds, backMs, fromMs, toMs, ...query }: Question): Reading => {
    const { history, close } = openHistory(folder);
    const points: number[] = [];
    const ms: number[] = [];
    const cpuMs: number[] = [];
    let longestStepMs = 0;
    let plan = history.plan({ ...query, fromMs, toMs });
    for (let round = 0; round < rounds; round += 1) {
      const startMs = performance.now();
      let stepStartMs = startMs;
      const startCpu = process.cpuUsage();
      let count = 0;
      plan = history.plan({ ...query, fromMs: fromMs - round * backMs, toMs: toMs - round * backMs });
      for (const { timesMs } of history.read(plan)) {
        count += timesMs.length;
        const nowMs = performance.now();
        if (round > 0) longestStepMs = Math.max(longestStepMs, nowMs - stepStartMs);
        stepStartMs = nowMs;
      }
      ms.push(performance.now() - startMs);
      const { user, system } = process.cpuUsage(startCpu);
      cpuMs.push((user + system) / 1000);
      points.push(count);
    }
    close();
    return { tier: plan.tier, stepMs: plan.stepMs, points, ms, cpuMs, longestStepMs };
  },

  /** Delay of the event loop while samples come 100 times as fast as they do, ms. */
  delay: async (stretch: Stretch): Promise<{ readonly p99Ms: number; readonly maxMs: number }> => {
    const host = readRecording(stretch.recorded);
    const open = stretch.folder === null ? null : openIn(stretch.folder, stretch.intervalMs);
    const delays = monitorEventLoopDelay({ resolution: 1 });
    let seq = 0;
    delays.enable();
    for (const values of continued(host, stretch.samples)) {
      seq += 1;
      append(open, stretch, host, seq, values);
      await sleep(stretch.intervalMs / 100);
    }
    delays.disable();
    open?.close();
    return { p99Ms: delays.percentile(99) / 1e6, maxMs: delays.max / 1e6 };
  },
};
export type HistoryCommands = typeof commands;
serveCommands(commands);

function openIn(folder: string, intervalMs: number): OpenHistory {
  mkdirSync(folder, { recursive: true });
  return openHistory(folder, intervalMs);
}

function append(
  open: OpenHistory | null,
  { epoch, fromMs, intervalMs }: Stretch,
  { catalogue }: ReturnType<typeof readRecording>,
  seq: number,
  values: readonly (number | null)[],
): void {
  if (open === null) return;
  const timestampMs = fromMs + seq * intervalMs;
  const unitMs = Math.min(intervalMs, 100);
  const sample = {
    epoch,
    seq,
    timestampMs,
    gridIndex: timestampMs / unitMs,
    values,
    ...(seq === 1 ? { catalogue } : {}),
  };
  open.history.append(sample, { catalogue, tables: [] });
  if (seq % FLUSH_EVERY === 0) open.history.flush();
}

function bytesWritten(): number {
  return Number(/^write_bytes: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}
