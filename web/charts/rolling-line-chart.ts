import {
  Chart,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  type ChartConfiguration,
  type Plugin,
} from 'chart.js';
import { formatTick, formatTime } from '../format.ts';
import { timeTicks, type ValueAxis } from './axes.ts';
import { GAP_AFTER_INTERVALS, type LabelledGap, type Point } from './gaps.ts';
import { readPalette, type Palette } from './palette.ts';

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
  /** `x` of the point that the reader looks at, if any. */
  readonly momentMs: number | null;
}

/** Wide enough for `512 MiB/s`; the same for every chart, so that the plots of a column stand in line. */
export const VALUE_AXIS_WIDTH = 66;
/** Of `00:00:00` with air around it. */
const TIME_LABEL_WIDTH = 66;
const MOST_TIME_LABELS = 6;
const LABEL_SIZE = 11;
const HEAD_RADIUS = 3.5;
const LONE_POINT_RADIUS = 2;
const MOMENT_WIDTH = 1.5;

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
      dataset.data = [...line.points];
      dataset.spanGaps = line.intervalMs * GAP_AFTER_INTERVALS;
    }
    Object.assign(this.#chart.options.scales?.['x'] ?? {}, { min: line.fromMs, max: line.toMs });
    Object.assign(this.#chart.options.scales?.['y'] ?? {}, { min: line.axis.min, max: line.axis.max });
    this.#chart.update('none');
  }

  /** The time drawn at `offsetX` CSS pixels from the canvas's left edge, `null` before the first drawing. */
  timeAt(offsetX: number): number | null {
    return this.#line === null ? null : (this.#chart.scales['x']?.getValueForPixel(offsetX) ?? null);
  }

  destroy(): void {
    this.#chart.destroy();
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
            fill: 'start',
            pointRadius: ({ dataIndex }) => this.#pointRadius(dataIndex),
            pointBorderWidth: 0,
            pointBackgroundColor: () => this.#palette.line,
            // The newest point sits on the plot's edge and must not be halved.
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
      plugins: [this.#gapShading(), this.#momentLine()],
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
        font: () => ({ family: this.#palette.fontFamily, size: LABEL_SIZE }),
        callback: (value) => formatTime(Number(value), this.#line?.locale),
      },
      afterBuildTicks: (scale) => {
        const width = Math.max(1, scale.chart.width - VALUE_AXIS_WIDTH);
        // A label that would leave the canvas is left out; fitting it in would move the plot at every sample.
        const insetMs = ((scale.max - scale.min) * (TIME_LABEL_WIDTH / 2 - HEAD_RADIUS)) / width;
        const most = Math.min(MOST_TIME_LABELS, Math.max(1, Math.floor(width / TIME_LABEL_WIDTH)));
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
        font: () => ({ family: this.#palette.fontFamily, size: LABEL_SIZE }),
        callback: (value) => formatTick(Number(value), this.#line?.unit ?? '', this.#line?.locale),
      },
      afterBuildTicks: (scale) => {
        scale.ticks = (this.#line?.axis.ticks ?? []).map((value) => ({ value }));
      },
      afterFit: (scale) => {
        scale.width = VALUE_AXIS_WIDTH;
      },
    };
  }

  /** The newest point is marked, and the one that the reader looks at; so is one that has no neighbour to draw a line to. */
  #pointRadius(index: number): number {
    const { points, intervalMs, momentMs } = this.#line ?? { points: [], intervalMs: 0, momentMs: null };
    if (index === points.length - 1 || points[index]?.x === momentMs) return HEAD_RADIUS;
    const isNear = (left: Point | undefined, right: Point | undefined): boolean =>
      left !== undefined &&
      right !== undefined &&
      !Number.isNaN(left.y + right.y) &&
      right.x - left.x <= GAP_AFTER_INTERVALS * intervalMs;
    const isJoined = isNear(points[index - 1], points[index]) || isNear(points[index], points[index + 1]);
    return isJoined ? 0 : LONE_POINT_RADIUS;
  }

  /** The cause, where it fits; the chart's text alternative has it in any case. */
  #labelGap(ctx: CanvasRenderingContext2D, label: string, x: number, y: number, space: number): void {
    ctx.save();
    ctx.font = `${LABEL_SIZE}px ${this.#palette.fontFamily}`;
    if (ctx.measureText(label).width < space - LABEL_SIZE) {
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

Chart.register(LineController, LineElement, PointElement, LinearScale, Filler);

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
