import type { LitElement, ReactiveController } from 'lit';
import { windowOf } from '../../browser/documents.ts';
import { GAP_AFTER_INTERVALS } from '../../charts/gaps.ts';
import type { Overlay } from '../../charts/overlay.ts';
import type { RollingLineChart } from '../../charts/rolling-line-chart.ts';
import type { Arrangement, ChartThreshold } from '../../charts/series.ts';
import { PartController } from '../part-controller.ts';
import type { ChartSeries } from './chart-series.ts';
import { placeCrosshair } from './crosshair-marks.ts';
import type { CrosshairPosition } from './crosshair.ts';
import { drawing } from './drawing.ts';
import type { ShownLine } from './shown-line.ts';

export interface PlottedChart {
  readonly unit: string;
  /** Ends of the value axis where they are fixed. */
  readonly min?: number;
  readonly max?: number;
  readonly intervalMs: number;
  readonly spread: number;
  readonly arrangement: Arrangement;
}

/** What is drawn of a line. */
export interface PlottedLine {
  /** Those of the line's series that are drawn: its first ones. */
  readonly series: readonly ChartSeries[];
  readonly thresholds: readonly ChartThreshold[];
  readonly overlay: Overlay | null;
  /** The series that is looked at alone. */
  readonly isolated: number | null;
  /** The series whose highs are those of the stack; `null` if there is none. */
  readonly total: number | null;
  readonly selectedMs: number | null;
  /** Without axes and band. */
  readonly isBare: boolean;
}

/** Draws the line of its host on the host's canvas, once the drawing code is loaded. */
export class ChartPlot implements ReactiveController {
  readonly #host: LitElement;
  readonly #drawing: PartController<NonNullable<typeof drawing.module>>;
  #chart: RollingLineChart | null = null;
  #unobserve: () => void = () => {};

  constructor(host: LitElement) {
    this.#host = host;
    this.#drawing = new PartController(host, drawing);
    this.#drawing.want();
    host.addController(this);
  }

  /** `null` before the first rendering. */
  get canvas(): HTMLCanvasElement | null {
    return this.#host.shadowRoot?.querySelector('canvas') ?? null;
  }

  get isDrawn(): boolean {
    return this.#chart !== null;
  }

  get hasFailed(): boolean {
    return this.#drawing.hasFailed;
  }

  draw(line: ShownLine, chart: PlottedChart, plotted: PlottedLine, locale: string): void {
    const { canvas } = this;
    const { module } = this.#drawing;
    const { isConnected, ownerDocument } = this.#host;
    if (module === null || canvas === null || !isConnected || ownerDocument.defaultView === null) return;
    this.#chart ??= new module.RollingLineChart(canvas, module.labelFormat);
    const { unit, min, max, intervalMs, spread, arrangement } = chart;
    const { series, thresholds, overlay, isolated, total, selectedMs, isBare } = plotted;
    const { fromMs, toMs, gaps } = line;
    const hasBand = !isBare && spread > 0;
    const drawn = {
      series: series.map(({ hue, shade, isBelow = false }, index) => ({
        points: line.series[index] ?? [],
        hue,
        shade,
        isBelow,
      })),
      arrangement,
      isolated,
      thresholds,
      peaks: hasBand && total !== null ? (line.series[total] ?? null) : null,
      fromMs,
      toMs,
      gapMs: GAP_AFTER_INTERVALS * intervalMs,
      gaps,
      hasBand,
      overlay,
    };
    const axis = module.axisOf(drawn, unit, min, max);
    this.#chart.draw({ ...drawn, axis, unit, locale, selectedMs, isBare });
  }

  /** Moves the crosshair marks; `null` hides them. @param isolated the series that is looked at alone */
  placeCrosshair(position: CrosshairPosition | null, isolated: number | null): void {
    placeCrosshair(this.#host.renderRoot, position === null ? null : this.#chart, position, isolated);
  }

  /** The time drawn at `offsetX` CSS pixels from the canvas's left edge, `null` before the first drawing. */
  timeAt(offsetX: number): number | null {
    return this.#chart?.timeAt(offsetX) ?? null;
  }

  readonly recolour = (): void => this.#chart?.recolour();

  /** Applies size and colours at once, for printing. */
  settle(): void {
    // Colours may have changed while their style was not computed.
    for (const transition of this.canvas?.getAnimations() ?? []) transition.finish();
    this.recolour();
    this.#chart?.resize();
  }

  hostConnected(): void {
    const own = windowOf(this.#host);
    // Chart.js observes sizes with the window of its script, which does nothing while that is hidden.
    if (own === window) return;
    const observer = new own.ResizeObserver(() => this.#chart?.resize());
    observer.observe(this.#host);
    // A closing window does not disconnect its elements, and nothing can be measured in it.
    const closed = (): void => this.#destroy();
    own.addEventListener('pagehide', closed);
    this.#unobserve = () => {
      observer.disconnect();
      own.removeEventListener('pagehide', closed);
    };
  }

  hostDisconnected(): void {
    this.#unobserve();
    this.#destroy();
  }

  #destroy(): void {
    this.#chart?.destroy();
    this.#chart = null;
  }
}
