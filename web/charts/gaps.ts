import { GAP_AFTER_INTERVALS } from './gap-limit.ts';

/** A stretch of time between two known values in which nothing is known. Unix ms. */
export interface GapSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A hole with its cause in /*. */
export interface LabelledGap extends GapSpan {
  readonly label: string;
}

/** One instant of one series; `y` is NaN when the value is not known. The names are Chart.js's. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The holes of a series, oldest first: unknown values, and samples further apart than their interval explains. */
export function findGaps(points: readonly Point[], intervalMs: number): GapSpan[] {
  const gaps: GapSpan[] = [];
  let [start] = points;
  let hasUnknown = false;
  for (const point of points) {
    if (Number.isNaN(point.y)) {
      hasUnknown = true;
      continue;
    }
    if (start !== undefined && (hasUnknown || point.x - start.x > GAP_AFTER_INTERVALS * intervalMs)) {
      gaps.push({ fromMs: start.x, toMs: point.x });
    }
    start = point;
    hasUnknown = false;
  }
  const last = points.at(-1);
  if (hasUnknown && start !== undefined && last !== undefined) gaps.push({ fromMs: start.x, toMs: last.x });
  return gaps;
}
