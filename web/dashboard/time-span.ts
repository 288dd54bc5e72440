import type { Welcome } from '../../shared/messages.ts';

/** How much time the charts span: `points` is the panel's own 20, the others are minutes. Named as in the page's address. */
export const TIME_SPANS = ['points', '1m', '5m', '15m'] as const;
export type TimeSpan = (typeof TIME_SPANS)[number];

const MINUTE_MS = 60_000;
const DEFAULT_POINTS = 20;
/** Of an agent that has not introduced itself yet; the usual one. */
const USUAL_INTERVAL_MS = 1000;

export function isTimeSpan(text: string | null): text is TimeSpan {
  return TIME_SPANS.some((span) => span === text);
}

/** The samples of `span` at the agent's pace; never more than the agent can keep. */
export function pointsIn(span: TimeSpan, limits: Welcome['limits'] | undefined): number {
  if (span === 'points') return DEFAULT_POINTS;
  const intervalMs = limits?.minIntervalMs ?? USUAL_INTERVAL_MS;
  const points = Math.round((Number.parseInt(span, 10) * MINUTE_MS) / intervalMs);
  return Math.max(DEFAULT_POINTS, Math.min(points, limits?.maxBackfill ?? points));
}
