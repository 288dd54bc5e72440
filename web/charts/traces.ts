import type { Point } from './gaps.ts';
import { reducePoints } from './reduce.ts';
import type { RollingLine } from './rolling-line.ts';
import type { DrawnSeries } from './series.ts';

/** A point of a series where it is drawn: `y`, `low` and `high` are sums in a stack, and negative below the zero line. */
export interface TracePoint extends Point {
  /** In a stack: the sum of the series below. */
  readonly base?: number;
}

/** What is drawn of one series. */
export interface Trace {
  readonly series: DrawnSeries;
  readonly index: number;
  readonly points: readonly TracePoint[];
  /** Points further apart than this are not joined. */
  readonly gapMs: number;
}

/** The series of a chart where they are drawn, with no more points than have room. @param stepMs time in which there is room for two points */
export function tracesOf({ series, arrangement, gapMs }: RollingLine, stepMs: number): readonly Trace[] {
  if (arrangement === 'stacked') return stacked(series, gapMs, stepMs);
  return series.map((one, index) =>
    traceOf(
      one,
      index,
      one.isBelow && arrangement === 'mirrored' ? one.points.map(below) : one.points,
      gapMs,
      stepMs,
    ),
  );
}

/** Whether points gave way since many share a pixel. */
export function isReduced({ gapMs }: Trace): boolean {
  return gapMs === Number.POSITIVE_INFINITY;
}

/** Points in a row that are joined. */
export function runsOf({
  points,
  gapMs,
}: Pick<Trace, 'points' | 'gapMs'>): readonly (readonly TracePoint[])[] {
  const runs: (readonly TracePoint[])[] = [];
  let first = 0;
  let beforeMs = Number.NaN;
  for (const [index, { x, y }] of points.entries()) {
    const isUnknown = Number.isNaN(y);
    if (isUnknown || x - beforeMs > gapMs) {
      if (index > first) runs.push(points.slice(first, index));
      first = isUnknown ? index + 1 : index;
    }
    beforeMs = x;
  }
  if (first === 0) return points.length === 0 ? [] : [points];
  if (points.length > first) runs.push(points.slice(first));
  return runs;
}

/** A reduced line has an unknown point in each of its gaps. */
function traceOf(
  series: DrawnSeries,
  index: number,
  points: readonly Point[],
  gapMs: number,
  stepMs: number,
): Trace {
  const reduced = reducePoints(points, stepMs, gapMs);
  return { series, index, points: reduced, gapMs: reduced === points ? gapMs : Number.POSITIVE_INFINITY };
}

function below({ x, y, low, high }: Point): TracePoint {
  return low === undefined || high === undefined ? { x, y: -y } : { x, y: -y, low: -high, high: -low };
}

/** Where a series has a gap, the whole stack has. */
function stacked(series: readonly DrawnSeries[], gapMs: number, stepMs: number): readonly Trace[] {
  const times = series[0]?.points ?? [];
  const totals = times.map(({ x }, row) => ({
    x,
    y: series.reduce((sum, { points }) => sum + (points[row]?.y ?? Number.NaN), 0),
    row,
  }));
  // All layers have the same points, those that the highest line needs, so that they lie on each other.
  const kept = reducePoints(totals, stepMs, gapMs);
  const isWhole = kept === totals;
  let bases = kept.map(() => 0);
  return series.map((one, index) => {
    const points = kept.map((total, at): TracePoint => {
      const base = bases[at] ?? 0;
      const value = 'row' in total ? (one.points[Number(total.row)]?.y ?? Number.NaN) : Number.NaN;
      return { x: total.x, y: Number.isNaN(total.y) ? Number.NaN : base + value, base };
    });
    bases = points.map(({ y }) => y);
    return { series: one, index, points, gapMs: isWhole ? gapMs : Number.POSITIVE_INFINITY };
  });
}
