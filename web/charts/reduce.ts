import type { Point } from './gaps.ts';

/**
 * The points that a line needs to look the same where many share a pixel: the lowest and the highest of each `stepMs`, in order of time,
 * and the first and last of each run of known values. Unknown points stay, and a distance of more than `gapMs` becomes one, so that gaps
 * stay. Points that stand for a step of time are merged instead. Returns `points` itself when they are few.
 */
export function reducePoints(points: readonly Point[], stepMs: number, gapMs: number): readonly Point[] {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || (last.x - first.x) / stepMs > points.length / 2)
    return points;
  const reduced: Point[] = [];
  let run: Point[] = [];
  const endRun = (): void => {
    if (run.length > 0) reduced.push(...reduceRun(run, stepMs));
    run = [];
  };
  for (const point of points) {
    const before = run.at(-1);
    if (Number.isNaN(point.y)) {
      endRun();
      reduced.push(point);
    } else {
      if (before !== undefined && point.x - before.x > gapMs) {
        endRun();
        // Distances between the remaining points no longer tell gaps apart.
        reduced.push({ x: before.x, y: Number.NaN });
      }
      run.push(point);
    }
  }
  endRun();
  return reduced;
}

function reduceRun(run: readonly Point[], stepMs: number): Point[] {
  if (run[0]?.high !== undefined) return merged(run, stepMs);
  const kept: Point[] = [];
  let low: Point | undefined;
  let high: Point | undefined;
  const endStep = (): void => {
    if (low === undefined || high === undefined) return;
    if (low === high) kept.push(low);
    else kept.push(...(low.x < high.x ? [low, high] : [high, low]));
    low = undefined;
    high = undefined;
  };
  let step = Number.NaN;
  for (const point of run) {
    // Steps of the clock, not of the window: the same points are chosen while the window moves.
    const current = Math.floor(point.x / stepMs);
    if (current !== step) endStep();
    step = current;
    if (low === undefined || point.y < low.y) low = point;
    if (high === undefined || point.y > high.y) high = point;
  }
  endStep();
  const [first] = run;
  const last = run.at(-1);
  if (first !== undefined && kept[0] !== first) kept.unshift(first);
  if (last !== undefined && kept.at(-1) !== last) kept.push(last);
  return kept;
}

/** One point for each step, from the lowest low to the highest high. */
function merged(run: readonly Point[], stepMs: number): Point[] {
  const steps = new Map<number, Point[]>();
  for (const point of run) {
    const step = Math.floor(point.x / stepMs);
    const members = steps.get(step);
    if (members === undefined) steps.set(step, [point]);
    else members.push(point);
  }
  return [...steps.values()].map((points) => ({
    x: points[0]?.x ?? Number.NaN,
    y: points.reduce((sum, { y }) => sum + y, 0) / points.length,
    low: Math.min(...points.map(({ y, low = y }) => low)),
    high: Math.max(...points.map(({ y, high = y }) => high)),
  }));
}
