import { shownThresholds } from './arranged.ts';
import type { LabelledGap } from './gaps.ts';
import type { Plot } from './overlay.ts';
import type { Palette } from './palette.ts';
import type { RollingLine } from './rolling-line.ts';
import type { ChartThreshold } from './series.ts';

const HATCH_SPACING = 8;
const SELECTED_TIME_WIDTH = 1.5;
const THRESHOLD_DASHES = [5, 4];
/** Of a line that limits nothing. */
const FACT_DASHES = [2, 4];
const SOLID: number[] = [];
/** Free space around text in the plot. */
const HALO = 5;
/** Of two lines of text that do not touch, in its size. */
const LABEL_DISTANCE = 1.15;

/** Draws what lies below the series: gaps, and the selected time. */
export function drawBelow(line: RollingLine, plot: Plot, palette: Palette): void {
  for (const gap of line.gaps) drawGap(gap, plot, palette);
  if (line.selectedMs !== null) drawSelectedTime(line.selectedMs, plot);
}

/** Draws what lies on the series: thresholds with their labels. A bare line has no room for them. */
export function drawAbove(line: RollingLine, plot: Plot, palette: Palette): void {
  if (!line.isBare && line.thresholds.length > 0) drawThresholds(shownThresholds(line), plot, palette);
}

/** Hatching reads as "not known" and not as zero. The cause is written where it fits. */
function drawGap({ fromMs, toMs, label }: LabelledGap, plot: Plot, palette: Palette): void {
  const { ctx, top, bottom, left, right, xOf, isBare } = plot;
  const from = Math.max(left, xOf(fromMs));
  const to = Math.min(right, xOf(toMs));
  if (!(to > from)) return;
  const height = bottom - top;
  ctx.save();
  ctx.beginPath();
  ctx.rect(from, top, to - from, height);
  ctx.clip();
  ctx.beginPath();
  for (let offset = -height; offset < to - from; offset += HATCH_SPACING) {
    ctx.moveTo(from + offset, bottom);
    ctx.lineTo(from + offset + height, top);
  }
  ctx.strokeStyle = palette.grid;
  ctx.lineWidth = 1;
  ctx.stroke();
  ctx.restore();
  if (isBare || ctx.measureText(label).width >= to - from - palette.fontSize) return;
  ctx.fillStyle = palette.label;
  ctx.textAlign = 'center';
  // Between two grid lines.
  ctx.fillText(label, (from + to) / 2, top + height / 4);
}

function drawSelectedTime(selectedMs: number, { ctx, left, right, top, bottom, xOf, colours }: Plot): void {
  const x = xOf(selectedMs);
  if (!(x >= left - 1 && x <= right + 1)) return;
  ctx.fillStyle = colours.label;
  ctx.fillRect(x - SELECTED_TIME_WIDTH / 2, top, SELECTED_TIME_WIDTH, bottom - top);
}

const RANKS = ['trouble', 'warning', 'fact'] as const;

/** Labels never meet: of two that would, that of the worse limit stays. */
function drawThresholds(thresholds: readonly ChartThreshold[], plot: Plot, palette: Palette): void {
  const { min, max, top, fontSize } = plot;
  const rankOf = ({ level }: ChartThreshold): number => RANKS.indexOf(level);
  const visible = thresholds
    .filter(({ value }) => value >= min && value <= max)
    .toSorted((one, other) => rankOf(one) - rankOf(other));
  const ys = visible.map(({ value }) => Math.round(plot.yOf(value)) + 0.5);
  for (const [index, threshold] of visible.entries()) drawLimit(threshold, ys[index] ?? 0, plot);
  const taken = [top - fontSize * 0.62];
  for (const [index, threshold] of visible.entries()) {
    const y = ys[index] ?? 0;
    const textY = [y - fontSize * 0.7, y + fontSize * 0.8].find((one) =>
      taken.every((other) => Math.abs(one - other) >= fontSize * LABEL_DISTANCE),
    );
    if (textY === undefined || threshold.label === '') continue;
    taken.push(textY);
    drawLabel(threshold, textY, plot, palette);
  }
}

function drawLimit({ level }: ChartThreshold, y: number, { ctx, left, right, colours }: Plot): void {
  const colour = level === 'fact' ? colours.label : level === 'trouble' ? colours.trouble : colours.warning;
  ctx.beginPath();
  ctx.moveTo(left, y);
  ctx.lineTo(right, y);
  ctx.setLineDash(level === 'fact' ? FACT_DASHES : THRESHOLD_DASHES);
  ctx.lineWidth = 1;
  ctx.strokeStyle = colour;
  ctx.stroke();
  ctx.setLineDash(SOLID);
}

/** Above its line, or below it where it would meet another, such as that of the axis. */
function drawLabel(
  { level, label }: ChartThreshold,
  y: number,
  { ctx, left, colours }: Plot,
  palette: Palette,
): void {
  ctx.textAlign = 'left';
  drawHalo(ctx, palette, label, left, y);
  // The colour of warnings is one for shapes, too light for text.
  ctx.fillStyle = level === 'trouble' ? colours.trouble : colours.label;
  ctx.fillText(label, left, y);
}

/** Keeps a text apart from what it is drawn over. Nothing is erased: in a PDF, Chromium draws the whole page again for that. */
function drawHalo(
  ctx: CanvasRenderingContext2D,
  { surface }: Palette,
  text: string,
  x: number,
  y: number,
): void {
  ctx.strokeStyle = surface;
  ctx.lineJoin = 'round';
  ctx.lineWidth = HALO;
  ctx.strokeText(text, x, y);
}
