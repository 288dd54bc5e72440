import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, query } from 'lit/decorators.js';
import { ifDefined } from 'lit/directives/if-defined.js';
import type { SampleGap } from '../../../shared/client/client-subscription.ts';
import type { TimeWindow } from '../../../shared/time-window.ts';
import { valueAxis } from '../../charts/axes.ts';
import type { LabelledGap, Point } from '../../charts/gaps.ts';
import { nearestSample } from '../../charts/moments.ts';
import { RollingLineChart } from '../../charts/rolling-line-chart.ts';
import { formatTime, formatValue } from '../../format.ts';
import type { Language } from '../../locales/languages.ts';
import { element } from '../define.ts';
import { LanguageController } from '../language-controller.ts';
import { tokens } from '../tokens.styles.ts';
import { VisibilityController } from '../visibility-controller.ts';
import { labelGaps, pointsOf, valueOf } from './chart-points.ts';
import { chartWords } from './chart-words.ts';
import { styles } from './metric-chart.styles.ts';

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

/**
 * One rolling line chart with its title, current value and unit.
 * Updates and draws only while it is on the screen; whoever feeds it updates it at most once per animation frame.
 *
 * @fires {CustomEvent<number>} momentselect - The reader chose the sample of this time (Unix ms), by a click or the arrow keys
 * @cssprop --mp-line - Colour of the line
 * @cssprop --mp-plot-height - Height of the plot, 10rem
 * @csspart figure - The card
 */
@element('metric-chart')
export class MetricChart extends LitElement {
  static override styles = [tokens, styles];
  static override shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };

  /** The title. */
  @property() label = '';
  /** One of the catalogue's units, or any other as written. */
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
  /** Small, one of many: the value stands below the title. */
  @property({ type: Boolean, reflect: true }) compact = false;
  /** Whether a reader can choose a moment; then the chart takes the focus. */
  @property({ type: Boolean, reflect: true }) selectable = false;
  /** Time of the sample that is marked and whose value is shown instead of the newest; it may be on no chart any more. */
  @property({ attribute: false }) momentMs: number | null = null;
  /** Where the series is read from, and in which column. */
  @property({ attribute: false }) window: TimeWindow | null = null;
  @property({ attribute: false }) column = 0;
  /** What is known to be missing, and why. Other holes are drawn as not known. */
  @property({ attribute: false }) gaps: readonly SampleGap[] = [];
  /** A window changes in place: another number here says that it did. */
  @property({ attribute: false }) revision = 0;

  @query('canvas') private readonly canvas!: HTMLCanvasElement;

  readonly #language = new LanguageController(this);
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

  /** Of a hundred charts a dozen is on the screen: the others do nothing until they are. */
  protected override shouldUpdate(): boolean {
    return this.#visibility.isVisible || !this.hasUpdated;
  }

  protected override render(): TemplateResult {
    const points = pointsOf(this.window, this.column);
    const newest = points.at(-1);
    const moment = this.#momentOf(points);
    const { number, unit } = formatValue(valueOf(moment ?? newest), this.unit, this.#language.tag);
    return html`
      <figure
        part="figure"
        tabindex=${ifDefined(this.selectable ? 0 : undefined)}
        aria-keyshortcuts=${ifDefined(this.selectable ? 'ArrowLeft ArrowRight' : undefined)}
        @keydown=${this.#step}
      >
        <figcaption>
          <span class="label" title=${this.label}>${this.label}</span>
          ${asOf(moment ?? (this.stale ? newest : undefined), this.#language)}
          <span class="value">${number}${unit === '' ? nothing : html`<span class="unit">${unit}</span>`}</span>
        </figcaption>
        <div class="plot">
          <canvas
            role="img"
            aria-label=${this.#summary(points)}
            @transitionrun=${this.#draw}
            @click=${this.#point}
          ></canvas>
          ${newest === undefined ? html`<p class="empty">${this.#language.words.chart.waiting}</p>` : nothing}
        </div>
      </figure>
    `;
  }

  protected override updated(): void {
    this.#draw();
  }

  readonly #draw = (): void => {
    if (!this.#visibility.isVisible || !this.isConnected) return;
    const points = pointsOf(this.window, this.column);
    const toMs = points.at(-1)?.x;
    if (toMs === undefined) return;
    const fromMs = this.#fromMs(toMs);
    this.#chart ??= new RollingLineChart(this.canvas);
    this.#chart.draw({
      points,
      toMs,
      fromMs,
      intervalMs: this.intervalMs,
      gaps: this.#gapsOf(points),
      unit: this.unit,
      locale: this.#language.tag,
      momentMs: this.#momentOf(points)?.x ?? null,
      axis: valueAxis(this.unit, points.filter(({ x }) => x >= fromMs).map(valueOf), this.min, this.max),
    });
  };

  readonly #point = ({ offsetX }: MouseEvent): void => {
    const timestampMs = this.#chart?.timeAt(offsetX) ?? null;
    if (timestampMs !== null) this.#select(timestampMs, 0);
  };

  readonly #step = (event: KeyboardEvent): void => {
    const steps = STEPS[event.key];
    if (steps === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (this.momentMs === null) this.#select(Number.MAX_SAFE_INTEGER, 0);
    else this.#select(this.momentMs, steps);
  };

  #select(timestampMs: number, steps: number): void {
    const { window, intervalMs } = this;
    if (!this.selectable || window === null || window.length === 0) return;
    const fromMs = this.#fromMs(window.timestampAt(window.length - 1)) - intervalMs / 2;
    const detail = nearestSample(window, fromMs, timestampMs, steps);
    this.dispatchEvent(new CustomEvent('momentselect', { detail, bubbles: true }));
  }

  #fromMs(toMs: number): number {
    return toMs - Math.max(1, this.points - 1) * this.intervalMs;
  }

  /** The marked point, while it is on the chart. */
  #momentOf(points: readonly Point[]): Point | undefined {
    const fromMs = this.#fromMs(points.at(-1)?.x ?? 0) - this.intervalMs / 2;
    return points.find(({ x }) => x === this.momentMs && x >= fromMs);
  }

  #summary(points: readonly Point[]): string {
    const { label, unit, intervalMs, stale } = this;
    const fromMs = this.#fromMs(points.at(-1)?.x ?? 0);
    const gaps = this.#gapsOf(points);
    return chartWords({ label, unit, points, fromMs, intervalMs, gaps, isStale: stale }, this.#language);
  }

  #gapsOf(points: readonly Point[]): LabelledGap[] {
    return labelGaps(points, this.intervalMs, this.gaps, this.#language.words);
  }
}

function asOf(point: Point | undefined, { tag, words }: Language): TemplateResult | typeof nothing {
  return point === undefined
    ? nothing
    : html`<span class="as-of">${words.chart.at(formatTime(point.x, tag))}</span>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'metric-chart': MetricChart;
  }
  interface HTMLElementEventMap {
    momentselect: CustomEvent<number>;
  }
}
