/** Loaded before a server (`node --import`): tells its parent how long the server's event loop was kept. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { serveCommands } from '../processes/worker.ts';

const RESOLUTION_MS = 2;
const NS_PER_MS = 1e6;

export type LoopDelayCommands = {
  /** Since it was last asked, ms beyond the timer's resolution. */
  loopDelay: () => { readonly p99Ms: number; readonly maxMs: number };
};

const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();

serveCommands({
  loopDelay: () => {
    const beyond = (ns: number): number => Math.max(0, ns / NS_PER_MS - RESOLUTION_MS);
    const found = { p99Ms: beyond(delay.percentile(99)), maxMs: beyond(delay.max) };
    delay.reset();
    return found;
  },
} satisfies LoopDelayCommands);
process.channel?.unref();
