import { extentOf } from './extent.ts';
import type { Overlay, OverlayColours, Plot } from './overlay.ts';

/** A threshold. */
export interface LimitLine {
  readonly value: number;
  readonly isAbove: boolean;
  readonly isTrouble: boolean;
  readonly label: string;
}

/** A stretch of time in which an alert fired, Unix ms; `toMs` is `null` while it does. */
export interface FiredStretch {
  readonly fromMs: number;
  readonly toMs: number | null;
  readonly isTrouble: boolean;
}

/** Something that happened at once, such as a reboot. Unix ms. */
export interface EventMark {
  readonly atMs: number;
  readonly isTrouble: boolean;
}

export interface AlertDrawing {
  readonly limits: readonly LimitLine[];
  readonly stretches: readonly FiredStretch[];
  readonly events: readonly EventMark[];
}

const TINT_ALPHA = 0.14;
/** Of the tab on top of a stretch, and of the edge where it begins: shapes, since a tint alone would be colour alone. */
const TAB_HEIGHT = 3;
const EDGE_WIDTH = 3;
/** However short it was. */
const LEAST_WIDTH = EDGE_WIDTH;
const DASHES = [6, 4];
const EVENT_DASHES = [1, 3];
const EVENT_RADIUS = 5;
/** The share of a threshold that values reach before it is drawn: far away it says nothing. */
const NEAR = 0.5;

/** Draws thresholds as dashed lines, the time in which alerts fired as a tint below a tab, and events as diamonds on the time axis. */
export class AlertOverlay implements Overlay {
  readonly #drawing: AlertDrawing;
  /** Thresholds that the values come near to. */
  #near: readonly LimitLine[] = [];

  constructor(drawing: AlertDrawing) {
    this.#drawing = drawing;
  }

  axisValues(values: readonly (number | null)[]): readonly number[] {
    const [lowest, highest] = extentOf(values);
    this.#near = this.#drawing.limits.filter(({ value, isAbove }) =>
      isAbove ? highest >= value * NEAR : lowest * NEAR <= value,
    );
    return this.#near.flatMap(({ value, isAbove }) => (isAbove && value > highest ? [value] : []));
  }

  drawBelow(plot: Plot): void {
    const { stretches } = this.#drawing;
    const { ctx, top, bottom } = plot;
    for (const { fromMs, toMs, isTrouble } of stretches) {
      const box = clip(plot, fromMs, toMs);
      if (box === null) continue;
      ctx.save();
      ctx.fillStyle = colourOf(plot.colours, isTrouble);
      ctx.globalAlpha = TINT_ALPHA;
      ctx.fillRect(box.from, top, box.width, bottom - top);
      ctx.globalAlpha = 1;
      ctx.fillRect(box.from, top, box.width, TAB_HEIGHT);
      if (box.hasStart) ctx.fillRect(box.from, top, EDGE_WIDTH, bottom - top);
      ctx.restore();
    }
  }

  drawAbove(plot: Plot): void {
    if (!plot.isBare) for (const limit of this.#near) drawLimit(plot, limit);
    for (const event of this.#drawing.events) drawEvent(plot, event);
  }
}

function drawLimit(plot: Plot, { value, isAbove, isTrouble, label }: LimitLine): void {
  const { ctx, left, right, top, bottom, min, max, fontSize } = plot;
  if (value < min || value > max) return;
  const y = plot.yOf(value);
  ctx.save();
  ctx.beginPath();
  ctx.setLineDash(DASHES);
  ctx.lineWidth = 1;
  ctx.strokeStyle = colourOf(plot.colours, isTrouble);
  ctx.moveTo(left, y);
  ctx.lineTo(right, y);
  ctx.stroke();
  if (ctx.measureText(label).width < right - left - fontSize) {
    // On the side where nothing is wrong, unless there is no room.
    const wanted = isAbove ? y + fontSize : y - fontSize;
    const labelY = wanted < top + fontSize || wanted > bottom - fontSize / 2 ? 2 * y - wanted : wanted;
    ctx.textAlign = 'left';
    ctx.fillStyle = plot.colours.label;
    ctx.fillText(label, left + fontSize / 2, labelY);
  }
  ctx.restore();
}

function drawEvent(plot: Plot, { atMs, isTrouble }: EventMark): void {
  const { ctx, left, right, top, bottom, isBare } = plot;
  const x = plot.xOf(atMs);
  if (!(x >= left && x <= right)) return;
  ctx.save();
  ctx.strokeStyle = colourOf(plot.colours, isTrouble);
  ctx.fillStyle = ctx.strokeStyle;
  ctx.setLineDash(EVENT_DASHES);
  ctx.beginPath();
  ctx.moveTo(x, top);
  ctx.lineTo(x, bottom);
  ctx.stroke();
  const radius = isBare ? EVENT_RADIUS / 2 : EVENT_RADIUS;
  ctx.beginPath();
  ctx.moveTo(x, bottom - radius);
  ctx.lineTo(x + radius, bottom);
  ctx.lineTo(x, bottom + radius);
  ctx.lineTo(x - radius, bottom);
  ctx.closePath();
  ctx.fill();
  ctx.restore();
}

/** The part of a stretch on the plot; `null` if there is none. */
function clip(
  { left, right, xOf }: Plot,
  fromMs: number,
  toMs: number | null,
): { readonly from: number; readonly width: number; readonly hasStart: boolean } | null {
  const start = xOf(fromMs);
  const end = toMs === null ? right : xOf(toMs);
  if (!(start <= right && end >= left)) return null;
  const from = Math.max(left, Math.min(start, right - LEAST_WIDTH));
  return { from, width: Math.max(LEAST_WIDTH, Math.min(right, end) - from), hasStart: start >= left };
}

function colourOf({ trouble, warning }: OverlayColours, isTrouble: boolean): string {
  return isTrouble ? trouble : warning;
}
