import { Element } from 'chart.js';

/** The line controller's element for each point, which it places. The line draws all of them, so it draws nothing itself. */
export class PlacedPoint extends Element {
  static id = 'point';

  /** The value is not known. */
  skip?: boolean;
  /** Too far from the previous point to be joined to it. */
  stop?: boolean;

  /** Margin that Chart.js would keep free around the point. */
  size(): number {
    return 0;
  }

  draw(): void {}
}

/** Where a point of the line is, in CSS pixels. */
export type LinePoint = Pick<PlacedPoint, 'x' | 'y' | 'skip' | 'stop'>;

/**
 * A straight line with the area below it filled. Chart.js's own line, points and filler plugin would add curves, steps, styles for each
 * segment and twelve shapes of points: 7 kB.
 */
export class FilledLine extends Element<object, LineOptions> {
  static id = 'line';
  static override defaults = { borderWidth: 0, borderJoinStyle: 'round' };
  static override defaultRoutes = { backgroundColor: 'backgroundColor', borderColor: 'borderColor' };

  /** Set by the line controller in an update, and directly between updates. */
  points: readonly LinePoint[] = [];

  /** A straight line has none; the line controller calls this before it draws. */
  updateControlPoints(): void {}

  draw(ctx: CanvasRenderingContext2D, { left, top, right, bottom }: Area): void {
    const { backgroundColor, borderColor, borderWidth, borderJoinStyle } = this.options;
    const { line, area } = pathsOf(joinedRuns(this.points), bottom);
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, right - left, bottom - top);
    ctx.clip();
    ctx.fillStyle = backgroundColor;
    ctx.fill(area);
    ctx.restore();
    ctx.save();
    ctx.lineWidth = borderWidth;
    ctx.lineJoin = borderJoinStyle;
    ctx.strokeStyle = borderColor;
    ctx.stroke(line);
    ctx.restore();
  }
}

interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface LineOptions {
  readonly backgroundColor: string | CanvasGradient;
  readonly borderColor: string;
  readonly borderWidth: number;
  readonly borderJoinStyle: CanvasLineJoin;
}

/** Points in a row with no gap between them. */
function joinedRuns(points: readonly LinePoint[]): LinePoint[][] {
  const runs: LinePoint[][] = [];
  let run: LinePoint[] = [];
  for (const point of points) {
    if (point.skip || point.stop) run = [];
    if (point.skip) continue;
    if (run.length === 0) runs.push(run);
    run.push(point);
  }
  return runs;
}

/** The line, and the area between it and `bottom`. */
function pathsOf(runs: readonly LinePoint[][], bottom: number): { line: Path2D; area: Path2D } {
  const line = new Path2D();
  const area = new Path2D();
  for (const run of runs) {
    const path = new Path2D();
    for (const { x, y } of run) path.lineTo(x, y);
    line.addPath(path);
    path.lineTo(run.at(-1)?.x ?? 0, bottom);
    path.lineTo(run[0]?.x ?? 0, bottom);
    area.addPath(path);
  }
  return { line, area };
}
