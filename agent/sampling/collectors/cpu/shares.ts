import { percent } from '../../figures.ts';
import type { Ticks } from './proc-stat.ts';

/** How many shares there are of one processor: busy, and each state but idle. */
export const SHARE_COUNT = 8;

export const UNKNOWN_SHARES: readonly null[] = Array.from({ length: SHARE_COUNT }, () => null);

const IDLE = 3;
const IOWAIT = 4;

/**
 * What a processor's time went to between two readings, percent: busy, user, nice, system, iowait, irq, softirq, steal. Busy is all
 * but idle and iowait. All `null` when the counters did not move, or one went backwards. Idle and iowait may do that
 * (proc_stat(5): "iowait may decrease in certain conditions") and then count as not grown. `null` also for a state that the kernel does not tell.
 */
export function sharesBetween(before: Ticks, now: Ticks): readonly (number | null)[] {
  let all = 0;
  let waiting = 0;
  const growths: number[] = [];
  for (let state = 0; state < now.length; state += 1) {
    let growth = (now[state] ?? Number.NaN) - (before[state] ?? Number.NaN);
    if (state === IDLE || state === IOWAIT) {
      growth = Math.max(0, growth);
      waiting += growth;
    } else if (growth < 0) {
      return UNKNOWN_SHARES;
    }
    all += growth;
    growths.push(growth);
  }
  // Not a number either where a counter could not be read.
  if (!(all > 0)) return UNKNOWN_SHARES;
  const shares: (number | null)[] = [percent(((all - waiting) / all) * 100)];
  for (let state = 0; state < SHARE_COUNT; state += 1) {
    const growth = growths[state];
    if (state !== IDLE) shares.push(growth === undefined ? null : percent((growth / all) * 100));
  }
  return shares;
}
