import { html, nothing, svg, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { ifDefined } from 'lit/directives/if-defined.js';
import type { SampleGap } from '../../../shared/client/client-subscription.ts';
import type { TimeWindow } from '../../../shared/time-window.ts';
import type { GapSpan, Point } from '../../charts/gaps.ts';
import { formatReading, formatValue } from '../../locales/format.ts';
import { formatExtremes, formatMoment, type Precision } from '../../locales/format-moment.ts';
import type { Language } from '../../locales/languages.ts';
import { element } from '../define-element.ts';
import { icon } from '../icon.ts';
import { LanguageController } from '../language-controller.ts';
import { OwnElement } from '../own-element.ts';
import { PartController } from '../part-controller.ts';
import { tokens } from '../tokens.styles.ts';
import { toolButtonStyles } from '../tool-button.styles.ts';
import { VisibilityController } from '../visibility-controller.ts';
import type { ChartAlerts } from './chart-alerts.ts';
import type { Arrangement, ChartNotice, ChartSeries, ChartThreshold, HeadValue } from './chart-series.ts';
import { ChartPlot, nearestSample, shownLine, valueOf, type ShownLine } from './chart-plot.ts';
import { ChartSummary } from './chart-summary.ts';
import type { Crosshair, CrosshairPosition } from './crosshair.ts';
import { crosshairStyles } from './crosshair.styles.ts';
import { styles } from './metric-chart.styles.ts';
import { chartTable } from './table-module.ts';

/** A chart as it is on the screen. */
export interface ChartImage {
  readonly title: string;
  /** The value, with its unit. */
  readonly reading: string;
  readonly canvas: HTMLCanvasElement;
  /** Of the canvas, CSS pixels. */
  readonly box: DOMRect;
}

const TABLE = svg`<path d="M2 3.5h12v9H2zM2 6.5h12M2 9.5h12M7 3.5v9" />`;
/** Properties that change only what is read. */
const READING: readonly PropertyKey[] = ['hover', 'current'];
/** A mark of an alert is read within this part of the time axis. */
const ALERT_STEPS = 100;
const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

/**
 * One rolling line chart with its title, current value and unit.
 * Draws only while it is on the screen. Its text alternative may be some seconds old. Its owner updates it at most once per
 * animation frame.
 *
 * @slot tools - Buttons next to its own
 * @slot strip - Below the plot, as wide as it: how what the chart shows is spread
 * @fires {CustomEvent<number>} timeselect - The reader selected the sample of this time (Unix ms), by a click or the arrow keys
 * @fires {CustomEvent<number>} timeread - The chart is not selectable: the reader went to the sample of this time with the arrow keys
 * @cssprop --mp-line - Colour of the line
 * @cssprop --mp-plot-height - Height of the plot, 10rem
 * @csspart figure - The card
 * @csspart label - The title
 * @csspart value - The value, with its unit
 * @csspart plot - The line and its axes
 * @csspart tools - Its buttons
 */
@element('metric-chart')
export class MetricChart extends OwnElement {
  static override styles = [tokens, toolButtonStyles, styles, crosshairStyles];
  static override shadowRootOptions = { ...OwnElement.shadowRootOptions, delegatesFocus: true };

  @property() label = '';
  /** One of the catalogue's units, or any other as written. */
  @property() unit = '';
  /** Ends of the value axis where they are fixed. */
  @property({ type: Number }) min?: number;
  @property({ type: Number }) max?: number;
  /** Samples on the time axis. */
  @property({ type: Number }) points = 20;
  /** Between samples; the line has a gap where they are further apart. */
  @property({ type: Number }) intervalMs = 1000;
  /** The newest value is out of date: it is shown with its time. */
  @property({ type: Boolean, reflect: true }) stale = false;
  /** Small, with the value below the title. */
  @property({ type: Boolean, reflect: true }) compact = false;
  /** Title, bare line without axes and value in one row. */
  @property({ type: Boolean, reflect: true }) sparkline = false;
  /** Paused: the newest value is shown with its time. */
  @property({ type: Boolean }) frozen = false;
  /** Whether a reader can select a time. */
  @property({ type: Boolean, reflect: true }) selectable = false;
  /** Time of the sample that is marked and shown instead of the newest, if the chart still has it. */
  @property({ attribute: false }) selectedMs: number | null = null;
  /** Holds the series, in `column`; changes in place, so `revision` has to change with it. */
  @property({ attribute: false }) samples: TimeWindow | null = null;
  @property({ attribute: false }) column = 0;
  /** Several series in one chart; `null`: only that of `column`. */
  @property({ attribute: false }) series: readonly ChartSeries[] | null = null;
  @property() arrangement: Arrangement = 'lines';
  /** What the number in the head is. */
  @property() headValue: HeadValue = 'column';
  /** Unit of that number, where it is not `unit`. */
  @property() headUnit: string | null = null;
  @property({ attribute: false }) thresholds: readonly ChartThreshold[] = [];
  /** Beside the title. */
  @property() caption = '';
  /** Takes the caption's place, and tints the card. */
  @property({ attribute: false }) notice: ChartNotice | null = null;
  /** Distance to the columns of `samples` with the lowest and the highest values of each point; 0 if a point is one sample. */
  @property({ attribute: false }) spread = 0;
  /** The value to show as the present one; undefined: that of the newest point. */
  @property({ attribute: false }) current: number | null | undefined = undefined;
  /** A stretch of time to show instead of the newest points. */
  @property({ attribute: false }) span: GapSpan | null = null;
  /** Shared with other charts; a chart that has one is focusable. */
  @property({ attribute: false }) crosshair: Crosshair | null = null;
  /** Causes of gaps in the series. */
  @property({ attribute: false }) gaps: readonly SampleGap[] = [];
  @property({ attribute: false }) alerts: ChartAlerts | null = null;
  @property({ attribute: false }) revision = 0;

  /** A table of times and values covers the line. */
  @state() private isTable = false;
  @state() private hover: CrosshairPosition | null = null;

  readonly #language = new LanguageController(this);
  readonly #visibility = new VisibilityController(this, () => {
    this.requestUpdate();
    this.performUpdate();
    this.#plot.settle();
    this.#draw();
  });
  readonly #plot = new ChartPlot(this);
  readonly #summary = new ChartSummary();
  readonly #table = new PartController(this, chartTable);
  #line: ShownLine = shownLine(this, this.#language.messages);
  /** Only the crosshair moved, or the present value changed: the drawing does not change. */
  #isOnlyReading = false;
  /** Of the pointer, in CSS pixels from the canvas's left edge. */
  #pointerX: number | null = null;
  #unfollow: () => void = () => {};

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.requestUpdate();
    this.#follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // A removed element gets no pointerleave.
    if (this.#pointerX !== null) this.#leave();
    this.#unfollow();
  }

  /** The time shown at `clientX` of the screen, or at the nearer end of the plot; `null` before the first drawing. */
  timeAt(clientX: number): number | null {
    const leftPx = this.#plot.canvas?.getBoundingClientRect().left ?? 0;
    const timestampMs = this.#plot.timeAt(clientX - leftPx);
    const { fromMs, toMs } = this.#line;
    return timestampMs === null ? null : Math.min(toMs, Math.max(fromMs, timestampMs));
  }

  /** `null` while nothing is drawn, or it is not on the screen. */
  image(): ChartImage | null {
    const { canvas, isDrawn } = this.#plot;
    if (!isDrawn || canvas === null || !this.#visibility.isVisible) return null;
    const { label: title, unit } = this;
    const box = canvas.getBoundingClientRect();
    if (box.width * box.height === 0) return null;
    return { title, reading: formatReading(this.#shownValue, unit, this.#language.tag), canvas, box };
  }

  /** Off the screen, where most of a hundred charts are, only the summary is updated, and not at each sample. */
  protected override shouldUpdate(changed: PropertyValues): boolean {
    return this.#visibility.isVisible || this.#needsSummary(changed);
  }

  #needsSummary(changed: PropertyValues): boolean {
    if (!this.hasUpdated || this.#line.points.length === 0) return true;
    return this.#summary.isDue(changed, this.#visibility.isVisible);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('crosshair')) this.#follow();
    this.#isOnlyReading = changed.size > 0 && [...changed.keys()].every((name) => READING.includes(name));
    this.hover = this.crosshair?.position ?? null;
    if (this.#isOnlyReading && !changed.has('current')) return;
    const needsSummary = this.#needsSummary(changed);
    if (!this.#isOnlyReading) this.#line = shownLine(this, this.#language.messages);
    if (needsSummary) this.#summary.write(this, this.#line, this.#language);
  }

  protected override render(): TemplateResult {
    const { inside } = this.#line;
    const newest = inside.at(-1);
    const read = this.#readPoint;
    const { number, unit } = formatValue(this.#shownValue, this.unit, this.#language.tag);
    const tableName = this.#language.messages.chart.table(this.label);
    // In another document than the script's, an element made before its definition would never be upgraded.
    const isTable = this.isTable && this.#table.module !== null;
    const isReadable = this.selectable || this.crosshair !== null;
    // A sparkline has no room for the time.
    const title = this.sparkline && this.stale ? this.#summary.text : nothing;
    return html`
      <figure
        part="figure"
        title=${title}
        tabindex=${ifDefined(isReadable ? 0 : undefined)}
        aria-label=${this.label}
        aria-describedby="summary"
        aria-keyshortcuts=${ifDefined(isReadable ? 'ArrowLeft ArrowRight' : undefined)}
        @keydown=${this.#step}
        @blur=${this.#leave}
      >
        <figcaption>
          <span class="label" part="label" title=${title === nothing ? this.label : title}>${this.label}</span>
          <span class="tools" part="tools">
            <slot name="tools"></slot>
            <button
              type="button"
              title=${tableName}
              aria-label=${tableName}
              aria-pressed=${this.isTable}
              @click=${this.#switchTable}
            >
              ${icon(TABLE)}
            </button>
          </span>
          ${asOf(read ?? (this.stale || this.frozen ? newest : undefined), this.#alertTextOf(read ?? newest), this.unit, this.#line.precision, this.#language)}
          <span class="value" part="value">${number}${unit === '' ? nothing : html`<span class="unit">${unit}</span>`}</span>
        </figcaption>
        <div class="plot" part="plot">
          <canvas
            id="summary"
            role="img"
            aria-label=${this.#summary.text}
            aria-hidden=${ifDefined(isTable ? 'true' : undefined)}
            @transitionend=${this.#plot.recolour}
            @click=${this.#click}
            @pointermove=${this.#point}
            @pointerdown=${this.#point}
            @pointerleave=${this.#leave}
            @pointercancel=${this.#leave}
          ></canvas>
          <div class="band" hidden></div>
          <div class="hair" hidden></div>
          <div class="dot" hidden></div>
          ${this.#emptiness()}
          ${
            isTable
              ? html`<chart-table
                role="region"
                tabindex="0"
                aria-label=${tableName}
                .line=${this.#line}
                .unit=${this.unit}
                .timeOf=${this.#timeOf}
              ></chart-table>`
              : nothing
          }
        </div>
      </figure>
    `;
  }

  readonly #timeOf = (timestampMs: number): string =>
    formatMoment(timestampMs, this.#line.precision, this.#language.tag);

  /** There is nothing to draw. */
  get #isEmpty(): boolean {
    const { points, gaps } = this.#line;
    return points.length + gaps.length === 0;
  }

  #emptiness(): TemplateResult | typeof nothing {
    const { chart } = this.#language.messages;
    if (this.#isEmpty)
      return html`<p class="empty">${this.span === null ? chart.waiting : chart.noneHere(this.label)}</p>`;
    return this.#plot.hasFailed ? html`<p class="empty">${chart.notLoaded}</p>` : nothing;
  }

  protected override updated(changed: PropertyValues): void {
    if (this.#isOnlyReading) {
      this.#placeCrosshair();
      return;
    }
    // After the updates of all charts: text on a canvas needs the page's layout, which would be computed again between any two of them.
    queueMicrotask(() => {
      // It came into view. Elements that are not rendered have no transitions.
      if (changed.size === 0) this.#plot.recolour();
      this.#draw();
    });
  }

  #draw(): void {
    if (!this.#visibility.isVisible || this.#isEmpty) return;
    const selectedMs = this.#selectedPoint?.x ?? null;
    this.#plot.draw(this.#line, this, this.#language.tag, selectedMs);
    // The line moved below a pointer at rest.
    if (this.#pointerX !== null) this.#pointAtX(this.#pointerX);
    if (this.hover !== null) queueMicrotask(() => this.#placeCrosshair());
  }

  #placeCrosshair(): void {
    const { hover } = this;
    this.#plot.placeCrosshair(
      this.#visibility.isVisible ? hover : null,
      valueOf(this.#pointAt(hover?.timestampMs)),
    );
  }

  #follow(): void {
    this.#unfollow();
    this.#unfollow =
      this.crosshair?.follow(() => {
        if (this.#visibility.isVisible) this.hover = this.crosshair?.position ?? null;
      }) ?? (() => {});
  }

  readonly #point = (event: PointerEvent): void => {
    // Dragging a mouse marks a stretch of time, which is not this element's concern.
    const isDragged = event.pointerType === 'mouse' && event.buttons !== 0;
    this.#pointerX = isDragged ? null : event.offsetX;
    if (!isDragged) this.#pointAtX(event.offsetX);
  };

  readonly #leave = (): void => {
    this.#pointerX = null;
    this.crosshair?.moveTo(null);
  };

  #pointAtX(offsetX: number): void {
    const timestampMs = this.#plot.timeAt(offsetX);
    // A finger that marks a range also points.
    const isMarking = (this.crosshair?.position.anchorMs ?? null) !== null;
    if (timestampMs !== null && !isMarking) this.crosshair?.moveTo(this.#sampleAt(timestampMs, 0));
  }

  readonly #click = ({ offsetX }: MouseEvent): void => {
    const timestampMs = this.#plot.timeAt(offsetX);
    if (timestampMs !== null && this.selectable) this.#dispatch('timeselect', this.#sampleAt(timestampMs, 0));
  };

  readonly #switchTable = (): void => {
    this.isTable = !this.isTable;
    this.#table.want(this.isTable);
  };

  readonly #step = (event: KeyboardEvent): void => {
    // Elements inside have their own keys.
    if (event.target !== event.currentTarget) return;
    const steps = STEPS[event.key];
    if (steps === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const { selectable, crosshair } = this;
    const from = selectable ? this.selectedMs : (crosshair?.position.timestampMs ?? null);
    const timestampMs = this.#sampleAt(from ?? Number.MAX_SAFE_INTEGER, from === null ? 0 : steps);
    if (selectable) {
      this.#dispatch('timeselect', timestampMs);
    } else {
      crosshair?.moveTo(timestampMs);
      this.#dispatch('timeread', timestampMs);
    }
  };

  #dispatch(type: 'timeselect' | 'timeread', timestampMs: number | null): void {
    if (timestampMs !== null)
      this.dispatchEvent(new CustomEvent(type, { detail: timestampMs, bubbles: true }));
  }

  /** The time of the sample that is nearest, or of the step that a time is in; `null` without samples. */
  nearestTo(timestampMs: number): number | null {
    // A step begins at its point, and ends a millisecond before the next.
    const middleMs = this.spread === 0 ? 0 : (this.intervalMs - 1) / 2;
    return this.#sampleAt(timestampMs - middleMs, 0);
  }

  #sampleAt(timestampMs: number, steps: number): number | null {
    return nearestSample(
      this.#line.inside.map(({ x }) => x),
      timestampMs,
      steps,
    );
  }

  /** Of the point that is read, else the present one. */
  get #shownValue(): number | null {
    const read = this.#readPoint;
    return read === undefined && this.current !== undefined
      ? this.current
      : valueOf(read ?? this.#line.inside.at(-1));
  }

  /** The point under the crosshair, or at the selected time. */
  get #readPoint(): Point | undefined {
    const { timestampMs = null, anchorMs = null } = this.hover ?? {};
    // The edge of a range that is being marked is where the pointer is, not where a sample is.
    const isMarking = timestampMs !== null && anchorMs !== null;
    return this.#pointAt(isMarking ? this.nearestTo(timestampMs) : timestampMs) ?? this.#selectedPoint;
  }

  /** It may have been selected among coarser or finer points. */
  get #selectedPoint(): Point | undefined {
    const { selectedMs, intervalMs, spread } = this;
    if (selectedMs === null) return undefined;
    const nearest = this.#pointAt(this.nearestTo(selectedMs));
    const distanceMs = selectedMs - (nearest?.x ?? Number.NaN);
    const isOfIt =
      spread === 0 ? Math.abs(distanceMs) <= intervalMs / 2 : distanceMs >= 0 && distanceMs < intervalMs;
    return isOfIt ? nearest : undefined;
  }

  /** What was the matter at a point: in its step, or within half a line's width of a sample. */
  #alertTextOf(point: Point | undefined): string {
    if (this.alerts === null || point === undefined) return '';
    const { fromMs, toMs } = this.#line;
    const slackMs = Math.max(this.intervalMs / 2, (toMs - fromMs) / ALERT_STEPS);
    const endMs = this.spread === 0 ? point.x : point.x + this.intervalMs;
    return this.alerts.textOf(point.x - slackMs, endMs + slackMs, this.#language);
  }

  #pointAt(timestampMs: number | null | undefined): Point | undefined {
    return typeof timestampMs === 'number' ? this.#line.inside.find(({ x }) => x === timestampMs) : undefined;
  }
}

/** The time of a value, the lowest and highest in it, and what was the matter. */
function asOf(
  point: Point | undefined,
  alertText: string,
  unit: string,
  precision: Precision,
  { tag, messages }: Language,
): TemplateResult | typeof nothing {
  const parts =
    point === undefined
      ? [alertText]
      : [
          messages.chart.at(formatMoment(point.x, precision, tag)),
          formatExtremes(point.low, point.high, unit, tag),
          alertText,
        ];
  const text = parts.filter(Boolean).join(messages.separator.list);
  if (text === '') return nothing;
  return html`<span class="as-of" title=${text}>${text}</span>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'metric-chart': MetricChart;
  }
  interface HTMLElementEventMap {
    timeselect: CustomEvent<number>;
    timeread: CustomEvent<number>;
  }
}
