const UNITS_MS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  y: 365 * 86_400_000,
};
const DEFAULT_POINTS = 20;
/** A line needs two. */
const MIN_POINTS = 2;
const DEFAULT_INTERVAL_MS = 1000;

/** How much time the charts show. Live samples suffice: `points` is the panel's default of 20 samples, the others are minutes. */
export const LIVE_SPANS = ['points', '1m', '5m', '15m'] as const;
/** Those that need a history. */
export const HISTORY_SPANS = ['1h', '6h', '24h', '7d', '30d', '1y'] as const;
/** From the shortest to the longest. */
export const TIME_SPANS = [...LIVE_SPANS, ...HISTORY_SPANS] as const;
type LiveSpan = (typeof LIVE_SPANS)[number];
export type TimeSpan = (typeof TIME_SPANS)[number];

export function isLive(span: TimeSpan): span is LiveSpan {
  return LIVE_SPANS.some((one) => one === span);
}

/** @param intervalMs time between samples */
export function lengthOf(span: TimeSpan, intervalMs = DEFAULT_INTERVAL_MS): number {
  if (span === 'points') return (DEFAULT_POINTS - 1) * intervalMs;
  return Number.parseInt(span, 10) * (UNITS_MS[span.slice(-1)] ?? 0);
}

/** How much time the newest points stand for: each for the interval before it. */
export function newestLength(intervalMs = DEFAULT_INTERVAL_MS): number {
  return DEFAULT_POINTS * intervalMs;
}

/**
 * Live samples in `span`, limited to what the agent keeps.
 * @param intervalMs time between samples
 * @param max samples that the agent keeps
 */
export function pointsIn(
  span: LiveSpan,
  intervalMs = DEFAULT_INTERVAL_MS,
  max = Number.POSITIVE_INFINITY,
): number {
  if (span === 'points') return DEFAULT_POINTS;
  return Math.max(MIN_POINTS, Math.min(Math.round(lengthOf(span) / intervalMs), max));
}
