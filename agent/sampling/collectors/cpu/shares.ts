import { percent } from '../../values.ts';
import type { Ticks } from './proc-stat.ts';

/** How many shares there are of one processor: busy, and each state but idle. */
export const SHARE_COUNT = 8;

export const UNKNOWN_SHARES: readonly null[] = Array.from({ length: SHARE_COUNT }, () => null);

const IDLE = 3;
const IOWAIT = 4;
const STEAL = 7;
const TICK_MS = 10;
/** By so much a processor's own time may be ahead of the clock: far more than by how far apart they are read, less than a sleep. */
const TOLERANCE_MS = 60_000;

/** What cannot be told of a processor's time between two readings. */
export interface Doubts {
  /** How long that time was, so that nothing can be a share of it. */
  time: boolean;
  /** How much of it went to other guests. */
  steal: boolean;
  /** How much of its idle time was a wait for disks. */
  wait: boolean;
}

export function noDoubts(): Doubts {
  return { time: false, steal: false, wait: false };
}

/**
 * Adds to `doubts` what the counters of one processor leave open, which is more where one of them steps back, or on by a time that cannot have passed:
 *
 * - Idle and iowait take from each other: the kernel decides anew which of the two an idle processor was in (proc_stat(5): "iowait may
 *   decrease in certain conditions"). Together they are still right, unless they fell together, as after a suspend.
 * - Steal is counted by the hypervisor, and may run backwards for as long as the host is up. The rest of the time is still known.
 * - Nothing explains any other step.
 * @param elapsedMs between the two readings, by a clock that stands still while the host sleeps
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
 * What a processor's time went to between two readings, percent: busy, user, nice, system, iowait, irq, softirq, steal. Busy is all
 * but idle and iowait. All `null` when the counters did not move, or the time that passed is in doubt; `null` also for a
 * single state that is, or that the kernel does not tell. Where the stolen time is in doubt, the others are shares of the time without it.
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

/** Not a number where a counter could not be read. */
function growthOf(state: number, before: Ticks, now: Ticks): number {
  return (now[state] ?? Number.NaN) - (before[state] ?? Number.NaN);
}
