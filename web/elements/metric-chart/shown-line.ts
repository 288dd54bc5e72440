import type { SampleGap } from '../../../shared/client/client-subscription.ts';
import type { TimeWindow } from '../../../shared/time-window.ts';
import type { GapSpan, LabelledGap, Point } from '../../charts/gaps.ts';
import type { Messages } from '../../locales/en.ts';
import { labelGaps, pointsOf } from './chart-points.ts';

/** What a chart is told to show. */
export interface LineRequest {
  readonly window: TimeWindow | null;
  readonly column: number;
  readonly points: number;
  readonly intervalMs: number;
  readonly gaps: readonly SampleGap[];
  /** A stretch of time instead of the newest points. */
  readonly span: GapSpan | null;
}

/** A series and the stretch of it that a chart shows. */
export interface ShownLine {
  /** Every sample held, those beside the stretch included: the line comes from there. */
  readonly points: readonly Point[];
  readonly fromMs: number;
  readonly toMs: number;
  /** Those of the stretch. */
  readonly inside: readonly Point[];
  readonly gaps: readonly LabelledGap[];
}

export function shownLine(
  { window, column, points: count, intervalMs, gaps, span }: LineRequest,
  messages: Messages,
): ShownLine {
  const points = pointsOf(window, column);
  const newestMs = points.at(-1)?.x ?? 0;
  const fromMs = span?.fromMs ?? newestMs - Math.max(1, count - 1) * intervalMs;
  const toMs = span?.toMs ?? newestMs;
  // A sample's time jitters by milliseconds: it still counts when it stands on the edge.
  const slackMs = span === null ? intervalMs / 2 : 0;
  return {
    points,
    fromMs,
    toMs,
    inside: points.filter(({ x }) => x >= fromMs - slackMs && x <= toMs),
    gaps: labelGaps(points, intervalMs, gaps, messages),
  };
}
