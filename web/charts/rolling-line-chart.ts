import { Chart, LinearScale, type ChartConfiguration, type Plugin, type Scale } from 'chart.js';
import { drawAbove, drawBelow } from './annotations.ts';
import { valuesAt } from './arranged.ts';
import { BARE_FRAME, drawGrid, drawTimes, FRAME, prepareText } from './frame.ts';
import type { Plot } from './overlay.ts';
import { readPalette, typeScaleOf, type Palette } from './palette.ts';
import type { LabelFormat, RollingLine } from './rolling-line.ts';
import { drawSeries } from './series-drawing.ts';
import { tracesOf } from './traces.ts';

/** A point in time on the canvas, in CSS pixels. */
export interface Place {
  readonly x: number;
  /** Of each series, in their order; `null` where its value is not known at that time. */
  readonly ys: readonly (number | null)[];
  /** Ends of the plot. */
  readonly top: number;
  readonly bottom: number;
}

/** One lowest and one highest point for each stretch of this width, CSS pixels: about the width of the line. */
const STEP_WIDTH = 2;

Chart.register(LinearScale);

/**
 * A chart of lines on a canvas that draws immediately: no clock, no animation. Chart.js has the canvas, its size and its scales; what is
 * on it is drawn here, by the same code in an update and between updates. While the size stays, nothing is updated: the layout and the
 * options of an update cost several times as much as the drawing.
 */
export class RollingLineChart {
  readonly #canvas: HTMLCanvasElement;
  readonly #format: LabelFormat;
  readonly #chart: Chart;
  #line: RollingLine | null = null;
  /** What the layout of the last update was for. */
  #laidOut: { readonly isBare: boolean; readonly typeScale: number } | null = null;
  #palette: Palette;

  constructor(canvas: HTMLCanvasElement, format: LabelFormat) {
    this.#canvas = canvas;
    this.#format = format;
    this.#palette = readPalette(canvas);
    this.#chart = new Chart(canvas, this.#configuration());
  }

  /** Shows `line` in the colours that were read last. */
  draw(line: RollingLine): void {
    this.#line = line;
    const typeScale = typeScaleOf(this.#palette);
    if (this.#laidOut?.isBare === line.isBare && this.#laidOut.typeScale === typeScale) {
      this.#paint();
      return;
    }
    this.#laidOut = { isBare: line.isBare, typeScale };
    const { top, bottom, right } = line.isBare ? BARE_FRAME : FRAME;
    const scale = line.isBare ? 1 : typeScale;
    this.#chart.options.layout = { padding: { top: top * scale, bottom: bottom * scale, right, left: 0 } };
    this.#chart.update('none');
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
    prepareText(this.#chart.ctx, palette);
    if (this.#line !== null) this.draw(this.#line);
  }

  /** The time at `offsetX` CSS pixels from the canvas's left edge, `null` before the first drawing. */
  timeAt(offsetX: number): number | null {
    return this.#line === null ? null : (this.#chart.scales['x']?.getValueForPixel(offsetX) ?? null);
  }

  /** Where each series is at the time of a sample; `null` off the plot and before the first drawing. */
  placeOf(timestampMs: number): Place | null {
    const line = this.#line;
    const plot = line === null ? null : this.#plotOf(line);
    if (line === null || plot === null) return null;
    const { left, right, top, bottom, xOf, yOf } = plot;
    const x = xOf(timestampMs);
    // A sample on the edge may be a fraction of a pixel beyond it.
    if (x < left - 1 || x > right + 1) return null;
    const ys = valuesAt(line, timestampMs).map((value) => (Number.isNaN(value) ? null : yOf(value)));
    return { x, ys, top, bottom };
  }

  destroy(): void {
    this.#chart.destroy();
  }

  #paint(): void {
    const { ctx, width, height, scales } = this.#chart;
    const line = this.#line;
    const { x, y } = scales;
    if (line === null || x === undefined || y === undefined || width <= 0 || height <= 0) return;
    setEnds(x, line.fromMs, line.toMs);
    setEnds(y, line.axis.min, line.axis.max);
    const plot = this.#plotOf(line);
    if (plot === null) return;
    ctx.clearRect(0, 0, width + 1, height + 1);
    const palette = this.#palette;
    if (!line.isBare) {
      drawGrid(line, plot, palette, this.#format);
      drawTimes(line, plot, palette, this.#format);
    }
    drawBelow(line, plot, palette);
    line.overlay?.drawBelow(plot);
    const stepMs = ((line.toMs - line.fromMs) * STEP_WIDTH) / Math.max(1, plot.right - plot.left);
    drawSeries(line, tracesOf(line, stepMs), plot, palette);
    drawAbove(line, plot, palette);
    line.overlay?.drawAbove(plot);
  }

  #plotOf({ axis: { min, max }, isBare }: RollingLine): Plot | null {
    const { ctx, chartArea, scales } = this.#chart;
    const { x, y } = scales;
    if (x === undefined || y === undefined) return null;
    const { left, right, top, bottom } = chartArea;
    const { label, trouble, warning, fontSize } = this.#palette;
    return {
      ctx,
      left,
      right,
      top,
      bottom,
      isBare,
      fontSize,
      min,
      max,
      xOf: (timestampMs) => x.getPixelForValue(timestampMs),
      yOf: (value) => y.getPixelForValue(value),
      colours: { label, trouble, warning },
    };
  }

  #configuration(): ChartConfiguration {
    return {
      type: 'line',
      data: { datasets: [] },
      options: {
        animation: false,
        responsive: true,
        maintainAspectRatio: false,
        events: [],
        scales: {
          x: { type: 'linear', axis: 'x', display: false },
          y: { type: 'linear', axis: 'y', display: false },
        },
      },
      plugins: [this.#drawing()],
    };
  }

  /** Every update, also one after a resize, shows the current line. */
  #drawing(): Plugin {
    return {
      id: 'drawing',
      afterDraw: ({ ctx }) => {
        // The constructor already draws. A canvas that has another size has lost its font.
        if (this.#line === null) return;
        prepareText(ctx, this.#palette);
        this.#paint();
      },
    };
  }
}

function setEnds(scale: Scale, min: number, max: number): void {
  if (scale.min === min && scale.max === max) return;
  scale.min = min;
  scale.max = max;
  scale.configure();
}
