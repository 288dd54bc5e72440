import type { Point } from '../../charts/gaps.ts';

/** What a host has of a metric. */
export interface ComparedLine {
  /** Id of the host. */
  readonly id: string;
  readonly label: string;
  /** 0 to 7: its colour and mark. */
  readonly place: number;
  /** Ascending, at its own times; `null` if it has no such metric. */
  readonly points: readonly Point[] | null;
  readonly intervalMs: number;
  /** Not of the present. */
  readonly isStale: boolean;
  /** Why there is no present value, for people; empty if there is one. */
  readonly why: string;
}

/** The value at the time of the crosshair: of the nearest sample that is not more than an interval away; `null` for none. */
export function readingAt({ points, intervalMs }: ComparedLine, timestampMs: number | null): number | null {
  if (points === null) return null;
  if (timestampMs === null) return known(points.at(-1));
  let nearest: Point | undefined;
  for (const point of points) {
    if (Math.abs(point.x - timestampMs) <= Math.abs((nearest?.x ?? Infinity) - timestampMs)) nearest = point;
  }
  return nearest !== undefined && Math.abs(nearest.x - timestampMs) <= intervalMs ? known(nearest) : null;
}

function known(point: Point | undefined): number | null {
  return point === undefined || Number.isNaN(point.y) ? null : point.y;
}
