import {
  Chart,
  LinearScale,
  LineController,
  type ChartConfiguration,
  type Plugin,
  type Scale,
} from 'chart.js';
import type { Point } from './gaps.ts';
import { FilledLine, PlacedPoint, type LinePoint } from './line-element.ts';
import { HEAD_RADIUS, Marks, VALUE_AXIS_WIDTH, type Place } from './marks.ts';
import { fadingFill, readPalette, typeScaleOf, type Palette } from './palette.ts';
import { reducePoints } from './reduce.ts';
import { hasSameAxis, type LabelFormat, type RollingLine } from './rolling-line.ts';

const TIME_AXIS_HEIGHT = 27.2;
/** Around the plot, for marks on its edges. */
const MARGIN = HEAD_RADIUS + 1;
const LINE_WIDTH = 2;
/** How far a line on the edge of the plot reaches beyond it. */
const HALF_LINE = LINE_WIDTH / 2;
/** One lowest and one highest point for each stretch of this width, CSS pixels: the width of the line. */
const STEP_WIDTH = 2;

Chart.register(LineController, FilledLine, PlacedPoint, LinearScale);

/**
 * A line chart on a canvas that draws immediately: no clock, no animation. Set up as Chart.js's performance guide says: no
 * parsing, normalized data, fixed scales. While only time goes on, it places the points itself, where an update would, and copies the
 * value axis from an image: the layout and the axes of an update cost several times as much as the line.
 */
export class RollingLineChart {
  readonly #canvas: HTMLCanvasElement;
  readonly #format: LabelFormat;
  readonly #chart: Chart<'line', Point[]>;
  readonly #marks: Marks;
  /** The value axis with its grid and labels, as of the last update. */
  readonly #axisImage = document.createElement('canvas');
  #line: RollingLine | null = null;
  /** What is drawn of its points, and the distance above which two of them are not joined. */
  #reduced: { readonly points: readonly Point[]; readonly gapMs: number } = { points: [], gapMs: 0 };
  #palette: Palette;

  constructor(canvas: HTMLCanvasElement, format: LabelFormat) {
    this.#canvas = canvas;
    this.#format = format;
    this.#palette = readPalette(canvas);
    this.#chart = new Chart(canvas, this.#configuration());
    this.#marks = new Marks(this.#chart, format);
  }

  /** Shows `line` in the colours that were read last. */
  draw(line: RollingLine): void {
    const before = this.#line;
    this.#line = line;
    if (before !== null && hasSameAxis(before, line)) {
      this.#drawOn(line);
    } else {
      this.#update(line);
    }
  }

  /** Adapts to the size of the canvas's parent now, instead of a little later. */
  resize(): void {
    this.#chart.resize();
  }

  /** Reads the colours again, which costs a layout of the page if anything in it has changed. */
  recolour(): void {
    const palette = readPalette(this.#canvas);
    if (JSON.stringify(palette) === JSON.stringify(this.#palette)) return;
    this.#palette = palette;
    if (this.#line !== null) this.#update(this.#line);
  }

  /** The time at `offsetX` CSS pixels from the canvas's left edge, `null` before the first drawing. */
  timeAt(offsetX: number): number | null {
    return this.#line === null ? null : (this.#chart.scales['x']?.getValueForPixel(offsetX) ?? null);
  }

  /** Where each series is at a time of a sample; `null` off the plot and before the first drawing. */
  placeOf(timestampMs: number): Place | null {
    const value = this.#line?.series[0]?.points.find(({ x }) => x === timestampMs)?.y;
    return this.#line === null
      ? null
      : this.#marks.placeOf(timestampMs, value === undefined || Number.isNaN(value) ? null : value);
  }

  destroy(): void {
    this.#chart.destroy();
  }

  #update(line: RollingLine): void {
    const { x, y } = this.#chart.options.scales ?? {};
    const display = !line.isBare;
    Object.assign(x ?? {}, { display });
    // With both limits given, Chart.js does not look for them in the data.
    Object.assign(y ?? {}, { display, min: line.axis.min, max: line.axis.max });
    this.#chart.update('none');
  }

  /** Draws exactly what an update would, if the axis is the same. */
  #drawOn(line: RollingLine): void {
    const { ctx, chartArea, scales, width, height } = this.#chart;
    const { x, y } = scales;
    const element = this.#chart.getDatasetMeta(0).dataset;
    if (x === undefined || y === undefined || !(element instanceof FilledLine)) return;
    setTimes(x, line);
    x.configure();
    this.#reduce(line);
    const { points, gapMs } = this.#reduced;
    element.points = points.map((point, index): LinePoint => ({
      x: x.getPixelForValue(point.x),
      y: y.getPixelForValue(point.y),
      skip: Number.isNaN(point.y),
      stop: point.x - (points[index - 1]?.x ?? point.x) > gapMs,
    }));
    this.#chart.clear();
    if (width <= 0 || height <= 0) return;
    copyPixels(this.#axisImage, ctx);
    this.#marks.drawBelow(line, points, gapMs, this.#palette);
    const { left, top, right, bottom } = chartArea;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top - HALF_LINE, right - left, bottom - top + LINE_WIDTH);
    ctx.clip();
    element.draw(ctx, chartArea);
    ctx.restore();
    this.#marks.drawAbove(line, this.#palette);
  }

  #reduce({ series, fromMs, toMs, gapMs }: RollingLine): void {
    const points = series[0]?.points ?? [];
    const plotWidth = Math.max(1, this.#chart.width - this.#valueAxisWidth);
    const reduced = reducePoints(points, ((toMs - fromMs) * STEP_WIDTH) / plotWidth, gapMs);
    // A reduced line has an unknown point in each of its gaps.
    this.#reduced = { points: reduced, gapMs: reduced === points ? gapMs : Number.POSITIVE_INFINITY };
  }

  get #valueAxisWidth(): number {
    return VALUE_AXIS_WIDTH * typeScaleOf(this.#palette);
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
            backgroundColor: ({ chart }) =>
              this.#line?.hasBand === true ? 'transparent' : fadingFill(chart, this.#palette.line),
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
        layout: { padding: { top: MARGIN, right: MARGIN } },
        scales: { x: this.#timeScale(), y: this.#valueScale() },
      },
      plugins: [this.#ownParts()],
    };
  }

  /** Without labels: they move with each sample, so `Marks` draws them. Its line would be the value axis's lowest grid line. */
  #timeScale(): ScaleOptions {
    return {
      type: 'linear',
      bounds: 'data',
      grid: { display: false },
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
          height: this.#line?.isBare === true ? 0 : TIME_AXIS_HEIGHT * typeScaleOf(this.#palette),
          paddingLeft: 0,
          paddingRight: 0,
        });
      },
    };
  }

  #valueScale(): ScaleOptions {
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
        callback: (value) => this.#format.value(Number(value), this.#line?.unit ?? '', this.#line?.locale),
      },
      min: 0,
      max: 1,
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
      // Every update, also one after a resize, shows the current line.
      beforeUpdate: ({ data: { datasets } }) => {
        if (this.#line === null || datasets[0] === undefined) return;
        this.#reduce(this.#line);
        const { points, gapMs } = this.#reduced;
        Object.assign(datasets[0], {
          // Frozen, or Chart.js wraps its methods to listen for changes.
          data: Object.freeze([...points]),
          spanGaps: Number.isFinite(gapMs) ? gapMs : false,
        });
      },
      beforeDatasetsDraw: ({ canvas }) => {
        // The constructor already draws.
        if (this.#line === null) return;
        this.#axisImage.width = canvas.width;
        this.#axisImage.height = canvas.height;
        const ctx = this.#axisImage.getContext('2d');
        if (ctx !== null) copyPixels(canvas, ctx);
        this.#marks.prepareText(this.#palette);
        const { points, gapMs } = this.#reduced;
        this.#marks.drawBelow(this.#line, points, gapMs, this.#palette);
      },
      afterDatasetsDraw: () => {
        if (this.#line !== null) this.#marks.drawAbove(this.#line, this.#palette);
      },
    };
  }
}

type ScaleOptions = NonNullable<NonNullable<ChartConfiguration<'line'>['options']>['scales']>[string];

function setTimes(scale: Scale, { fromMs, toMs }: RollingLine): void {
  scale.min = fromMs;
  scale.max = toMs;
}

/** Regardless of the transform. */
function copyPixels(source: HTMLCanvasElement, target: CanvasRenderingContext2D): void {
  if (source.width === 0 || source.height === 0) return;
  target.save();
  target.resetTransform();
  target.drawImage(source, 0, 0);
  target.restore();
}
