import type { Point } from '../../charts/gaps.ts';
import type { ShownLine } from './shown-line.ts';

// What tables share with charts stands in what every panel loads, so keep it small.

/** The points of one of the series that are on the time axis. */
export function insideOf({ series, first, end }: ShownLine, index = 0): readonly Point[] {
  return series[index]?.slice(first, end) ?? [];
}

/** `null` if the value is not known, or there is no point. */
export function valueOf(point: Point | undefined): number | null {
  return point === undefined || Number.isNaN(point.y) ? null : point.y;
}

/** The values of the first `count` series at one of their points; unknown ones if there is none. */
export function valuesAt({ series }: ShownLine, count: number, index: number | null): (number | null)[] {
  return series.slice(0, count).map((points) => valueOf(points[index ?? -1]));
}
