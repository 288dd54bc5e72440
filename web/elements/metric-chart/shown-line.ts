import type { SampleGap } from '../../../shared/client/client-subscription.ts';
import type { TimeWindow } from '../../../shared/time-window.ts';
import { findGaps, type GapSpan, type LabelledGap, type Point } from '../../charts/gaps.ts';
import { ownText } from '../../locales/agent-texts.ts';
import type { Messages } from '../../locales/en.ts';
import { LIVE, precisionOf, type Precision } from '../../locales/format-moment.ts';
import { firstFrom, nearestSample } from './nearest-sample.ts';
import { PointCache } from './point-cache.ts';
import { insideOf, valueOf, valuesAt } from './shown-points.ts';

export { insideOf, valueOf, valuesAt };

export interface LineRequest {
  readonly samples: TimeWindow | null;
  /** Of each series. */
  readonly columns: readonly number[];
  /** Distance to the columns of lowest and of highest values; 0 without them. */
  readonly spread: number;
  readonly points: number;
  readonly intervalMs: number;
  readonly gaps: readonly SampleGap[];
  /** A stretch of time instead of the newest points. */
  readonly span: GapSpan | null;
}

/** One or more series, and the stretch of them that a chart shows. */
export interface ShownLine {
  /** Of each series, all samples held: the lines begin and end outside the plot. All have the same times, point by point. */
  readonly series: readonly (readonly Point[])[];
  /** The first of the series, for its times. */
  readonly times: readonly Point[];
  readonly fromMs: number;
  readonly toMs: number;
  /** The points from `first` to before `end` are between `fromMs` and `toMs`. */
  readonly first: number;
  readonly end: number;
  /** The gaps that all series have. */
  readonly gaps: readonly LabelledGap[];
  /** How exactly its times are written. */
  readonly precision: Precision;
}

export function shownLine(
  { samples, columns, spread, points: count, intervalMs, gaps, span }: LineRequest,
  messages: Messages,
  cache = new PointCache(),
): ShownLine {
  const series = cache.pointsOf(samples, columns, spread);
  const times = series[0] ?? [];
  const newestMs = times.at(-1)?.x ?? 0;
  const fromMs = span?.fromMs ?? newestMs - Math.max(1, count - 1) * intervalMs;
  const toMs = span?.toMs ?? newestMs;
  // The times of samples jitter by milliseconds: the one on the left edge still counts.
  const slackMs = span === null ? intervalMs / 2 : 0;
  const known = knownOf(series);
  const end = firstPointFrom(times, toMs);
  return {
    series,
    times,
    fromMs,
    toMs,
    first: firstPointFrom(times, fromMs - slackMs),
    end: times[end]?.x === toMs ? end + 1 : end,
    gaps: labelGaps(
      [...findGaps(known, intervalMs), ...(span === null ? [] : gapsBeyond(known, gaps))],
      gaps,
      intervalMs,
      messages,
    ),
    precision: span === null ? LIVE : precisionOf(fromMs, toMs, spread === 0 ? 0 : intervalMs),
  };
}

/** The known lowest and highest values of points. */
export function extremesOf(
  points: readonly Point[],
): { readonly lowest: number; readonly highest: number } | null {
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { y, low = y, high = y } of points) {
    if (low < lowest) lowest = low;
    if (high > highest) highest = high;
  }
  return highest < lowest ? null : { lowest, highest };
}

/** The index of the point of exactly this time among those shown; `null` if there is none. */
export function indexAt({ times, first, end }: ShownLine, timestampMs: number): number | null {
  const index = firstPointFrom(times, timestampMs);
  return index >= first && index < end && times[index]?.x === timestampMs ? index : null;
}

/**
 * The time of the shown point nearest to `timestampMs`; `null` if there is none.
 * @param steps moves on by this many points, to newer ones if positive, and stops at the ends
 */
export function nearestShown(line: ShownLine, timestampMs: number, steps = 0): number | null {
  return nearestSample(
    insideOf(line).map(({ x }) => x),
    timestampMs,
    steps,
  );
}

function firstPointFrom(points: readonly Point[], timestampMs: number): number {
  return firstFrom(points.length, (index) => points[index]?.x ?? Number.NaN, timestampMs);
}

/** Known where any of the series is: where only one has a gap, its line breaks, and nothing needs a cause. */
function knownOf(series: readonly (readonly Point[])[]): readonly Point[] {
  const [first = []] = series;
  if (series.length === 1) return first;
  return first.map(
    (point, index) =>
      series.find((points) => !Number.isNaN(points[index]?.y ?? Number.NaN))?.[index] ?? point,
  );
}

/** Known gaps before the first and after the last point, as in a range that the agent was away in. */
function gapsBeyond(points: readonly Point[], gaps: readonly SampleGap[]): GapSpan[] {
  const known = points.filter(({ y }) => !Number.isNaN(y));
  const { x: firstMs } = known[0] ?? { x: Number.POSITIVE_INFINITY };
  const { x: lastMs } = known.at(-1) ?? { x: Number.NEGATIVE_INFINITY };
  return gaps.flatMap(({ fromMs, toMs }) => {
    if (fromMs < firstMs) return [{ fromMs, toMs: Math.min(toMs, firstMs) }];
    return toMs > lastMs && fromMs >= lastMs ? [{ fromMs, toMs }] : [];
  });
}

/** Gaps with their causes: one that explains less than half of a gap does not name it. */
function labelGaps(
  spans: readonly GapSpan[],
  causes: readonly SampleGap[],
  intervalMs: number,
  { gaps }: Messages,
): LabelledGap[] {
  return spans.map((gap) => {
    const explainedMs = new Map<string, number>();
    for (const { fromMs, toMs, reason } of causes) {
      const overlapMs = Math.min(toMs, gap.toMs) - Math.max(fromMs, gap.fromMs);
      if (overlapMs > 0) explainedMs.set(reason, (explainedMs.get(reason) ?? 0) + overlapMs);
    }
    let reason = 'noSamples';
    // The last known point covers an interval of it.
    let longestMs = (gap.toMs - gap.fromMs - intervalMs) / 2;
    for (const [cause, lengthMs] of explainedMs) {
      if (lengthMs < longestMs) continue;
      longestMs = lengthMs;
      reason = cause;
    }
    // Show reasons of later agents unchanged.
    return { ...gap, label: ownText(gaps, reason) ?? reason.replaceAll('_', ' ') };
  });
}
