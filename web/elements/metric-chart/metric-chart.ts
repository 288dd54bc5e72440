import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, query } from 'lit/decorators.js';
import type { SampleGap } from '../../../shared/client/client-subscription.ts';
import type { TimeWindow } from '../../../shared/time-window.ts';
import { valueAxis } from '../../charts/axes.ts';
import { findGaps, type LabelledGap, type Point } from '../../charts/gaps.ts';
import { RollingLineChart } from '../../charts/rolling-line-chart.ts';
import { formatTime, formatValue } from '../../format.ts';
import { gapReason } from '../../gap-reasons.ts';
import { element } from '../define.ts';
import { tokens } from '../tokens.styles.ts';
import { VisibilityController } from '../visibility-controller.ts';
import { styles } from './metric-chart.styles.ts';

/**
 * One rolling line chart with its title, current value and unit.
 * Draws when it is updated and on the screen; whoever feeds it updates it at most once per animation frame.
 *
 * @cssprop --mp-line - Colour of the line
 * @cssprop --mp-plot-height - Height of the plot, 10rem
 * @csspart figure - The card
 */
@element('metric-chart')
export class MetricChart extends LitElement {
  static override styles = [tokens, styles];

  /** The title. */
  @property() label = '';
  /** `percent`, `bytes`, or any other unit as written. */
  @property() unit = '';
  /** Ends of the value axis where they are fixed. */
  @property({ type: Number }) min?: number;
  @property({ type: Number }) max?: number;
  /** How many intervals the time axis spans. */
  @property({ type: Number }) points = 20;
  /** Milliseconds between samples; what is further apart has a hole between. */
  @property({ type: Number }) intervalMs = 1000;
  /** The values no longer come; the newest is shown with its time, and never as the present one. */
  @property({ type: Boolean, reflect: true }) stale = false;
  /** Where the series is read from, and in which column. */
  @property({ attribute: false }) window: TimeWindow | null = null;
  @property({ attribute: false }) column = 0;
  /** What is known to be missing, and why. Other holes are drawn as not known. */
  @property({ attribute: false }) gaps: readonly SampleGap[] = [];
  /** A window changes in place: another number here says that it did. */
  @property({ attribute: false }) revision = 0;

  @query('canvas') private readonly canvas!: HTMLCanvasElement;

  readonly #visibility = new VisibilityController(this);
  #chart: RollingLineChart | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#chart?.destroy();
    this.#chart = null;
  }

  protected override render(): TemplateResult {
    const points = this.#points();
    const newest = points.at(-1);
    const { number, unit } = formatValue(valueOf(newest), this.unit);
    return html`
      <figure part="figure">
        <figcaption>
          <span class="label" title=${this.label}>${this.label}</span>
          <span class="reading">
            ${this.#asOf(newest)}
            <span class="value">${number}${unit === '' ? nothing : html`<span class="unit">${unit}</span>`}</span>
          </span>
        </figcaption>
        <div class="plot">
          <canvas role="img" aria-label=${this.#summary(points)} @transitionrun=${this.#draw}></canvas>
          ${newest === undefined ? html`<p class="empty">Waiting for the first sample</p>` : nothing}
        </div>
      </figure>
    `;
  }

  #asOf(newest: Point | undefined): TemplateResult | typeof nothing {
    if (!this.stale || newest === undefined) return nothing;
    return html`<span class="as-of">at ${formatTime(newest.x)}</span>`;
  }

  protected override updated(): void {
    if (this.#visibility.isVisible && this.isConnected) this.#draw();
  }

  readonly #draw = (): void => {
    const points = this.#points();
    const toMs = points.at(-1)?.x;
    if (toMs === undefined) return;
    const fromMs = this.#fromMs(toMs);
    this.#chart ??= new RollingLineChart(this.canvas);
    this.#chart.draw({
      points,
      toMs,
      fromMs,
      intervalMs: this.intervalMs,
      gaps: this.#gaps(points),
      unit: this.unit,
      axis: valueAxis(this.unit, points.filter(({ x }) => x >= fromMs).map(valueOf), this.min, this.max),
    });
  };

  #fromMs(toMs: number): number {
    return toMs - Math.max(1, this.points - 1) * this.intervalMs;
  }

  /** Everything held, what has left the chart's left edge included: the line comes from there. */
  #points(): Point[] {
    const { window, column } = this;
    return Array.from({ length: window?.length ?? 0 }, (_, row) => ({
      x: window?.timestampAt(row) ?? Number.NaN,
      y: window?.valueAt(column, row) ?? Number.NaN,
    }));
  }

  /** The holes of the series, each with its cause where one is known. */
  #gaps(points: readonly Point[]): LabelledGap[] {
    return findGaps(points, this.intervalMs).map((hole) => {
      const cause = this.gaps.find(({ fromMs, toMs }) => fromMs < hole.toMs && toMs > hole.fromMs);
      return { ...hole, label: cause === undefined ? 'No samples' : gapReason(cause.reason) };
    });
  }

  #summary(points: readonly Point[]): string {
    const newest = points.at(-1);
    if (newest === undefined) return `${this.label}: no samples yet`;
    const say = (value: number | null): string => {
      const { number, unit } = formatValue(value, this.unit);
      return value === null ? 'not known' : `${number} ${unit}`;
    };
    // A sample's time jitters by milliseconds: the oldest still counts when it stands on the edge.
    const fromMs = this.#fromMs(newest.x) - this.intervalMs / 2;
    const shown = points.filter(({ x }) => x >= fromMs).map(valueOf);
    const known = shown.filter((value) => value !== null);
    const now = `${this.label}: ${say(valueOf(newest))}${this.stale ? ', no longer live' : ''}`;
    if (known.length === 0) return `${now} in ${shown.length} samples`;
    const range = `Lowest ${say(Math.min(...known))}, highest ${say(Math.max(...known))} in ${shown.length} samples`;
    const missing = this.#gaps(points).filter(({ toMs }) => toMs > fromMs);
    const causes = [...new Set(missing.map(({ label }) => label))];
    return `${now}. ${range}${causes.length === 0 ? '' : `. Missing in between: ${causes.join(', ')}`}`;
  }
}

function valueOf(point: Point | undefined): number | null {
  return point === undefined || Number.isNaN(point.y) ? null : point.y;
}

declare global {
  interface HTMLElementTagNameMap {
    'metric-chart': MetricChart;
  }
}
