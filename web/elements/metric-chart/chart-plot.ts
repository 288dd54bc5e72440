import type { LitElement, ReactiveController } from 'lit';
import { GAP_AFTER_INTERVALS } from '../../charts/gaps.ts';
import type { RollingLineChart } from '../../charts/rolling-line-chart.ts';
import { windowOf } from '../../browser/documents.ts';
import { PartController } from '../part-controller.ts';
import { placeCrosshair } from './crosshair-marks.ts';
import type { CrosshairPosition } from './crosshair.ts';
import { drawing } from './drawing.ts';
import { valueOf, type ShownLine } from './shown-line.ts';

export interface PlottedChart {
  readonly unit: string;
  /** Ends of the value axis where they are fixed. */
  readonly min?: number;
  readonly max?: number;
  readonly intervalMs: number;
  readonly sparkline: boolean;
}

/** Draws the line of its host on the host's canvas, once what draws is loaded. */
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

  draw(line: ShownLine, chart: PlottedChart, locale: string, selectedMs: number | null): void {
    const { canvas } = this;
    const { module } = this.#drawing;
    const { isConnected, ownerDocument } = this.#host;
    if (module === null || canvas === null || !isConnected || ownerDocument.defaultView === null) return;
    this.#chart ??= new module.RollingLineChart(canvas, module.labelFormat);
    const { unit, min, max, intervalMs, sparkline: isBare } = chart;
    const gapMs = GAP_AFTER_INTERVALS * intervalMs;
    const axis = module.valueAxis(unit, line.inside.map(valueOf), min, max);
    this.#chart.draw({ ...line, axis, gapMs, unit, locale, selectedMs, isBare });
  }

  /** Moves the marks of the crosshair, `null`: away. @param value of the series at the crosshair's time */
  placeCrosshair(position: CrosshairPosition | null, value: number | null): void {
    placeCrosshair(this.#host.renderRoot, position === null ? null : this.#chart, position, value);
  }

  /** The time drawn at `offsetX` CSS pixels from the canvas's left edge, `null` before the first drawing. */
  timeAt(offsetX: number): number | null {
    return this.#chart?.timeAt(offsetX) ?? null;
  }

  readonly recolour = (): void => this.#chart?.recolour();

  /** Takes on size and colours at once, as printing needs them. */
  settle(): void {
    // Colours that changed while their style was not computed.
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
