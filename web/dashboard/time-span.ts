/** How much time the charts span: `points` is the panel's own 20, the others are minutes. Named as in the page's address. */
export const TIME_SPANS = ['points', '1m', '5m', '15m'] as const;
export type TimeSpan = (typeof TIME_SPANS)[number];

const MINUTE_MS = 60_000;
const DEFAULT_POINTS = 20;
/** Two make a line. */
const LEAST_POINTS = 2;
const USUAL_INTERVAL_MS = 1000;

export function isTimeSpan(text: string | null): text is TimeSpan {
  return TIME_SPANS.some((span) => span === text);
}

/**
 * The samples that `span` is; never more than the agent can keep.
 * @param intervalMs between two of them; left out: the usual second
 */
export function pointsIn(
  span: TimeSpan,
  intervalMs = USUAL_INTERVAL_MS,
  most = Number.POSITIVE_INFINITY,
): number {
  if (span === 'points') return DEFAULT_POINTS;
  const points = Math.round((Number.parseInt(span, 10) * MINUTE_MS) / intervalMs);
  return Math.max(LEAST_POINTS, Math.min(points, most));
}
