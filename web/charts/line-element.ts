import { Element } from 'chart.js';

/** A point as Chart.js's line controller places it. CSS pixels. */
export class DotElement extends Element<object, DotOptions> {
  static id = 'point';
  static override defaults = { radius: 0 };
  static override defaultRoutes = { backgroundColor: 'backgroundColor' };

  /** The value is not known. */
  skip?: boolean;
  /** Too far from the point before to be joined to it. */
  stop?: boolean;

  /** What Chart.js keeps free around it: its diameter. */
  size({ radius }: DotOptions): number {
    return 2 * radius;
  }

  draw(ctx: CanvasRenderingContext2D, { left, right }: Area): void {
    const { radius, backgroundColor } = this.options;
    if (this.skip || radius === 0 || this.x < left || this.x > right + 0.5) return;
    ctx.fillStyle = backgroundColor;
    ctx.beginPath();
    ctx.arc(this.x, this.y, radius, 0, 2 * Math.PI);
    ctx.fill();
  }
}

/**
 * A straight line with the room below it filled: Chart.js's own element, its filler plugin and its points also know curves,
 * steps, styles for each segment and twelve shapes of points, which are 7 kB.
 */
export class FilledLineElement extends Element<object, LineOptions> {
  static id = 'line';
  static override defaults = { borderWidth: 0, borderJoinStyle: 'round' };
  static override defaultRoutes = { backgroundColor: 'backgroundColor', borderColor: 'borderColor' };

  /** Set by the line controller. */
  points: readonly DotElement[] = [];

  /** Curves would have some. */
  updateControlPoints(): void {}

  draw(
    ctx: CanvasRenderingContext2D,
    { left, top, right, bottom }: Area,
    start: number,
    count: number,
  ): void {
    const { backgroundColor, borderColor, borderWidth, borderJoinStyle } = this.options;
    const runs = joinedRuns(this.points.slice(start, start + count));
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, right - left, bottom - top);
    ctx.clip();
    ctx.fillStyle = backgroundColor;
    ctx.fill(areaBelow(runs, bottom));
    ctx.restore();
    ctx.save();
    ctx.lineWidth = borderWidth;
    ctx.lineJoin = borderJoinStyle;
    ctx.strokeStyle = borderColor;
    ctx.stroke(lineOf(runs));
    ctx.restore();
  }
}

interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface DotOptions {
  readonly radius: number;
  readonly backgroundColor: string;
}

interface LineOptions {
  readonly backgroundColor: string | CanvasGradient;
  readonly borderColor: string;
  readonly borderWidth: number;
  readonly borderJoinStyle: CanvasLineJoin;
}

/** Neighbours between which nothing is missing. */
function joinedRuns(points: readonly DotElement[]): DotElement[][] {
  const runs: DotElement[][] = [];
  let run: DotElement[] = [];
  for (const point of points) {
    if (point.skip || point.stop) run = [];
    if (point.skip) continue;
    if (run.length === 0) runs.push(run);
    run.push(point);
  }
  return runs;
}

function lineOf(runs: readonly DotElement[][]): Path2D {
  const line = new Path2D();
  for (const run of runs) line.addPath(runPath(run));
  return line;
}

function areaBelow(runs: readonly DotElement[][], bottom: number): Path2D {
  const area = new Path2D();
  for (const run of runs) {
    const path = runPath(run);
    path.lineTo(run.at(-1)?.x ?? 0, bottom);
    path.lineTo(run[0]?.x ?? 0, bottom);
    area.addPath(path);
  }
  return area;
}

/** Of many points in one column of pixels only the ends, the highest and the lowest are seen. */
function runPath(run: readonly DotElement[]): Path2D {
  const path = new Path2D();
  let [column, count, middle] = [Number.NaN, 0, 0];
  let [lowest, highest, last] = [0, 0, 0];
  const closeColumn = (): void => {
    if (lowest === highest) return;
    for (const y of [highest, lowest, last]) path.lineTo(middle, y);
  };
  for (const { x, y } of run) {
    if (Math.trunc(x) === column) {
      lowest = Math.min(lowest, y);
      highest = Math.max(highest, y);
      middle = (middle * count + x) / (count + 1);
      count += 1;
    } else {
      closeColumn();
      path.lineTo(x, y);
      column = Math.trunc(x);
      count = 0;
      lowest = highest = y;
    }
    last = y;
  }
  closeColumn();
  return path;
}
