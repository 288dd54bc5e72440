import {
  Chart,
  LinearScale,
  LineController,
  type ChartConfiguration,
  type Plugin,
  type Scale,
} from 'chart.js';
import { formatTick } from '../format-tick.ts';
import { formatTime } from '../format.ts';
import { timeTicks, type ValueAxis } from './axes.ts';
import { GAP_AFTER_INTERVALS } from './gap-limit.ts';
import type { LabelledGap, Point } from './gaps.ts';
import { FilledLine, PlacedPoint } from './line-element.ts';
import { readPalette, type Palette } from './palette.ts';
import { reducePoints } from './reduce.ts';

/** What one drawing shows: a series over its last `points` intervals. */
export interface RollingLine {
  /** Ascending in x (Unix ms on the host's clock); NaN in y is not known. */
  readonly points: readonly Point[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly intervalMs: number;
  /** The holes of `points`, each with its cause. */
  readonly gaps: readonly LabelledGap[];
  readonly axis: ValueAxis;
  readonly unit: string;
  /** BCP 47: how values and times are written; left out: as the reader's browser does. */
  readonly locale?: string;
  /** Only the line: no axes, no fill, no room around it. */
  readonly isBare: boolean;
  /** `x` of the point that the reader looks at, if any. */
  readonly selectedMs: number | null;
}

/** Wide enough for `512 MiB/s`; the same for every chart, so that the plots of a column stand in line. */
export const VALUE_AXIS_WIDTH = 66;
/** Of `00:00:00` with air around it. */
const TIME_LABEL_WIDTH = 66;
const MOST_TIME_LABELS = 6;
/** Middle of the time labels below the plot, and room for them. */
const TIME_LABEL_TOP = 17.6;
const TIME_AXIS_HEIGHT = 27.2;
const LABEL_SIZE = 11;
const HEAD_RADIUS = 3.5;
/** Around the plot, for what stands on its edges. */
const ROOM = HEAD_RADIUS + 1;
const LINE_WIDTH = 2;
/** What of a line on the plot's edge lies beside it. */
const HALF_LINE = LINE_WIDTH / 2;
const LONE_POINT_RADIUS = 2;
const MOMENT_WIDTH = 1.5;
/** Of the plot, in CSS pixels, for the highest and the lowest of many points; as wide as the line. */
const STEP_WIDTH = 2;

/** Where something stands on the canvas, in CSS pixels. */
export interface Place {
  readonly x: number;
  /** `null` where there is no value. */
  readonly y: number | null;
  /** Ends of the plot. */
  readonly top: number;
  readonly bottom: number;
}

/**
 * A line chart on a canvas that is told what to show and draws it at once: it has no clock, no state of its own and no
 * animation. Tuned as Chart.js's performance guide says: no parsing, normalised input, fixed scales, only the parts used. Where
 * nothing but time went on, Chart.js neither lays out the chart again nor draws its axes, which would cost several times what the line
 * does: the axes are kept as a picture, and the points are moved here, to where it would have put them.
 */
export class RollingLineChart {
  readonly #canvas: HTMLCanvasElement;
  readonly #chart: Chart<'line', Point[]>;
  /** The value axis with its grid and labels, as Chart.js drew them last. */
  readonly #axes = document.createElement('canvas');
  #line: RollingLine | null = null;
  #palette: Palette;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#palette = readPalette(canvas);
    this.#chart = new Chart(canvas, this.#configuration());
  }

  /** Shows `line`, in the colours that the canvas's style had when it was last looked at. */
  draw(line: RollingLine): void {
    const before = this.#line;
    this.#line = line;
    if (before !== null && hasSameFrame(before, line)) {
      this.#drawOn(line);
    } else {
      this.#update();
    }
  }

  /** Takes the size of what is around the canvas now; it is taken by itself, but later. */
  resize(): void {
    this.#chart.resize();
  }

  /** Looks at the colours of the canvas's style, which costs a layout of the page where something else has changed. */
  recolour(): void {
    const palette = readPalette(this.#canvas);
    if (JSON.stringify(palette) === JSON.stringify(this.#palette)) return;
    this.#palette = palette;
    if (this.#line !== null) this.#update();
  }

  /** The time drawn at `offsetX` CSS pixels from the canvas's left edge, `null` before the first drawing. */
  timeAt(offsetX: number): number | null {
    return this.#line === null ? null : (this.#chart.scales['x']?.getValueForPixel(offsetX) ?? null);
  }

  /** Where a value of a time stands; `null` off the plot and before the first drawing. */
  placeOf(timestampMs: number, value: number | null): Place | null {
    const { x, y } = this.#chart.scales;
    if (this.#line === null || x === undefined || y === undefined) return null;
    const { left, right, top, bottom } = this.#chart.chartArea;
    const at = x.getPixelForValue(timestampMs);
    // A sample on the edge may lie a fraction beside it.
    if (at < left - 1 || at > right + 1) return null;
    return { x: at, y: value === null ? null : y.getPixelForValue(value), top, bottom };
  }

  destroy(): void {
    this.#chart.destroy();
  }

  /** How much larger than usual the labels are. */
  get #typeScale(): number {
    return this.#palette.fontSize / LABEL_SIZE;
  }

  get #valueAxisWidth(): number {
    return VALUE_AXIS_WIDTH * this.#typeScale;
  }

  #update(): void {
    const display = this.#line?.isBare === false;
    for (const scale of Object.values(this.#chart.options.scales ?? {}))
      Object.assign(scale ?? {}, { display });
    this.#chart.update('none');
  }

  /** Draws what an update would, of a line that went on. */
  #drawOn(line: RollingLine): void {
    const { ctx, chartArea, scales, width, height } = this.#chart;
    const { x, y } = scales;
    const element = this.#chart.getDatasetMeta(0).dataset;
    if (x === undefined || y === undefined || !(element instanceof FilledLine)) return;
    setTimes(x, line);
    x.configure();
    const { points, breakMs } = this.#reduced(line);
    element.points = points.map((point, index) =>
      Object.assign(new PlacedPoint(), {
        x: x.getPixelForValue(point.x),
        y: y.getPixelForValue(point.y),
        skip: Number.isNaN(point.y),
        stop: point.x - (points[index - 1]?.x ?? point.x) > breakMs,
      }),
    );
    this.#chart.clear();
    if (width <= 0 || height <= 0) return;
    copyCanvas(this.#axes, ctx);
    this.#drawBelow(line);
    const { left, top, right, bottom } = chartArea;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top - HALF_LINE, right - left, bottom - top + LINE_WIDTH);
    ctx.clip();
    element.draw(ctx, chartArea);
    ctx.restore();
    this.#drawAbove(line);
  }

  /** The points to be drawn, and from which distance on two of them are not joined. */
  #reduced({ points, fromMs, toMs, intervalMs }: RollingLine): { points: readonly Point[]; breakMs: number } {
    const plotWidth = Math.max(1, this.#chart.width - this.#valueAxisWidth);
    const gapMs = intervalMs * GAP_AFTER_INTERVALS;
    const drawn = reducePoints(points, ((toMs - fromMs) * STEP_WIDTH) / plotWidth, gapMs);
    // What was reduced has its breaks as points that are not known.
    return { points: drawn, breakMs: drawn === points ? gapMs : Number.POSITIVE_INFINITY };
  }

  #configuration(): ChartConfiguration<'line', Point[]> {
    return {
      type: 'line',
      data: {
        datasets: [
          {
            data: [],
            borderWidth: LINE_WIDTH,
            borderJoinStyle: 'round',
            borderColor: () => this.#palette.line,
            backgroundColor: ({ chart }) => fadingFill(chart, this.#palette.line),
            // Marked by a plugin: options of each point are the dearest part of an update.
            pointRadius: 0,
            clip: { left: 0, top: HALF_LINE, right: 0, bottom: HALF_LINE },
          },
        ],
      },
      options: {
        animation: false,
        parsing: false,
        normalized: true,
        responsive: true,
        maintainAspectRatio: false,
        events: [],
        layout: { padding: { top: ROOM, right: ROOM } },
        scales: { x: this.#timeScale(), y: this.#valueScale() },
      },
      plugins: [this.#ownParts()],
    };
  }

  #timeScale(): NonNullable<NonNullable<ChartConfiguration<'line'>['options']>['scales']>[string] {
    return {
      type: 'linear',
      bounds: 'data',
      grid: { display: false },
      // The value axis draws a grid line there.
      border: { display: false },
      ticks: { display: false },
      afterDataLimits: (scale) => {
        if (this.#line !== null) setTimes(scale, this.#line);
      },
      afterBuildTicks: (scale) => {
        scale.ticks = [];
      },
      afterFit: (scale) => {
        Object.assign(scale, {
          height: this.#line?.isBare === true ? 0 : TIME_AXIS_HEIGHT * this.#typeScale,
          paddingLeft: 0,
          paddingRight: 0,
        });
      },
    };
  }

  #valueScale(): NonNullable<NonNullable<ChartConfiguration<'line'>['options']>['scales']>[string] {
    return {
      type: 'linear',
      bounds: 'data',
      grid: { color: () => this.#palette.grid, drawTicks: false },
      border: { display: false },
      ticks: {
        padding: 8,
        autoSkip: false,
        color: () => this.#palette.label,
        font: () => ({ family: this.#palette.fontFamily, size: this.#palette.fontSize }),
        callback: (value) => formatTick(Number(value), this.#line?.unit ?? '', this.#line?.locale),
      },
      afterDataLimits: (scale) => {
        const { min, max } = this.#line?.axis ?? { min: 0, max: 1 };
        Object.assign(scale, { min, max });
      },
      afterBuildTicks: (scale) => {
        scale.ticks = (this.#line?.axis.ticks ?? []).map((value) => ({ value }));
      },
      afterFit: (scale) => {
        scale.width = this.#line?.isBare === true ? 0 : this.#valueAxisWidth;
      },
    };
  }

  #ownParts(): Plugin<'line'> {
    return {
      id: 'ownParts',
      // Every update, also one because of another size, takes what is shown now.
      beforeUpdate: ({ data: { datasets } }) => {
        if (this.#line === null || datasets[0] === undefined) return;
        const { points, breakMs } = this.#reduced(this.#line);
        Object.assign(datasets[0], {
          data: [...points],
          spanGaps: Number.isFinite(breakMs) ? breakMs : false,
        });
      },
      beforeDatasetsDraw: ({ canvas }) => {
        // Chart.js already draws while it is constructed.
        if (this.#line === null) return;
        this.#axes.width = canvas.width;
        this.#axes.height = canvas.height;
        const ctx = this.#axes.getContext('2d');
        if (ctx !== null) copyCanvas(canvas, ctx);
        this.#prepareText();
        this.#drawBelow(this.#line);
      },
      afterDatasetsDraw: () => {
        if (this.#line !== null) this.#drawAbove(this.#line);
      },
    };
  }

  /** Of all that is written but Chart.js's labels. To set a font costs a layout of the page, and it stays until an update. */
  #prepareText(): void {
    const { ctx } = this.#chart;
    ctx.font = `${this.#palette.fontSize}px ${this.#palette.fontFamily}`;
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
  }

  #drawBelow(line: RollingLine): void {
    this.#drawTimes(line);
    this.#shadeGaps(line);
    this.#drawSelectedTime(line);
  }

  /** Not by Chart.js, since they move with each sample. */
  #drawTimes({ fromMs, toMs, isBare, locale }: RollingLine): void {
    const { ctx, scales, width } = this.#chart;
    const { x } = scales;
    if (x === undefined || isBare) return;
    const plotWidth = Math.max(1, width - this.#valueAxisWidth);
    const labelWidth = TIME_LABEL_WIDTH * this.#typeScale;
    // A label that would leave the canvas is left out; fitting it in would move the plot at every sample.
    const insetMs = ((toMs - fromMs) * (labelWidth / 2 - HEAD_RADIUS)) / plotWidth;
    const most = Math.min(MOST_TIME_LABELS, Math.max(1, Math.floor(plotWidth / labelWidth)));
    ctx.fillStyle = this.#palette.label;
    for (const time of timeTicks(fromMs, toMs - insetMs, most)) {
      ctx.fillText(
        formatTime(time, locale),
        x.getPixelForValue(time),
        x.top + TIME_LABEL_TOP * this.#typeScale,
      );
    }
  }

  /** The line's end is marked, where it is shown, and the point that the reader looks at; so is one that has no neighbour. */
  #drawAbove({ points, fromMs, toMs, selectedMs }: RollingLine): void {
    const { ctx } = this.#chart;
    const newest = points.at(-1);
    ctx.fillStyle = this.#palette.line;
    for (const [index, point] of points.entries()) {
      if (Number.isNaN(point.y) || point.x < fromMs || point.x > toMs) continue;
      const isHead = point === newest || point.x === selectedMs;
      if (!isHead && this.#isJoined(index)) continue;
      const place = this.placeOf(point.x, point.y);
      if (place === null || place.y === null) continue;
      ctx.beginPath();
      ctx.arc(place.x, place.y, isHead ? HEAD_RADIUS : LONE_POINT_RADIUS, 0, 2 * Math.PI);
      ctx.fill();
    }
  }

  #isJoined(index: number): boolean {
    const { points, intervalMs } = this.#line ?? { points: [], intervalMs: 0 };
    const isNear = (left: Point | undefined, right: Point | undefined): boolean =>
      left !== undefined &&
      right !== undefined &&
      !Number.isNaN(left.y + right.y) &&
      right.x - left.x <= GAP_AFTER_INTERVALS * intervalMs;
    return isNear(points[index - 1], points[index]) || isNear(points[index], points[index + 1]);
  }

  /** An upright line at the moment that the reader looks at. */
  #drawSelectedTime({ selectedMs }: RollingLine): void {
    const { ctx } = this.#chart;
    const place = selectedMs === null ? null : this.placeOf(selectedMs, null);
    if (place === null) return;
    ctx.fillStyle = this.#palette.label;
    ctx.fillRect(place.x - MOMENT_WIDTH / 2, place.top, MOMENT_WIDTH, place.bottom - place.top);
  }

  /** A hole is shown as one: hatched, so that it reads as "not known" and not as zero; with its cause where that fits. */
  #shadeGaps({ gaps }: RollingLine): void {
    const { ctx, chartArea, scales } = this.#chart;
    const { top, bottom, left, right } = chartArea;
    for (const { fromMs, toMs, label } of gaps) {
      const from = Math.max(left, scales['x']?.getPixelForValue(fromMs) ?? left);
      const to = Math.min(right, scales['x']?.getPixelForValue(toMs) ?? left);
      if (to <= from) continue;
      hatch(ctx, from, top, to - from, bottom - top, this.#palette.grid);
      if (ctx.measureText(label).width >= to - from - this.#palette.fontSize) continue;
      ctx.fillStyle = this.#palette.label;
      // Between two grid lines.
      ctx.fillText(label, (from + to) / 2, top + (bottom - top) / 4);
    }
  }
}

Chart.register(LineController, FilledLine, PlacedPoint, LinearScale);

/** Nothing differs but what goes on with time: neither the axes nor their labels change. */
function hasSameFrame(one: RollingLine, other: RollingLine): boolean {
  return (
    one.isBare === other.isBare &&
    one.unit === other.unit &&
    one.locale === other.locale &&
    one.axis.min === other.axis.min &&
    one.axis.max === other.axis.max &&
    one.axis.ticks.join(' ') === other.axis.ticks.join(' ')
  );
}

function setTimes(scale: Scale, { fromMs, toMs }: RollingLine): void {
  scale.min = fromMs;
  scale.max = toMs;
}

/** Pixel by pixel. */
function copyCanvas(source: HTMLCanvasElement, target: CanvasRenderingContext2D): void {
  if (source.width === 0 || source.height === 0) return;
  target.save();
  target.resetTransform();
  target.drawImage(source, 0, 0);
  target.restore();
}

function hatch(
  ctx: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  color: string,
): void {
  const SPACING = 8;
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, width, height);
  ctx.clip();
  ctx.beginPath();
  for (let offset = -height; offset < width; offset += SPACING) {
    ctx.moveTo(x + offset, y + height);
    ctx.lineTo(x + offset + height, y);
  }
  ctx.strokeStyle = color;
  ctx.lineWidth = 1;
  ctx.stroke();
  ctx.restore();
}

/** The line's colour, fading to nothing at the bottom of the plot. */
function fadingFill({ ctx, chartArea }: Chart, color: string): CanvasGradient | string {
  // Undefined until the first layout, whatever the types say.
  if ((chartArea as Chart['chartArea'] | undefined) === undefined) return 'transparent';
  ctx.save();
  ctx.fillStyle = color;
  const hex = ctx.fillStyle;
  ctx.restore();
  if (!/^#[\da-f]{6}$/.test(hex)) return 'transparent';
  const gradient = ctx.createLinearGradient(0, chartArea.top, 0, chartArea.bottom);
  gradient.addColorStop(0, `${hex}48`);
  gradient.addColorStop(1, `${hex}05`);
  return gradient;
}
