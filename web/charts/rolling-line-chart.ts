import { Chart, LinearScale, LineController, type ChartConfiguration, type Plugin } from 'chart.js';
import { formatTick, formatTime } from '../format.ts';
import { timeTicks, type ValueAxis } from './axes.ts';
import { GAP_AFTER_INTERVALS, type LabelledGap, type Point } from './gaps.ts';
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
  readonly momentMs: number | null;
}

/** Wide enough for `512 MiB/s` in labels of the usual size; the same for every chart, so that the plots of a column stand in line. */
export const VALUE_AXIS_WIDTH = 66;
/** Of `00:00:00` with air around it. */
const TIME_LABEL_WIDTH = 66;
const MOST_TIME_LABELS = 6;
const LABEL_SIZE = 11;
const HEAD_RADIUS = 3.5;
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
 * animation. Tuned as Chart.js's performance guide says: no parsing, normalised input, fixed scales, only the parts used.
 */
export class RollingLineChart {
  readonly #canvas: HTMLCanvasElement;
  readonly #chart: Chart<'line', Point[]>;
  #line: RollingLine | null = null;
  #palette: Palette;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#palette = readPalette(canvas);
    this.#chart = new Chart(canvas, this.#configuration());
  }

  /** Shows `line`, in the colours that the canvas's style has now. */
  draw(line: RollingLine): void {
    this.#line = line;
    this.#palette = readPalette(this.#canvas);
    const [dataset] = this.#chart.data.datasets;
    if (dataset !== undefined) {
      const plotWidth = Math.max(1, this.#chart.width - this.#valueAxisWidth);
      const stepMs = ((line.toMs - line.fromMs) * STEP_WIDTH) / plotWidth;
      const gapMs = line.intervalMs * GAP_AFTER_INTERVALS;
      const drawn = reducePoints(line.points, stepMs, gapMs);
      dataset.data = [...drawn];
      // What was reduced has its breaks as points that are not known.
      dataset.spanGaps = drawn === line.points ? gapMs : false;
    }
    const display = !line.isBare;
    Object.assign(this.#chart.options.scales?.['x'] ?? {}, { display, min: line.fromMs, max: line.toMs });
    Object.assign(this.#chart.options.scales?.['y'] ?? {}, {
      display,
      min: line.axis.min,
      max: line.axis.max,
    });
    this.#chart.update('none');
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

  #configuration(): ChartConfiguration<'line', Point[]> {
    return {
      type: 'line',
      data: {
        datasets: [
          {
            data: [],
            borderWidth: 2,
            borderJoinStyle: 'round',
            borderColor: () => this.#palette.line,
            backgroundColor: ({ chart }) => fadingFill(chart, this.#palette.line),
            // Marked by a plugin: options of each point are the dearest part of an update.
            pointRadius: 0,
            // The line's ends must not be halved at the plot's edges.
            clip: { left: 0, top: HEAD_RADIUS + 1, right: HEAD_RADIUS + 1, bottom: HEAD_RADIUS + 1 },
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
        layout: { padding: { top: HEAD_RADIUS + 1, right: HEAD_RADIUS + 1 } },
        scales: { x: this.#timeScale(), y: this.#valueScale() },
      },
      plugins: [this.#gapShading(), this.#momentLine(), this.#marks()],
    };
  }

  #timeScale(): NonNullable<NonNullable<ChartConfiguration<'line'>['options']>['scales']>[string] {
    return {
      type: 'linear',
      grid: { display: false },
      // The value axis draws a grid line there.
      border: { display: false },
      ticks: {
        autoSkip: false,
        maxRotation: 0,
        color: () => this.#palette.label,
        font: () => ({ family: this.#palette.fontFamily, size: this.#palette.fontSize }),
        callback: (value) => formatTime(Number(value), this.#line?.locale),
      },
      afterBuildTicks: (scale) => {
        const width = Math.max(1, scale.chart.width - this.#valueAxisWidth);
        // A label that would leave the canvas is left out; fitting it in would move the plot at every sample.
        const labelWidth = TIME_LABEL_WIDTH * this.#typeScale;
        const insetMs = ((scale.max - scale.min) * (labelWidth / 2 - HEAD_RADIUS)) / width;
        const most = Math.min(MOST_TIME_LABELS, Math.max(1, Math.floor(width / labelWidth)));
        scale.ticks = timeTicks(scale.min, scale.max - insetMs, most).map((value) => ({ value }));
      },
      afterFit: (scale) => {
        Object.assign(scale, { paddingLeft: 0, paddingRight: 0 });
      },
    };
  }

  #valueScale(): NonNullable<NonNullable<ChartConfiguration<'line'>['options']>['scales']>[string] {
    return {
      type: 'linear',
      grid: { color: () => this.#palette.grid, drawTicks: false },
      border: { display: false },
      ticks: {
        padding: 8,
        autoSkip: false,
        color: () => this.#palette.label,
        font: () => ({ family: this.#palette.fontFamily, size: this.#palette.fontSize }),
        callback: (value) => formatTick(Number(value), this.#line?.unit ?? '', this.#line?.locale),
      },
      afterBuildTicks: (scale) => {
        scale.ticks = (this.#line?.axis.ticks ?? []).map((value) => ({ value }));
      },
      afterFit: (scale) => {
        scale.width = this.#line?.isBare === true ? 0 : this.#valueAxisWidth;
      },
    };
  }

  /** The newest point is marked, and the one that the reader looks at; so is one that has no neighbour to draw a line to. */
  #marks(): Plugin<'line'> {
    return {
      id: 'marks',
      afterDatasetsDraw: ({ ctx }) => {
        if (this.#line === null) return;
        const { points, fromMs, toMs, momentMs } = this.#line;
        const newest = points.findLast(({ x }) => x <= toMs);
        ctx.fillStyle = this.#palette.line;
        for (const [index, point] of points.entries()) {
          if (Number.isNaN(point.y) || point.x < fromMs || point.x > toMs) continue;
          const isHead = point === newest || point.x === momentMs;
          if (!isHead && this.#isJoined(index)) continue;
          const place = this.placeOf(point.x, point.y);
          if (place === null || place.y === null) continue;
          ctx.beginPath();
          ctx.arc(place.x, place.y, isHead ? HEAD_RADIUS : LONE_POINT_RADIUS, 0, 2 * Math.PI);
          ctx.fill();
        }
      },
    };
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

  /** The cause, where it fits; the chart's text alternative has it in any case. */
  #labelGap(ctx: CanvasRenderingContext2D, label: string, x: number, y: number, space: number): void {
    ctx.save();
    ctx.font = `${this.#palette.fontSize}px ${this.#palette.fontFamily}`;
    if (ctx.measureText(label).width < space - this.#palette.fontSize) {
      ctx.fillStyle = this.#palette.label;
      ctx.textAlign = 'center';
      ctx.textBaseline = 'middle';
      ctx.fillText(label, x, y);
    }
    ctx.restore();
  }

  /** An upright line at the moment that the reader looks at. */
  #momentLine(): Plugin<'line'> {
    return {
      id: 'momentLine',
      beforeDatasetsDraw: ({ ctx, chartArea: { top, bottom, left, right }, scales }) => {
        const { momentMs } = this.#line ?? { momentMs: null };
        if (momentMs === null || scales['x'] === undefined) return;
        const x = scales['x'].getPixelForValue(momentMs);
        if (x < left || x > right) return;
        ctx.fillStyle = this.#palette.label;
        ctx.fillRect(x - MOMENT_WIDTH / 2, top, MOMENT_WIDTH, bottom - top);
      },
    };
  }

  /** A hole is shown as one: hatched, so that it reads as "not known" and not as zero. */
  #gapShading(): Plugin<'line'> {
    return {
      id: 'gapShading',
      beforeDatasetsDraw: ({ ctx, chartArea: { top, bottom, left, right }, scales }) => {
        if (this.#line === null || scales['x'] === undefined) return;
        for (const { fromMs, toMs, label } of this.#line.gaps) {
          const from = Math.max(left, scales['x'].getPixelForValue(fromMs));
          const to = Math.min(right, scales['x'].getPixelForValue(toMs));
          if (to <= from) continue;
          hatch(ctx, from, top, to - from, bottom - top, this.#palette.grid);
          // Between two grid lines.
          this.#labelGap(ctx, label, (from + to) / 2, top + (bottom - top) / 4, to - from);
        }
      },
    };
  }
}

Chart.register(LineController, FilledLine, PlacedPoint, LinearScale);

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
