import type { TimeRange } from '../../state/time-range.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LENGTHS_MS = [HOUR_MS, ...[1, 7, 30, 365, 5 * 365].map((days) => days * DAY_MS)];
/** The charts show at most this share of the lane, so that what is around them stays in sight. */
const MOST_SHOWN = 1 / 4;
/** A range may grow to this share before the lane grows with it. */
const MOST_GROWN = 1 / 2;
/** What the charts show keeps this distance from the ends of the lane, or the lane moves on. */
const MARGIN = 0.02;

/** The time from one end of the lane to the other. */
export interface LaneStretch extends TimeRange {
  /** It ends now, and moves on with it. */
  readonly isPresent: boolean;
}

/**
 * The stretch of the lane around what the charts show: an hour for up to 15 minutes, a day for up to 6 hours. It stands still as long as that is in
 * sight.
 * @param before what the lane showed so far
 */
export function laneStretch(
  before: LaneStretch | null,
  { fromMs, toMs }: TimeRange,
  isLive: boolean,
  nowMs: number,
): LaneStretch {
  const lengthMs = laneLength(toMs - fromMs, isLive ? null : before);
  const present = { fromMs: nowMs - lengthMs, toMs: nowMs, isPresent: true };
  if (isLive) return present;
  const marginMs = MARGIN * lengthMs;
  const isSameLength = before !== null && before.toMs - before.fromMs === lengthMs;
  if (
    isSameLength &&
    !before.isPresent &&
    fromMs >= before.fromMs + marginMs &&
    toMs <= before.toMs - marginMs
  )
    return before;
  if (fromMs >= present.fromMs + marginMs) return present;
  const middleMs = (fromMs + toMs) / 2;
  const end = Math.min(nowMs, Math.round(middleMs + lengthMs / 2));
  return { fromMs: end - lengthMs, toMs: end, isPresent: false };
}

function laneLength(shownMs: number, before: LaneStretch | null): number {
  const leastMs = shownMs / MOST_SHOWN;
  const lengthMs = LENGTHS_MS.find((one) => one >= leastMs) ?? leastMs;
  const beforeMs = before === null ? 0 : before.toMs - before.fromMs;
  return beforeMs < lengthMs && shownMs <= MOST_GROWN * beforeMs ? beforeMs : lengthMs;
}
