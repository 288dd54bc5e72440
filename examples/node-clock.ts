import type { Clock } from '../shared/clock.ts';

/** Node's time, as a client needs it. */
export const nodeClock: Clock = {
  now: () => performance.now(),
  schedule: (task, delayMs) => {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};
