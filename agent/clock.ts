import os from 'node:os';
import type { Clock as MonotonicClock } from '../shared/clock.ts';

/** Time as the agent needs it: order and durations from the monotonic clock, `wallNow` only for display (RT-1). */
export interface Clock extends MonotonicClock {
  /** Unix milliseconds, an integer; may step in either direction. */
  wallNow(): number;
  /** Milliseconds since the host booted, including those that it slept; does not follow the wall clock. Coarse: up to 1 s. */
  sinceBoot(): number;
}

/** Node cuts a delay to whole milliseconds. Who is woken early has to wait once more, which costs as much as most of what there is to do. */
const TIMER_GRAIN_MS = 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  wallNow: () => Date.now(),
  sinceBoot: () => os.uptime() * 1000,
  schedule(task, delayMs) {
    const timer = setTimeout(task, delayMs + TIMER_GRAIN_MS);
    return () => clearTimeout(timer);
  },
};
