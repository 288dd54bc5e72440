import type { SampleGap } from '../../../shared/client/client-subscription.ts';
import type { TimeWindow } from '../../../shared/time-window.ts';
import { findGaps, type GapSpan, type LabelledGap, type Point } from '../../charts/gaps.ts';
import { ownText } from '../../locales/agent-texts.ts';
import type { Messages } from '../../locales/en.ts';

export interface LineRequest {
  readonly window: TimeWindow | null;
  readonly column: number;
  readonly points: number;
  readonly intervalMs: number;
  readonly gaps: readonly SampleGap[];
  /** A stretch of time instead of the newest points. */
  readonly span: GapSpan | null;
}

/** A series, and the stretch of it that a chart shows. */
export interface ShownLine {
  /** All samples held: the line begins and ends outside the plot. */
  readonly points: readonly Point[];
  readonly fromMs: number;
  readonly toMs: number;
  /** The points between `fromMs` and `toMs`. */
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
  // The times of samples jitter by milliseconds: the one on the left edge still counts.
  const slackMs = span === null ? intervalMs / 2 : 0;
  return {
    points,
    fromMs,
    toMs,
    inside: points.filter(({ x }) => x >= fromMs - slackMs && x <= toMs),
    gaps: labelGaps(points, intervalMs, gaps, messages),
  };
}

/** `null` if the value is not known, or there is no point. */
export function valueOf(point: Point | undefined): number | null {
  return point === undefined || Number.isNaN(point.y) ? null : point.y;
}

/**
 * The time nearest to `timestampMs` among `times`, which ascend; `null` if there is none.
 * @param steps moves on by this many samples, to newer ones if positive, and stops at the ends
 */
export function nearestSample(times: readonly number[], timestampMs: number, steps = 0): number | null {
  const distances = times.map((time) => Math.abs(time - timestampMs));
  const nearest = distances.indexOf(Math.min(...distances));
  return times[Math.min(times.length - 1, Math.max(0, nearest + steps))] ?? null;
}

function pointsOf(window: TimeWindow | null, column: number): Point[] {
  return Array.from({ length: window?.length ?? 0 }, (_, row) => ({
    x: window?.timestampAt(row) ?? Number.NaN,
    y: window?.valueAt(column, row) ?? Number.NaN,
  }));
}

/** The holes of a series, each with its cause if one is known. */
function labelGaps(
  points: readonly Point[],
  intervalMs: number,
  causes: readonly SampleGap[],
  { gaps }: Messages,
): LabelledGap[] {
  return findGaps(points, intervalMs).map((hole) => {
    const cause = causes.find(({ fromMs, toMs }) => fromMs < hole.toMs && toMs > hole.fromMs);
    const { reason = 'noSamples' } = cause ?? {};
    // Reasons of a later agent appear as they are.
    return { ...hole, label: ownText(gaps, reason) ?? reason.replaceAll('_', ' ') };
  });
}
