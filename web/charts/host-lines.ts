import type { Point } from './gaps.ts';
import { markOf, type LineShape } from './line-shapes.ts';
import type { Overlay, Plot } from './overlay.ts';
import type { reducePoints } from './reduce.ts';

/** One of several lines of a chart. */
export interface HostLine {
  /** Ascending; `y` is NaN where it is not known. */
  readonly points: readonly Point[];
  /** Points further apart than this are not joined. */
  readonly gapMs: number;
  /** As the theme resolves it. */
  readonly colour: string;
  /** At its end. */
  readonly shape: LineShape;
  readonly isDashed: boolean;
  /** Out of date. */
  readonly isFaint: boolean;
}

const LINE_WIDTH = 1.75;
const DASHES = [5, 3];
const FAINT_ALPHA = 0.5;
/** One lowest and one highest point for each stretch of this width, CSS pixels. */
const STEP_WIDTH = 2;

/** Draws the lines of several hosts on one chart. */
export class HostLines implements Overlay {
  readonly #lines: readonly HostLine[];
  readonly #fromMs: number;
  readonly #toMs: number;
  readonly #reduce: typeof reducePoints;

  /**
   * @param fromMs ends of the time axis, Unix ms
   * @param reduce from where the other charts have it
   */
  constructor(lines: readonly HostLine[], fromMs: number, toMs: number, reduce: typeof reducePoints) {
    this.#lines = lines;
    this.#reduce = reduce;
    this.#fromMs = fromMs;
    this.#toMs = toMs;
  }

  axisValues(): readonly number[] {
    return this.#lines.flatMap(({ points }) =>
      points.filter(({ x, y }) => x >= this.#fromMs && x <= this.#toMs && !Number.isNaN(y)).map(({ y }) => y),
    );
  }

  drawBelow(): void {}

  drawAbove(plot: Plot): void {
    const { ctx, left, right, top, bottom } = plot;
    ctx.save();
    ctx.lineWidth = LINE_WIDTH;
    ctx.lineJoin = 'round';
    const stepMs = ((this.#toMs - this.#fromMs) * STEP_WIDTH) / Math.max(1, right - left);
    for (const line of this.#lines) {
      ctx.globalAlpha = line.isFaint ? FAINT_ALPHA : 1;
      ctx.strokeStyle = line.colour;
      ctx.fillStyle = line.colour;
      ctx.save();
      ctx.beginPath();
      ctx.rect(left, top - LINE_WIDTH, right - left, bottom - top + 2 * LINE_WIDTH);
      ctx.clip();
      ctx.setLineDash(line.isDashed ? DASHES : []);
      ctx.stroke(pathOf(line, this.#reduce(line.points, stepMs, line.gapMs), plot));
      ctx.restore();
      const end = line.points.findLast(({ y }) => !Number.isNaN(y));
      if (end !== undefined && end.x >= this.#fromMs && end.x <= this.#toMs)
        ctx.fill(markOf(line.shape, plot.xOf(end.x), plot.yOf(end.y)));
    }
    ctx.restore();
  }
}

function pathOf({ points, gapMs }: HostLine, reduced: readonly Point[], { xOf, yOf }: Plot): Path2D {
  const path = new Path2D();
  // A reduced line has an unknown point in each of its gaps.
  const mostMs = reduced === points ? gapMs : Number.POSITIVE_INFINITY;
  let before: Point | undefined;
  for (const point of reduced) {
    if (Number.isNaN(point.y)) {
      before = undefined;
      continue;
    }
    const isJoined = before !== undefined && point.x - before.x <= mostMs;
    if (isJoined) path.lineTo(xOf(point.x), yOf(point.y));
    else path.moveTo(xOf(point.x), yOf(point.y));
    before = point;
  }
  return path;
}
