import type { SampleGap } from '../../../shared/client/client-subscription.ts';
import type { TimeWindow } from '../../../shared/time-window.ts';
import { findGaps, type LabelledGap, type Point } from '../../charts/gaps.ts';
import { gapReason } from '../../gap-reasons.ts';
import type { Messages } from '../../locales/en.ts';

/** Every sample held of a column, what has left the chart's left edge included: the line comes from there. */
export function pointsOf(window: TimeWindow | null, column: number): Point[] {
  return Array.from({ length: window?.length ?? 0 }, (_, row) => ({
    x: window?.timestampAt(row) ?? Number.NaN,
    y: window?.valueAt(column, row) ?? Number.NaN,
  }));
}

/** The holes of a series, each with its cause where one is known. */
export function labelGaps(
  points: readonly Point[],
  intervalMs: number,
  causes: readonly SampleGap[],
  messages: Messages,
): LabelledGap[] {
  return findGaps(points, intervalMs).map((hole) => {
    const cause = causes.find(({ fromMs, toMs }) => fromMs < hole.toMs && toMs > hole.fromMs);
    return {
      ...hole,
      label: cause === undefined ? messages.gaps.noSamples : gapReason(cause.reason, messages),
    };
  });
}

/** `null` where the value is not known, or there is no point at all. */
export function valueOf(point: Point | undefined): number | null {
  return point === undefined || Number.isNaN(point.y) ? null : point.y;
}
