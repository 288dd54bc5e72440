import type { Clock } from '../../shared/clock.ts';

/** `performance.now()` is monotonic and keeps counting while the tab is hidden. */
export const browserClock: Clock = {
  now: () => performance.now(),
  schedule: (task, delayMs) => {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};
