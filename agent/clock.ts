import type { Clock as MonotonicClock } from '../shared/clock.ts';

/** Time as the agent needs it: order and durations from the monotonic clock, `wallNow` only for display (RT-1). */
export interface Clock extends MonotonicClock {
  /** Unix milliseconds, an integer; may step in either direction. */
  wallNow(): number;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wallNow: () => Date.now(),
  schedule(task, delayMs) {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};
