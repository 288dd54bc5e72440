/** Two samples further apart than this many intervals have a gap between them. */
export const GAP_AFTER_INTERVALS = 1.5;

/** A stretch of time between two known values in which nothing is known. Unix ms. */
export interface GapSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A gap with its cause as text. */
export interface LabelledGap extends GapSpan {
  readonly label: string;
}

/**
 * One value of a series: `x` in Unix ms, `y` the value, NaN when it is not known. The names are Chart.js's, which takes these objects
 * unchanged.
 */
export interface Point {
  readonly x: number;
  readonly y: number;
  /** Lowest and highest value of the step of time that begins at `x`, where the point stands for one and `y` is its mean. NaN if not known. */
  readonly low?: number;
  readonly high?: number;
}

/** The gaps of a series, oldest first: unknown values, and samples further apart than their interval explains. */
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
