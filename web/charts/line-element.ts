import { Element } from 'chart.js';

/** A point as Chart.js's line controller places it, in CSS pixels. It draws nothing by itself. */
export class PlacedPoint extends Element {
  static id = 'point';

  /** The value is not known. */
  skip?: boolean;
  /** Too far from the point before to be joined to it. */
  stop?: boolean;

  /** The room around it that Chart.js keeps free. */
  size(): number {
    return 0;
  }

  draw(): void {}
}

/**
 * A straight line with the room below it filled: Chart.js's own element, its filler plugin and its points also know curves,
 * steps, styles for each segment and twelve shapes of points, which are 7 kB.
 */
export class FilledLine extends Element<object, LineOptions> {
  static id = 'line';
  static override defaults = { borderWidth: 0, borderJoinStyle: 'round' };
  static override defaultRoutes = { backgroundColor: 'backgroundColor', borderColor: 'borderColor' };

  /** Set by the line controller, and by who moves them without it. */
  points: readonly PlacedPoint[] = [];

  /** Curves would have some. */
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

/** Neighbours between which nothing is missing. */
function joinedRuns(points: readonly PlacedPoint[]): PlacedPoint[][] {
  const runs: PlacedPoint[][] = [];
  let run: PlacedPoint[] = [];
  for (const point of points) {
    if (point.skip || point.stop) run = [];
    if (point.skip) continue;
    if (run.length === 0) runs.push(run);
    run.push(point);
  }
  return runs;
}

/** The line, and the room between it and `bottom`. */
function pathsOf(runs: readonly PlacedPoint[][], bottom: number): { line: Path2D; area: Path2D } {
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
