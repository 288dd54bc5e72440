import type { Chart, Scale } from 'chart.js';
import type { GapSpan, Point } from './gaps.ts';
import type { Plot } from './overlay.ts';
import { typeScaleOf, type Palette } from './palette.ts';
import type { LabelFormat, RollingLine } from './rolling-line.ts';
import { timeTicks } from './time-ticks.ts';

/** A point on the canvas, in CSS pixels. */
export interface Place {
  readonly x: number;
  /** Of each series, in their order; `null` where its value is not known at that time. */
  readonly ys: readonly (number | null)[];
  /** Ends of the plot. */
  readonly top: number;
  readonly bottom: number;
}

/** Width of the labels of the value axis, CSS pixels: fits `512 MiB/s`. The same for every chart, so that the plots of a column align. */
export const VALUE_AXIS_WIDTH = 66;
/** Radius of the dot at the end of the line. */
export const HEAD_RADIUS = 3.5;
/** Room for `00:00:00`, and, over longer ranges, for `00:00` and `Nov 30`. */
const TIME_LABEL_WIDTH = 66;
const SHORT_TIME_LABEL_WIDTH = 50;
const LONG_RANGE_MS = 1_200_000;
const MOST_TIME_LABELS = 6;
/** From the bottom of the plot to the middle of the time labels. */
const TIME_LABEL_TOP = 17.6;
const LONE_POINT_RADIUS = 2;
const SELECTED_TIME_WIDTH = 1.5;
const HATCH_SPACING = 8;
/** Of the area between lowest and highest values. Its outline lets a peak of a single point be seen. */
const BAND_ALPHA = 0.3;

/** Draws what moves with each sample, except the line: labels of the time axis, gaps, selected time and marked points. */
export class Marks {
  readonly #chart: Chart<'line', Point[]>;
  readonly #format: LabelFormat;

  constructor(chart: Chart<'line', Point[]>, format: LabelFormat) {
    this.#chart = chart;
    this.#format = format;
  }

  /** Where a value of a time is; `null` off the plot. */
  placeOf(timestampMs: number, value: number | null): Place | null {
    const { x, y } = this.#chart.scales;
    if (x === undefined || y === undefined) return null;
    const { left, right, top, bottom } = this.#chart.chartArea;
    const at = x.getPixelForValue(timestampMs);
    // A sample on the edge may be a fraction of a pixel beyond it.
    if (at < left - 1 || at > right + 1) return null;
    return { x: at, ys: [value === null ? null : y.getPixelForValue(value)], top, bottom };
  }

  /** Sets up all text but Chart.js's labels. It lasts until an update; setting a font each time would cost a layout of the page. */
  prepareText({ fontSize, fontFamily }: Palette): void {
    const { ctx } = this.#chart;
    ctx.font = `${fontSize}px ${fontFamily}`;
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
  }

  /** @param points those of `line` that are drawn, further apart than `gapMs` if they are not joined */
  drawBelow(line: RollingLine, points: readonly Point[], gapMs: number, palette: Palette): void {
    if (!line.isBare) this.#drawTimes(line, palette);
    for (const gap of line.gaps) this.#hatch(gap, gap.label, palette);
    line.overlay?.drawBelow(this.#plotOf(line, palette));
    if (line.hasBand) this.#drawBand(points, gapMs, palette);
    if (line.selectedMs !== null) this.#drawSelectedTime(line.selectedMs, palette);
  }

  /** Marks the newest point, the selected one, and points without a neighbour, which a line does not show. */
  drawAbove(line: RollingLine, palette: Palette): void {
    const { ctx } = this.#chart;
    const { fromMs, toMs, gapMs, selectedMs } = line;
    const points = line.series[0]?.points ?? [];
    line.overlay?.drawAbove(this.#plotOf(line, palette));
    const newest = points.at(-1);
    ctx.fillStyle = palette.line;
    for (const [index, point] of points.entries()) {
      if (Number.isNaN(point.y) || point.x < fromMs || point.x > toMs) continue;
      const isHead = point === newest || point.x === selectedMs;
      if (!isHead && (isNear(points[index - 1], point, gapMs) || isNear(point, points[index + 1], gapMs)))
        continue;
      const place = this.placeOf(point.x, point.y);
      const y = place?.ys[0] ?? null;
      if (place === null || y === null) continue;
      ctx.beginPath();
      ctx.arc(place.x, y, isHead ? HEAD_RADIUS : LONE_POINT_RADIUS, 0, 2 * Math.PI);
      ctx.fill();
    }
  }

  #plotOf({ axis, isBare }: RollingLine, { label, trouble, warning, fontSize }: Palette): Plot {
    const { ctx, chartArea, scales } = this.#chart;
    const { left, right, top, bottom } = chartArea;
    return {
      ctx,
      left,
      right,
      top,
      bottom,
      isBare,
      fontSize,
      min: axis.min,
      max: axis.max,
      xOf: (timestampMs) => scales['x']?.getPixelForValue(timestampMs) ?? Number.NaN,
      yOf: (value) => scales['y']?.getPixelForValue(value) ?? Number.NaN,
      colours: { label, trouble, warning },
    };
  }

  #drawTimes({ fromMs, toMs, locale }: RollingLine, palette: Palette): void {
    const { ctx, scales, width } = this.#chart;
    const { x } = scales;
    if (x === undefined) return;
    const typeScale = typeScaleOf(palette);
    const plotWidth = Math.max(1, width - VALUE_AXIS_WIDTH * typeScale);
    const labelWidth =
      (toMs - fromMs > LONG_RANGE_MS ? SHORT_TIME_LABEL_WIDTH : TIME_LABEL_WIDTH) * typeScale;
    // Drop a label that would leave the canvas: making room for it would move the plot at every sample.
    const insetMs = ((toMs - fromMs) * (labelWidth / 2 - HEAD_RADIUS)) / plotWidth;
    const most = Math.min(MOST_TIME_LABELS, Math.max(1, Math.floor(plotWidth / labelWidth)));
    ctx.fillStyle = palette.label;
    const { times, stepMs } = timeTicks(fromMs, toMs - insetMs, most);
    for (const time of times) {
      ctx.fillText(
        this.#format.time(time, stepMs, locale),
        x.getPixelForValue(time),
        x.top + TIME_LABEL_TOP * typeScale,
      );
    }
  }

  #drawBand(points: readonly Point[], gapMs: number, palette: Palette): void {
    const { ctx, chartArea, scales } = this.#chart;
    const { x, y } = scales;
    if (x === undefined || y === undefined) return;
    const { left, top, right, bottom } = chartArea;
    const band = bandOf(points, gapMs, x, y);
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, right - left, bottom - top);
    ctx.clip();
    ctx.globalAlpha = BAND_ALPHA;
    ctx.fillStyle = palette.line;
    ctx.fill(band);
    ctx.strokeStyle = palette.line;
    ctx.lineWidth = 1;
    ctx.stroke(band);
    ctx.restore();
  }

  #drawSelectedTime(selectedMs: number, palette: Palette): void {
    const place = this.placeOf(selectedMs, null);
    if (place === null) return;
    const { ctx } = this.#chart;
    ctx.fillStyle = palette.label;
    ctx.fillRect(place.x - SELECTED_TIME_WIDTH / 2, place.top, SELECTED_TIME_WIDTH, place.bottom - place.top);
  }

  /** Hatching reads as "not known" and not as zero. The cause is written where it fits. */
  #hatch({ fromMs, toMs }: GapSpan, label: string, palette: Palette): void {
    const { ctx, chartArea, scales } = this.#chart;
    const { top, bottom, left, right } = chartArea;
    const from = Math.max(left, scales['x']?.getPixelForValue(fromMs) ?? left);
    const to = Math.min(right, scales['x']?.getPixelForValue(toMs) ?? left);
    if (to <= from) return;
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
    if (ctx.measureText(label).width >= to - from - palette.fontSize) return;
    ctx.fillStyle = palette.label;
    // Between two grid lines.
    ctx.fillText(label, (from + to) / 2, top + height / 4);
  }
}

function isNear(left: Point | undefined, right: Point | undefined, gapMs: number): boolean {
  return (
    left !== undefined && right !== undefined && !Number.isNaN(left.y + right.y) && right.x - left.x <= gapMs
  );
}

/** The area between the lowest and highest values of points; one for each run of joined points. */
function bandOf(points: readonly Point[], gapMs: number, x: Scale, y: Scale): Path2D {
  const band = new Path2D();
  let run: Point[] = [];
  const endRun = (): void => {
    const part = new Path2D();
    for (const { x: at, y: mean, high = mean } of run)
      part.lineTo(x.getPixelForValue(at), y.getPixelForValue(high));
    for (const { x: at, y: mean, low = mean } of run.toReversed())
      part.lineTo(x.getPixelForValue(at), y.getPixelForValue(low));
    part.closePath();
    band.addPath(part);
    run = [];
  };
  for (const point of points) {
    const before = run.at(-1);
    const isUnknown = Number.isNaN(point.y);
    if (isUnknown || (before !== undefined && point.x - before.x > gapMs)) endRun();
    if (!isUnknown) run.push(point);
  }
  endRun();
  return band;
}
