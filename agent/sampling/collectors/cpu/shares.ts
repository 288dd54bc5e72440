import { percent } from '../../rounding.ts';
import type { Ticks } from './proc-stat.ts';

/** Busy, and each state except idle. */
export const SHARE_COUNT = 8;

export const UNKNOWN_SHARES: readonly null[] = Array.from({ length: SHARE_COUNT }, () => null);

const IDLE = 3;
const IOWAIT = 4;
const STEAL = 7;
const TICK_MS = 10;
/** How far a processor's counters may run ahead of the clock: more than any delay between the two readings, less than a sleep. */
const TOLERANCE_MS = 60_000;

/** What is unreliable about a processor between two readings. */
export interface Doubts {
  /** The total, so that no share can be given. */
  time: boolean;
  /** The part stolen by other guests. */
  steal: boolean;
  /** The part of idle time spent waiting for disks. */
  wait: boolean;
}

export function noDoubts(): Doubts {
  return { time: false, steal: false, wait: false };
}

/**
 * Adds what one processor's counters leave in doubt: any counter that went backwards, or grew more than time can have passed.
 *
 * - Idle and iowait may take time from each other, as the kernel reassigns idle time (proc_stat(5): "iowait may decrease in certain
 *   conditions"). Their sum stays right unless it fell too, as after a suspend.
 * - Steal comes from the hypervisor and may run backwards for the host's whole uptime. The other states remain known.
 * - No other decrease has an explanation.
 * @param elapsedMs between the readings, by a clock that stops while the host sleeps
 */
export function addDoubts(doubts: Doubts, before: Ticks, now: Ticks, elapsedMs: number): void {
  let own = 0;
  let idle = 0;
  let stolen = 0;
  for (let state = 0; state < now.length; state += 1) {
    const growth = growthOf(state, before, now);
    if (state === IDLE || state === IOWAIT) {
      idle += growth;
      if (growth < 0) doubts.wait = true;
    } else if (state === STEAL) {
      stolen = growth;
    } else {
      own += growth;
      if (growth < 0) doubts.time = true;
    }
  }
  own += idle;
  const mostTicks = (elapsedMs + TOLERANCE_MS) / TICK_MS;
  if (!(idle >= 0 && own <= mostTicks)) doubts.time = true;
  if (!(stolen >= 0 && own + stolen <= mostTicks)) doubts.steal = true;
}

/**
 * Shares of a processor's time between two readings, percent: busy, user, nice, system, iowait, irq, softirq, steal. Busy is everything except
 * idle and iowait. All `null` if the counters did not move or the total is in doubt; a single state is `null` if it is in doubt or not
 * reported. If steal is in doubt, the others are shares of the time without it.
 */
export function sharesBetween(before: Ticks, now: Ticks, doubts: Doubts): readonly (number | null)[] {
  if (doubts.time) return UNKNOWN_SHARES;
  let all = 0;
  for (let state = 0; state < now.length; state += 1) {
    if (state !== STEAL || !doubts.steal) all += growthOf(state, before, now);
  }
  if (!(all > 0)) return UNKNOWN_SHARES;
  const idle = growthOf(IDLE, before, now) + (now.length > IOWAIT ? growthOf(IOWAIT, before, now) : 0);
  const shares: (number | null)[] = [percent(((all - idle) / all) * 100)];
  for (let state = 0; state < SHARE_COUNT; state += 1) {
    if (state === IDLE) continue;
    const isKnown =
      state < now.length && !(state === STEAL && doubts.steal) && !(state === IOWAIT && doubts.wait);
    shares.push(isKnown ? percent((growthOf(state, before, now) / all) * 100) : null);
  }
  return shares;
}

/** NaN if a counter could not be read. */
function growthOf(state: number, before: Ticks, now: Ticks): number {
  return (now[state] ?? Number.NaN) - (before[state] ?? Number.NaN);
}
