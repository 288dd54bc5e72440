import type { TimeWindow } from '../../../shared/time-window.ts';
import type { Point } from '../../charts/gaps.ts';

/**
 * The samples of a window as points. Keeps them from update to update, since most charts get one sample at a time and have many: the
 * arrays it returned before change in place.
 */
export class PointCache {
  #samples: TimeWindow | null = null;
  #spread = 0;
  /** By column. */
  #kept = new Map<number, Point[]>();

  /** Of each column. @param spread distance to the columns of lowest and of highest values; 0 without them */
  pointsOf(samples: TimeWindow | null, columns: readonly number[], spread: number): readonly Point[][] {
    const isOther = samples !== this.#samples || spread !== this.#spread;
    const before = isOther ? new Map<number, Point[]>() : this.#kept;
    this.#samples = samples;
    this.#spread = spread;
    this.#kept = new Map(
      columns.map((column) => {
        const points = before.get(column) ?? [];
        if (samples !== null) update(points, samples, column, spread);
        return [column, points];
      }),
    );
    return columns.map((column) => this.#kept.get(column) ?? []);
  }
}

/** Removes the points that the window has dropped, and adds its new ones. */
function update(points: Point[], samples: TimeWindow, column: number, spread: number): void {
  const missing = missingRows(points, samples, column);
  points.splice(0, missing === null ? points.length : points.length + missing - samples.length);
  for (let row = points.length; row < samples.length; row += 1)
    points.push(pointAt(samples, row, column, spread));
}

/** How many rows were added since the points were those of the window; `null` if it was filled anew. */
function missingRows(points: readonly Point[], samples: TimeWindow, column: number): number | null {
  const newest = points.at(-1);
  if (newest === undefined) return null;
  let row = samples.length - 1;
  while (row >= 0 && samples.timestampAt(row) > newest.x) row -= 1;
  const dropped = points.length - (row + 1);
  if (row < 0 || dropped < 0) return null;
  const isSame = (point: Point | undefined, at: number): boolean =>
    point?.x === samples.timestampAt(at) && Object.is(point.y, samples.valueAt(column, at) ?? Number.NaN);
  return isSame(newest, row) && isSame(points[dropped], 0) ? samples.length - (row + 1) : null;
}

function pointAt(samples: TimeWindow, row: number, column: number, spread: number): Point {
  const valueAt = (at: number): number => samples.valueAt(at, row) ?? Number.NaN;
  const point = { x: samples.timestampAt(row), y: valueAt(column) };
  return spread === 0
    ? point
    : { ...point, low: valueAt(column + spread), high: valueAt(column + 2 * spread) };
}
