import os from 'node:os';
import type { Clock as MonotonicClock } from '../shared/clock.ts';

/** The agent's time: order and durations come from the monotonic clock, `wallNow` is for display only (RT-1). */
export interface Clock extends MonotonicClock {
  /** Unix milliseconds, an integer; may step in either direction. */
  wallNow(): number;
  /** Milliseconds since the host booted, including suspend; independent of the wall clock. Resolution: up to 1 s. */
  sinceBoot(): number;
}

/** Node truncates delays to whole milliseconds; a timer that fires early would have to be set again. */
const TIMER_GRAIN_MS = 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  wallNow: () => Date.now(),
  sinceBoot: () => os.uptime() * 1000,
  schedule(task, delayMs) {
    // Node warns of a negative one, as where a stall has made something overdue.
    const timer = setTimeout(task, Math.max(0, delayMs) + TIMER_GRAIN_MS);
    return () => clearTimeout(timer);
  },
};
