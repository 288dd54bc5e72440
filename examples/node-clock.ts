import type { Clock } from '../shared/clock.ts';

/** A client's clock on Node. */
export const nodeClock: Clock = {
  now: () => performance.now(),
  schedule: (task, delayMs) => {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};
