import type { Plot } from './overlay.ts';
import { typeScaleOf, type Palette } from './palette.ts';
import type { LabelFormat, RollingLine } from './rolling-line.ts';
import { timeTicks, type TimeTicks } from './time-ticks.ts';

/** Room around the plot, CSS pixels, of labels in the usual size: the highest value above it, times below, and marks on its right edge. */
export const FRAME = { top: 15, bottom: 18, right: 6 } as const;
/** Around a bare line: its mark at the end. */
export const BARE_FRAME = { top: 4.5, bottom: 0, right: 4.5 } as const;
/** From the bottom of the plot to the middle of the time labels. */
const TIME_LABEL_TOP = 11;
/** Room for `00:00:00`, and, over longer ranges, for `00:00` and `Nov 30`. */
const TIME_LABEL_WIDTH = 66;
const SHORT_TIME_LABEL_WIDTH = 50;
/** Seconds are not written from here on. */
const LONG_RANGE_MS = 180_000;
/** Labels are at least this much narrower than their room. */
const SPARE_WIDTH = 14;
const MOST_TIME_LABELS = 6;
const TICK_HEIGHT = 3;
/** Of the zero line, in the colour of the labels. */
const ZERO_ALPHA = 0.4;

/** Sets up all text, until the size of the canvas changes: setting a font each time would cost a layout of the page. */
export function prepareText(ctx: CanvasRenderingContext2D, { fontSize, fontFamily }: Palette): void {
  ctx.font = `${fontSize}px ${fontFamily}`;
  ctx.textBaseline = 'middle';
}

/** Draws grid lines, the highest one with its value above it, or the lowest where nothing is above zero, and the zero line. */
export function drawGrid(
  { axis, unit, locale, arrangement }: RollingLine,
  { ctx, left, right, bottom, yOf }: Plot,
  { grid, label, fontSize }: Palette,
  format: LabelFormat,
): void {
  const width = right + FRAME.right - left;
  ctx.fillStyle = grid;
  for (const tick of axis.ticks) {
    if (tick !== 0 && tick !== axis.min) ctx.fillRect(left, Math.round(yOf(tick)), width, 1);
  }
  ctx.fillStyle = label;
  ctx.globalAlpha = ZERO_ALPHA;
  ctx.fillRect(left, Math.min(Math.round(yOf(Math.max(axis.min, 0))), bottom - 1), width, 1);
  ctx.globalAlpha = 1;
  const named = axis.ticks.at(axis.max > 0 ? -1 : 0);
  if (named === undefined) return;
  const value = arrangement === 'mirrored' ? Math.abs(named) : named;
  ctx.textAlign = 'left';
  ctx.fillText(format.value(value, unit, locale), left, yOf(named) - fontSize * 0.62);
}

/** Draws labels of the time axis, which are in the middle. */
export function drawTimes(
  { fromMs, toMs, locale }: RollingLine,
  { ctx, left, right, bottom, xOf }: Plot,
  palette: Palette,
  format: LabelFormat,
): void {
  const typeScale = typeScaleOf(palette);
  const plotWidth = Math.max(1, right - left);
  const labelWidth = (toMs - fromMs > LONG_RANGE_MS ? SHORT_TIME_LABEL_WIDTH : TIME_LABEL_WIDTH) * typeScale;
  // Drop a label that would leave the canvas: making room for it would move the plot at every sample.
  const halfWidth = (labelWidth - SPARE_WIDTH * typeScale) / 2;
  const msOf = (width: number): number => ((toMs - fromMs) * width) / plotWidth;
  const most = Math.min(MOST_TIME_LABELS, Math.max(1, Math.floor(plotWidth / labelWidth)));
  ctx.fillStyle = palette.label;
  ctx.textAlign = 'center';
  const { times, stepMs } = ticksOf(fromMs + msOf(halfWidth), toMs - msOf(halfWidth - FRAME.right), most);
  for (const time of times) {
    const x = xOf(time);
    ctx.fillRect(Math.round(x), bottom, 1, TICK_HEIGHT);
    ctx.fillText(labelOf(time, stepMs, locale, format), x, bottom + TIME_LABEL_TOP * typeScale);
  }
}

let lastTicks: { readonly key: string; readonly ticks: TimeTicks } = {
  key: '',
  ticks: { times: [], stepMs: 0 },
};

/** The charts of a page have the same times. */
function ticksOf(fromMs: number, toMs: number, most: number): TimeTicks {
  const key = `${fromMs} ${toMs} ${most}`;
  if (key !== lastTicks.key) lastTicks = { key, ticks: timeTicks(fromMs, toMs, most) };
  return lastTicks.ticks;
}

const MOST_LABELS = 64;
const labels = new Map<string, string>();

function labelOf(time: number, stepMs: number, locale: string | undefined, format: LabelFormat): string {
  const key = `${time} ${stepMs} ${locale}`;
  const known = labels.get(key);
  if (known !== undefined) return known;
  const label = format.time(time, stepMs, locale);
  if (labels.size >= MOST_LABELS) labels.clear();
  labels.set(key, label);
  return label;
}
