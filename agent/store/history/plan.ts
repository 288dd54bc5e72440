import { TIERS, type HistoryPlan, type HistoryQuery, type Tier } from '../sample-history.ts';
import { ROW_MS } from './schema.ts';

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000];
/** Distances of points that people can name, ms. */
const STEPS: readonly number[] = [
  ...[2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7].map((count) => count * DAY),
];
const WEEK = 7 * DAY;

/**
 * The step is the smallest that fits; the tier is the coarsest that has rows as fine, unless only a coarser one has the begin of the range.
 * @param oldest when each tier has its first row from the begin of the range on, `null` where there is none
 * @param recordedMs the distance of rows of seconds, which may come a little sooner or later: an answer of samples may have a point more
 * @param isAscending whether the rows of seconds of the range are; asked only if it matters. Else the clock was set back, and points are of steps
 */
export function planQuery(
  query: HistoryQuery,
  oldest: Readonly<Record<Tier, number | null>>,
  recordedMs: number,
  isAscending: () => boolean,
): HistoryPlan {
  const { fromMs, toMs, points } = query;
  const rowMs = { ...ROW_MS, seconds: recordedMs };
  const holding = TIERS.filter((tier) => holdsBegin(tier, fromMs, oldest));
  const coarsestFirst = (holding.length === 0 ? [...TIERS] : holding).toReversed();
  const mayBeRaw = Math.ceil((toMs - fromMs) / recordedMs) <= points && coarsestFirst.includes('seconds');
  if (mayBeRaw && isAscending()) return { ...query, tier: 'seconds', stepMs: recordedMs, isRaw: true };
  for (const stepMs of STEPS) {
    const tier = coarsestFirst.find((one) => rowMs[one] <= stepMs);
    if (tier !== undefined && fits(query, stepMs)) return { ...query, tier, stepMs, isRaw: false };
  }
  const [tier = 'quarters'] = coarsestFirst;
  return { ...query, tier, stepMs: weeksThatFit(query), isRaw: false };
}

/** For ranges of decades, or very few points. */
function weeksThatFit(query: HistoryQuery): number {
  const { fromMs, toMs, points } = query;
  const weeks = Math.ceil((toMs - fromMs) / WEEK / Math.max(1, points - 1)) * WEEK;
  return fits(query, weeks) ? weeks : Math.ceil(toMs / WEEK) * WEEK;
}

/** A range may begin and end within a step. */
function fits({ fromMs, toMs, points }: HistoryQuery, stepMs: number): boolean {
  return Math.ceil(toMs / stepMs) - Math.floor(fromMs / stepMs) <= points;
}

/** Whether a tier has everything from `fromMs` on that any tier has. */
function holdsBegin(tier: Tier, fromMs: number, oldest: Readonly<Record<Tier, number | null>>): boolean {
  const own = oldest[tier];
  if (own === null) return false;
  return TIERS.every((other) => {
    const its = oldest[other];
    if (its === null || own <= fromMs) return true;
    // Rows of a coarser tier begin earlier than what is in them.
    return Math.floor(own / ROW_MS[other]) * ROW_MS[other] <= its;
  });
}
