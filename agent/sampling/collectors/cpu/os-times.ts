import os from 'node:os';
import { percent } from '../../values.ts';

/** Time of one logical processor since boot by `os.cpus()`, ms: what kept it busy, idle last. */
type Times = readonly number[];

export function readTimes(): readonly Times[] {
  return os.cpus().map(({ times: { user, nice, sys, irq, idle } }) => {
    // On Windows `sys` includes the time of interrupts.
    const system = process.platform === 'win32' ? Math.max(0, sys - irq) : sys;
    return [user, nice, system, irq, idle];
  });
}

/**
 * Busy share of the time that processors spent between two readings, percent; waiting for disks is idle, and nothing tells of soft
 * interrupts and stolen time on Linux. `null` when the counters, which move in steps, did not move, when one of them
 * went backwards, and when there are not as many processors as before.
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
