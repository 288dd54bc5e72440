import { html, nothing, svg, type PropertyValues, type SVGTemplateResult, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { HostLine } from '../../charts/host-lines.ts';
import { HostLines } from '../../charts/host-lines.ts';
import { LINE_SHAPES, type LineShape } from '../../charts/line-shapes.ts';
import type { GapSpan } from '../../charts/gaps.ts';
import type { RollingLineChart } from '../../charts/rolling-line-chart.ts';
import { formatReading } from '../../locales/format.ts';
import { windowOf } from '../../browser/documents.ts';
import { element } from '../define-element.ts';
import { LanguageController } from '../language-controller.ts';
import type { Crosshair } from '../metric-chart/crosshair.ts';
import { drawing } from '../metric-chart/drawing.ts';
import {
  crosshairStyles,
  formatTimeOfDay,
  GAP_AFTER_INTERVALS,
  keyedList,
  nearestSample,
  placeCrosshair,
  VisibilityController,
} from './from-charts.ts';
import { comparisonMessages } from '../metrics-panel/comparison/comparison-messages.ts';
import { OwnElement } from '../own-element.ts';
import { PartController } from '../part-controller.ts';
import { tokens } from '../tokens.styles.ts';
import { readingAt, type ComparedLine } from './compared-line.ts';
import { styles } from './comparison-chart.styles.ts';

const COLOURS = 4;
const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };
const MARKS: Readonly<Record<LineShape, SVGTemplateResult>> = {
  circle: svg`<circle cx="12" cy="5" r="3.6" stroke="none" />`,
  square: svg`<path d="M8.6 1.6h6.8v6.8H8.6z" stroke="none" />`,
  triangle: svg`<path d="m12 1 4 7.2H8z" stroke="none" />`,
  diamond: svg`<path d="m12 .4 4.6 4.6-4.6 4.6L7.4 5z" stroke="none" />`,
};

/** One metric of several hosts: a line for each, and a legend with their values, at the crosshair where the reader points. */
@element('comparison-chart')
export class ComparisonChart extends OwnElement {
  static override styles = [tokens, styles, crosshairStyles];

  @property() label = '';
  /** One of the catalogue's units, or any other as written. */
  @property() unit = '';
  /** Ends of the value axis where they are fixed. */
  @property({ type: Number }) min?: number;
  @property({ type: Number }) max?: number;
  @property({ attribute: false }) lines: readonly ComparedLine[] = [];
  /** The time axis, Unix ms; `null` before the first sample. */
  @property({ attribute: false }) span: GapSpan | null = null;
  /** Shared with other charts. */
  @property({ attribute: false }) crosshair: Crosshair | null = null;

  @state() private pointedMs: number | null = null;
  /** Read out by screen readers. */
  @state() private said = '';

  readonly #language = new LanguageController(this);
  readonly #drawing = new PartController(this, drawing);
  readonly #visibility = new VisibilityController(this, () => {
    this.performUpdate();
    this.#draw();
  });
  #chart: RollingLineChart | null = null;
  /** By place, as the theme resolves them. */
  #colours: readonly string[] = [];
  #pointerX: number | null = null;
  #unfollow: () => void = () => {};
  #unobserve: () => void = () => {};

  override connectedCallback(): void {
    super.connectedCallback();
    this.#drawing.want();
    if (this.hasUpdated) this.requestUpdate();
    this.#follow();
    const own = windowOf(this);
    // Chart.js observes sizes with the window of its script, which does nothing while that is hidden.
    if (own === window) return;
    const observer = new own.ResizeObserver(() => this.#chart?.resize());
    observer.observe(this);
    this.#unobserve = () => observer.disconnect();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unobserve();
    if (this.#pointerX !== null) this.#leave();
    this.#unfollow();
    this.#chart?.destroy();
    this.#chart = null;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('crosshair')) this.#follow();
  }

  protected override render(): TemplateResult {
    const { tag, messages: common } = this.#language;
    const messages = comparisonMessages(this.#language);
    const readings = this.lines.map((line) => `${line.label} ${this.#textOf(line)}`);
    const summary = messages.summary(this.label, readings.join(common.separator.list));
    const { pointedMs } = this;
    return html`
      <figure
        part="figure"
        tabindex="0"
        aria-label=${this.label}
        aria-describedby="summary"
        aria-keyshortcuts="ArrowLeft ArrowRight"
        @keydown=${this.#step}
        @blur=${this.#leave}
      >
        <figcaption>
          <div class="head">
            <span class="label" part="label">${this.label}</span>
            <span class="as-of">${pointedMs === null ? nothing : messages.at(formatTimeOfDay(pointedMs, tag))}</span>
            <slot name="badge"></slot>
          </div>
          <ul part="legend">
            ${keyedList(
              this.lines,
              ({ id }) => id,
              (line) => this.#legendView(line),
            )}
          </ul>
        </figcaption>
        <div class="plot" part="plot">
          <canvas
            id="summary"
            role="img"
            aria-label=${summary}
            @transitionend=${this.#recolour}
            @pointermove=${this.#point}
            @pointerdown=${this.#point}
            @pointerleave=${this.#leave}
            @pointercancel=${this.#leave}
          ></canvas>
          <div class="hair" hidden></div>
          ${this.span === null ? html`<p class="empty">${messages.waiting}</p>` : nothing}
          ${this.#drawing.hasFailed ? html`<p class="empty">${common.chart.notLoaded}</p>` : nothing}
        </div>
        <p class="said" role="status">${this.said}</p>
      </figure>
    `;
  }

  #legendView(line: ComparedLine): TemplateResult {
    const { place, label, isStale, points } = line;
    return html`<li class=${isStale || points === null ? 'faint' : ''} data-host=${line.id}>
      <svg viewBox="0 0 24 10" class="s${(place % COLOURS) + 1}" aria-hidden="true">
        <path
          d="M0 5h24"
          fill="none"
          stroke-width="1.75"
          stroke-dasharray=${place < COLOURS ? 'none' : '5 3'}
        />${MARKS[shapeOf(place)]}
      </svg>
      <span class="host" title=${label}>${label}</span>
      <span class=${this.#value(line) === null ? 'reading why' : 'reading'} part="value">${this.#textOf(line)}</span>
    </li>`;
  }

  #value(line: ComparedLine): number | null {
    return this.pointedMs === null && line.isStale ? null : readingAt(line, this.pointedMs);
  }

  #textOf(line: ComparedLine): string {
    const value = this.#value(line);
    if (value === null && this.pointedMs === null && line.why !== '') return line.why;
    return formatReading(value, this.unit, this.#language.tag);
  }

  protected override updated(): void {
    // After the updates of all charts: text on a canvas needs the page's layout.
    queueMicrotask(() => this.#draw());
  }

  #draw(): void {
    const { module } = this.#drawing;
    const canvas = this.renderRoot.querySelector('canvas');
    const { span } = this;
    if (module === null || canvas === null || span === null || !this.isConnected) return;
    if (!this.#visibility.isVisible) return;
    this.#chart ??= new module.RollingLineChart(canvas, module.labelFormat);
    const { fromMs, toMs } = span;
    if (this.#colours.length === 0) this.#readColours();
    const overlay = new HostLines(this.#drawnLines(), fromMs, toMs, module.reducePoints);
    this.#chart.draw({
      series: [],
      arrangement: 'lines',
      isolated: null,
      thresholds: [],
      fromMs,
      toMs,
      gapMs: 0,
      gaps: [],
      axis: module.valueAxis(this.unit, overlay.axisValues(), this.min, this.max),
      unit: this.unit,
      locale: this.#language.tag,
      isBare: false,
      hasBand: false,
      selectedMs: null,
      overlay,
    });
    if (this.#pointerX !== null) this.#pointAtX(this.#pointerX);
    this.#placeHair();
  }

  #drawnLines(): HostLine[] {
    return this.lines.flatMap(({ points, place, intervalMs, isStale }) =>
      points === null
        ? []
        : {
            points,
            gapMs: GAP_AFTER_INTERVALS * intervalMs,
            colour: this.#colours[place % COLOURS] ?? 'gray',
            shape: shapeOf(place),
            isDashed: place >= COLOURS,
            isFaint: isStale,
          },
    );
  }

  /** A canvas cannot use custom properties. */
  #readColours(): void {
    const probe = document.createElement('i');
    this.renderRoot.append(probe);
    const own = windowOf(this);
    this.#colours = Array.from({ length: COLOURS }, (_, index) => {
      probe.className = `s${index + 1}`;
      return own.getComputedStyle(probe).color;
    });
    probe.remove();
  }

  readonly #recolour = (): void => {
    this.#readColours();
    this.#chart?.recolour();
    this.#draw();
  };

  #placeHair(): void {
    const { pointedMs } = this;
    placeCrosshair(
      this.renderRoot,
      this.#visibility.isVisible ? this.#chart : null,
      pointedMs === null ? null : { timestampMs: pointedMs, anchorMs: null },
      null,
    );
  }

  #follow(): void {
    this.#unfollow();
    this.#unfollow =
      this.crosshair?.follow(() => {
        this.pointedMs = this.crosshair?.position.timestampMs ?? null;
      }) ?? (() => {});
  }

  readonly #point = ({ offsetX }: PointerEvent): void => {
    this.#pointerX = offsetX;
    this.#pointAtX(offsetX);
  };

  readonly #leave = (): void => {
    this.#pointerX = null;
    this.crosshair?.moveTo(null);
  };

  #pointAtX(offsetX: number): void {
    const timestampMs = this.#chart?.timeAt(offsetX) ?? null;
    if (timestampMs !== null) this.crosshair?.moveTo(nearestSample(this.#times, timestampMs));
  }

  readonly #step = (event: KeyboardEvent): void => {
    const steps = STEPS[event.key];
    if (event.target !== event.currentTarget || steps === undefined) return;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const from = this.crosshair?.position.timestampMs ?? null;
    const timestampMs = nearestSample(
      this.#times,
      from ?? Number.MAX_SAFE_INTEGER,
      from === null ? 0 : steps,
    );
    if (timestampMs === null) return;
    this.crosshair?.moveTo(timestampMs);
    this.pointedMs = timestampMs;
    const messages = comparisonMessages(this.#language);
    const { separator } = this.#language.messages;
    this.said = [
      messages.at(formatTimeOfDay(timestampMs, this.#language.tag)),
      ...this.lines.map((line) => `${line.label} ${this.#textOf(line)}`),
    ].join(separator.list);
  };

  /** Of the samples that are shown: those of the line that has most. */
  get #times(): readonly number[] {
    const { fromMs, toMs } = this.span ?? { fromMs: 0, toMs: 0 };
    const shown = this.lines.map(({ points }) =>
      (points ?? []).map(({ x }) => x).filter((x) => x >= fromMs && x <= toMs),
    );
    return shown.reduce((most, one) => (one.length > most.length ? one : most), []);
  }
}

function shapeOf(place: number): LineShape {
  return LINE_SHAPES[place % LINE_SHAPES.length] ?? 'circle';
}

declare global {
  interface HTMLElementTagNameMap {
    'comparison-chart': ComparisonChart;
  }
}
