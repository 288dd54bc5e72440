import os from 'node:os';
import { percent } from '../../rounding.ts';

/** Time of one logical processor since boot from `os.cpus()`, ms; idle last. */
type Times = readonly number[];

export function readTimes(): readonly Times[] {
  return os.cpus().map(({ times: { user, nice, sys, irq, idle } }) => {
    // On Windows `sys` includes interrupt time.
    const system = process.platform === 'win32' ? Math.max(0, sys - irq) : sys;
    return [user, nice, system, irq, idle];
  });
}

/**
 * Busy share of the processors' time between two readings, percent. Waiting for disks counts as idle; on Linux, soft interrupts and steal are
 * not included. `null` if the counters did not move (they advance in steps), one of them went backwards, or the number of processors changed.
 */
export function busyShare(before: readonly Times[], now: readonly Times[]): number | null {
  if (before.length !== now.length) return null;
  let busy = 0;
  let all = 0;
  for (const [processor, times] of now.entries()) {
    for (const [state, time] of times.entries()) {
      const growth = time - (before[processor]?.[state] ?? Number.NaN);
      if (!(growth >= 0)) return null;
      all += growth;
      if (state < times.length - 1) busy += growth;
    }
  }
  return percent((busy / all) * 100);
}
