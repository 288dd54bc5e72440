import { shownThresholds, valuesAt } from './arranged.ts';
import type { Point } from './gaps.ts';
import { LINE_SHAPES, markOf } from './line-shapes.ts';
import type { Plot } from './overlay.ts';
import { colourOf, type Palette } from './palette.ts';
import type { RollingLine } from './rolling-line.ts';
import type { ChartThreshold } from './series.ts';
import { forEachRun, type Trace } from './traces.ts';

export const LINE_WIDTH = 1.5;
/** Radius of the dot at the end of a line that is alone, and of selected points. */
export const HEAD_RADIUS = 3.5;
const LONE_POINT_RADIUS = 2;
/** Free space around the mark at the end of one of several lines. */
const MARK_RING = 1.5;
/** Of the series beside an isolated one. */
const FAINT_ALPHA = 0.2;
/** Of the area between lowest and highest values. Its outline lets a peak of a single point be seen. */
const BAND_ALPHA = 0.26;
const THIRD_SHADE_DASHES = [2, 3];
const PEAK_DASHES = [1, 2];
const SOLID: number[] = [];
/** A layer of a stack that is thinner than this share of the axis has no outline: it would paint the edge of the one below. */
const THIN = 0.016;
/** Of the edge along a curve over a threshold. */
const EDGE_WIDTH = 5;
const EDGE_ALPHA = 0.42;

/** Draws the series of a chart: areas, bands, lines, and marks at their ends. */
export function drawSeries(line: RollingLine, traces: readonly Trace[], plot: Plot, palette: Palette): void {
  const { ctx, left, right, top, bottom } = plot;
  const isAlone = traces.length === 1;
  const isFilled = isAlone || line.arrangement !== 'lines';
  const hasBand = line.hasBand && line.arrangement !== 'stacked';
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top - LINE_WIDTH, right - left, bottom - top + 2 * LINE_WIDTH);
  ctx.clip();
  ctx.lineJoin = 'round';
  ctx.lineWidth = LINE_WIDTH;
  const over = thresholdsOver(line);
  if (!isAlone) for (const threshold of over) drawEdges(threshold, line, traces, plot);
  // The first lies on top; in a stack, each outline lies on the area above it.
  for (let index = traces.length - 1; index >= 0; index -= 1) {
    const trace = traces[index] as Trace;
    const colour = colourOf(palette, index);
    const alpha = line.isolated === null || line.isolated === index ? 1 : FAINT_ALPHA;
    ctx.strokeStyle = colour;
    ctx.fillStyle = colour;
    if (hasBand) drawBand(trace, plot, alpha);
    const fill = isFilled && !hasBand ? areaAlpha(line, trace, palette.isDark) * alpha : 0;
    const isDotted = !isFilled && trace.series.shade === 'third';
    if (isDotted) ctx.setLineDash(THIRD_SHADE_DASHES);
    drawRuns(line, trace, plot, alpha, fill);
    if (isDotted) ctx.setLineDash(SOLID);
  }
  if (isAlone) for (const threshold of over) drawOver(threshold, traces, plot);
  if (line.arrangement === 'stacked' && line.hasBand) drawPeaks(line, plot);
  ctx.restore();
  ctx.globalAlpha = 1;
  if (line.arrangement === 'lines' || isAlone) drawEnds(line, plot, palette);
  if (line.selectedMs !== null) drawSelected(line, line.selectedMs, plot, palette);
}

/** Each run: its line, the area below it, and a dot if it is a single point, which has neither. */
function drawRuns(line: RollingLine, trace: Trace, plot: Plot, alpha: number, fill: number): void {
  const { ctx, xOf, yOf, min, max } = plot;
  const { points } = trace;
  const zeroY = yOf(Math.max(min, 0));
  const isLayer = line.arrangement === 'stacked';
  const least = isLayer && trace.index > 0 ? (max - min) * THIN : Number.NEGATIVE_INFINITY;
  forEachRun(trace, (first, last) => {
    ctx.globalAlpha = alpha;
    if (first === last) {
      const { x, y } = points[first] as Point;
      if (x >= line.fromMs && x <= line.toMs) {
        ctx.beginPath();
        ctx.arc(xOf(x), yOf(y), LONE_POINT_RADIUS, 0, 2 * Math.PI);
        ctx.fill();
      }
      return;
    }
    let isThin = false;
    ctx.beginPath();
    for (let index = first; index <= last; index += 1) {
      const { x, y, base = 0 } = points[index] as Trace['points'][number];
      ctx.lineTo(xOf(x), yOf(y));
      if (y - base < least) isThin = true;
    }
    if (!isThin) ctx.stroke();
    if (fill > 0) {
      // Its own line has the same colour, so that the area may lie on it.
      if (isLayer && trace.index > 0) {
        for (let index = last; index >= first; index -= 1) {
          const { x, base = 0 } = points[index] as Trace['points'][number];
          ctx.lineTo(xOf(x), yOf(base));
        }
      } else {
        ctx.lineTo(xOf((points[last] as Point).x), zeroY);
        ctx.lineTo(xOf((points[first] as Point).x), zeroY);
      }
      ctx.globalAlpha = fill;
      ctx.fill();
    }
    if (!isThin) return;
    ctx.globalAlpha = alpha;
    ctx.beginPath();
    let isDrawing = false;
    for (let index = first; index <= last; index += 1) {
      const { x, y, base = 0 } = points[index] as Trace['points'][number];
      const isThick = y - base >= least;
      if (isThick && isDrawing) ctx.lineTo(xOf(x), yOf(y));
      else if (isThick) ctx.moveTo(xOf(x), yOf(y));
      isDrawing = isThick;
    }
    ctx.stroke();
  });
}

/** Light on dark shows less than dark on light; memory is the largest area at rest, and must not be the loudest. */
function areaAlpha({ arrangement }: RollingLine, { series }: Trace, isDark: boolean): number {
  if (series.hue === 'memory' && arrangement === 'stacked') return isDark ? 0.2 : 0.13;
  return isDark ? 0.3 : 0.2;
}

function drawBand(trace: Trace, { ctx, xOf, yOf }: Plot, alpha: number): void {
  const { points } = trace;
  ctx.globalAlpha = alpha * BAND_ALPHA;
  ctx.lineWidth = 1;
  ctx.beginPath();
  forEachRun(trace, (first, last) => {
    for (let index = first; index <= last; index += 1) {
      const { x, y, high = y } = points[index] as Point;
      if (index === first) ctx.moveTo(xOf(x), yOf(high));
      else ctx.lineTo(xOf(x), yOf(high));
    }
    for (let index = last; index >= first; index -= 1) {
      const { x, y, low = y } = points[index] as Point;
      ctx.lineTo(xOf(x), yOf(low));
    }
    ctx.closePath();
  });
  ctx.fill();
  ctx.stroke();
  ctx.lineWidth = LINE_WIDTH;
}

function drawPeaks({ peaks, gapMs }: RollingLine, { ctx, xOf, yOf, colours }: Plot): void {
  if (peaks === null || peaks === undefined) return;
  ctx.strokeStyle = colours.label;
  ctx.lineWidth = 1;
  ctx.setLineDash(PEAK_DASHES);
  ctx.beginPath();
  const points = peaks.map(({ x, y, high = y }) => ({ x, y: high }));
  forEachRun({ points, gapMs }, (first, last) => {
    for (let index = first; index <= last; index += 1) {
      const { x, y } = points[index] as Point;
      if (index === first) ctx.moveTo(xOf(x), yOf(y));
      else ctx.lineTo(xOf(x), yOf(y));
    }
  });
  ctx.stroke();
  ctx.setLineDash(SOLID);
}

/** Limits that are on the axis, the lowest first. */
function thresholdsOver(line: RollingLine): readonly ChartThreshold[] {
  if (line.thresholds.length === 0) return [];
  return shownThresholds(line)
    .filter(({ level, value }) => level !== 'fact' && value < line.axis.max)
    .toSorted((one, other) => one.value - other.value);
}

/** The curves that a threshold is about: each, in a stack that of the sum. */
function curvesOf(
  { of }: ChartThreshold,
  { arrangement }: RollingLine,
  traces: readonly Trace[],
): readonly Trace[] {
  if (of !== undefined)
    return traces.filter(({ index }) => index === of && (arrangement !== 'stacked' || index === 0));
  return arrangement === 'stacked' ? traces.slice(-1) : traces.filter(({ series }) => !series.isBelow);
}

/** Curves over a threshold keep their colour, and get an edge. */
function drawEdges(threshold: ChartThreshold, line: RollingLine, traces: readonly Trace[], plot: Plot): void {
  strokeOver(threshold, curvesOf(threshold, line, traces), plot, EDGE_WIDTH, EDGE_ALPHA);
}

/** A curve that is alone takes the threshold's colour over it. */
function drawOver(threshold: ChartThreshold, traces: readonly Trace[], plot: Plot): void {
  strokeOver(threshold, traces, plot, LINE_WIDTH + 0.4, 1);
}

function strokeOver(
  { value, level }: ChartThreshold,
  traces: readonly Trace[],
  { ctx, left, right, top, xOf, yOf, colours }: Plot,
  width: number,
  alpha: number,
): void {
  const y = yOf(value);
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top - width, right - left, y - top + width);
  ctx.clip();
  ctx.globalAlpha = alpha;
  ctx.lineWidth = width;
  ctx.strokeStyle = level === 'trouble' ? colours.trouble : colours.warning;
  for (const trace of traces) {
    ctx.beginPath();
    forEachRun(trace, (first, last) => {
      for (let index = first; index <= last; index += 1) {
        const point = trace.points[index] as Point;
        if (index === first) ctx.moveTo(xOf(point.x), yOf(point.y));
        else ctx.lineTo(xOf(point.x), yOf(point.y));
      }
    });
    ctx.stroke();
  }
  ctx.restore();
}

/** Marks the newest points, each line's by its own shape. */
function drawEnds({ series, fromMs, toMs, isolated }: RollingLine, plot: Plot, palette: Palette): void {
  const { ctx, xOf, yOf } = plot;
  for (let index = series.length - 1; index >= 0; index -= 1) {
    const newest = series[index]?.points.at(-1);
    if (newest === undefined || Number.isNaN(newest.y) || newest.x < fromMs || newest.x > toMs) continue;
    const [x, y] = [xOf(newest.x), yOf(newest.y)];
    ctx.fillStyle = colourOf(palette, index);
    if (series.length === 1) {
      ctx.beginPath();
      ctx.arc(x, y, HEAD_RADIUS, 0, 2 * Math.PI);
      ctx.fill();
      continue;
    }
    const mark = markOf(LINE_SHAPES[index % LINE_SHAPES.length] ?? 'circle', x, y);
    // The card shows through: a mark stays apart from the lines and marks below it.
    ctx.globalCompositeOperation = 'destination-out';
    ctx.lineWidth = 2 * MARK_RING;
    ctx.stroke(mark);
    ctx.globalCompositeOperation = 'source-over';
    ctx.globalAlpha = isolated === null || isolated === index ? 1 : FAINT_ALPHA;
    ctx.fill(mark);
    ctx.globalAlpha = 1;
  }
}

function drawSelected(line: RollingLine, selectedMs: number, plot: Plot, palette: Palette): void {
  const { ctx, left, right, xOf, yOf } = plot;
  const x = xOf(selectedMs);
  if (!(x >= left - 1 && x <= right + 1)) return;
  for (const [index, value] of valuesAt(line, selectedMs).entries()) {
    if (Number.isNaN(value)) continue;
    ctx.fillStyle = colourOf(palette, index);
    ctx.beginPath();
    ctx.arc(x, yOf(value), HEAD_RADIUS, 0, 2 * Math.PI);
    ctx.fill();
  }
}
