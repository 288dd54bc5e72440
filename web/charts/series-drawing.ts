import { shownThresholds, valuesAt } from './arranged.ts';
import type { Point } from './gaps.ts';
import { LINE_SHAPES, markOf } from './line-shapes.ts';
import type { Plot } from './overlay.ts';
import { colourOf, type Palette } from './palette.ts';
import type { RollingLine } from './rolling-line.ts';
import type { ChartThreshold } from './series.ts';
import { isReduced, runsOf, type Trace } from './traces.ts';

export const LINE_WIDTH = 1.5;
/** Of lines with a point in each pixel, which go up and down in each: without a GPU, this width takes a fifth of the time of a wider one. */
const DENSE_WIDTH = 1;
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
  const isDense = traces.some(isReduced);
  const lineWidth = isDense ? DENSE_WIDTH : LINE_WIDTH;
  ctx.lineJoin = isDense ? 'bevel' : 'round';
  ctx.lineWidth = lineWidth;
  const over = thresholdsOver(line);
  if (!isAlone) for (const threshold of over) drawEdges(threshold, line, traces, plot);
  // The first lies on top; in a stack, each outline lies on the area above it.
  for (const trace of traces.toReversed()) {
    const { index } = trace;
    const colour = colourOf(palette, index);
    const alpha = line.isolated === null || line.isolated === index ? 1 : FAINT_ALPHA;
    ctx.strokeStyle = colour;
    ctx.fillStyle = colour;
    if (hasBand) drawBand(trace, plot, alpha);
    ctx.lineWidth = lineWidth;
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
  const zeroY = yOf(Math.max(min, 0));
  const isOnOther = line.arrangement === 'stacked' && trace.index > 0;
  const least = isOnOther ? (max - min) * THIN : Number.NEGATIVE_INFINITY;
  for (const run of runsOf(trace)) {
    const [first] = run;
    const last = run.at(-1);
    if (first === undefined || last === undefined) continue;
    ctx.globalAlpha = alpha;
    if (first === last) {
      if (first.x >= line.fromMs && first.x <= line.toMs) drawDot(plot, first, LONE_POINT_RADIUS);
      continue;
    }
    ctx.beginPath();
    for (const { x, y } of run) ctx.lineTo(xOf(x), yOf(y));
    const isThin = isOnOther && run.some(({ y, base = 0 }) => y - base < least);
    if (!isThin) ctx.stroke();
    if (fill > 0) {
      // The area may lie on its own line, which has the same colour.
      if (isOnOther) {
        for (const { x, base = 0 } of run.toReversed()) ctx.lineTo(xOf(x), yOf(base));
      } else {
        ctx.lineTo(xOf(last.x), zeroY);
        ctx.lineTo(xOf(first.x), zeroY);
      }
      ctx.globalAlpha = fill;
      ctx.fill();
    }
    if (!isThin) continue;
    ctx.globalAlpha = alpha;
    const thick = run.map(({ x, y, base = 0 }) => ({ x, y: y - base < least ? Number.NaN : y }));
    strokePath(plot, { points: thick, gapMs: Number.POSITIVE_INFINITY });
  }
}

function drawDot({ ctx, xOf, yOf }: Plot, { x, y }: Point, radius: number): void {
  ctx.beginPath();
  ctx.arc(xOf(x), yOf(y), radius, 0, 2 * Math.PI);
  ctx.fill();
}

/** Strokes lines through points that are joined. */
function strokePath({ ctx, xOf, yOf }: Plot, points: Pick<Trace, 'points' | 'gapMs'>): void {
  ctx.beginPath();
  for (const run of runsOf(points)) {
    for (const [index, { x, y }] of run.entries()) {
      if (index === 0) ctx.moveTo(xOf(x), yOf(y));
      else ctx.lineTo(xOf(x), yOf(y));
    }
  }
  ctx.stroke();
}

/** Light on dark shows less than dark on light; memory is the largest area at rest, and must not be the loudest. */
function areaAlpha({ arrangement }: RollingLine, { series }: Trace, isDark: boolean): number {
  if (series.hue === 'memory' && arrangement === 'stacked') return isDark ? 0.2 : 0.13;
  return isDark ? 0.3 : 0.2;
}

function drawBand(trace: Trace, { ctx, xOf, yOf }: Plot, alpha: number): void {
  ctx.globalAlpha = alpha * BAND_ALPHA;
  ctx.lineWidth = 1;
  ctx.beginPath();
  for (const run of runsOf(trace)) {
    for (const [index, { x, y, high = y }] of run.entries()) {
      if (index === 0) ctx.moveTo(xOf(x), yOf(high));
      else ctx.lineTo(xOf(x), yOf(high));
    }
    for (const { x, y, low = y } of run.toReversed()) ctx.lineTo(xOf(x), yOf(low));
    ctx.closePath();
  }
  ctx.fill();
  ctx.stroke();
}

function drawPeaks({ peaks, gapMs }: RollingLine, plot: Plot): void {
  const { ctx, colours } = plot;
  ctx.strokeStyle = colours.label;
  ctx.lineWidth = 1;
  ctx.setLineDash(PEAK_DASHES);
  strokePath(plot, { points: (peaks ?? []).map(({ x, y, high = y }) => ({ x, y: high })), gapMs });
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
  plot: Plot,
  width: number,
  alpha: number,
): void {
  const { ctx, left, right, top, colours } = plot;
  const y = plot.yOf(value);
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top - width, right - left, y - top + width);
  ctx.clip();
  ctx.globalAlpha = alpha;
  ctx.lineWidth = width;
  ctx.strokeStyle = level === 'trouble' ? colours.trouble : colours.warning;
  for (const trace of traces) strokePath(plot, trace);
  ctx.restore();
}

/** Marks the newest points, each line's by its own shape. */
function drawEnds({ series, fromMs, toMs, isolated }: RollingLine, plot: Plot, palette: Palette): void {
  const { ctx, xOf, yOf } = plot;
  for (let index = series.length - 1; index >= 0; index -= 1) {
    const newest = series[index]?.points.at(-1);
    if (newest === undefined || Number.isNaN(newest.y) || newest.x < fromMs || newest.x > toMs) continue;
    ctx.fillStyle = colourOf(palette, index);
    if (series.length === 1) {
      drawDot(plot, newest, HEAD_RADIUS);
      continue;
    }
    const shape = LINE_SHAPES[index % LINE_SHAPES.length] ?? 'circle';
    const mark = markOf(shape, xOf(newest.x), yOf(newest.y));
    // A mark stays apart from the lines and marks below it.
    ctx.strokeStyle = palette.surface;
    ctx.lineJoin = 'round';
    ctx.lineWidth = 2 * MARK_RING;
    ctx.stroke(mark);
    ctx.globalAlpha = isolated === null || isolated === index ? 1 : FAINT_ALPHA;
    ctx.fill(mark);
    ctx.globalAlpha = 1;
  }
}

function drawSelected(line: RollingLine, selectedMs: number, plot: Plot, palette: Palette): void {
  const { ctx, left, right, xOf } = plot;
  const x = xOf(selectedMs);
  if (!(x >= left - 1 && x <= right + 1)) return;
  for (const [index, value] of valuesAt(line, selectedMs).entries()) {
    if (Number.isNaN(value)) continue;
    ctx.fillStyle = colourOf(palette, index);
    drawDot(plot, { x: selectedMs, y: value }, HEAD_RADIUS);
  }
}
