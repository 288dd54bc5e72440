import { html, nothing, svg, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { ifDefined } from 'lit/directives/if-defined.js';
import type { SampleGap } from '../../../shared/client/client-subscription.ts';
import type { TimeWindow } from '../../../shared/time-window.ts';
import type { GapSpan } from '../../charts/gaps.ts';
import { formatReading, formatValue } from '../../locales/format.ts';
import { formatMoment } from '../../locales/format-moment.ts';
import { element } from '../define-element.ts';
import { icon } from '../icon.ts';
import { LanguageController } from '../language-controller.ts';
import { OwnElement } from '../own-element.ts';
import { PartController } from '../part-controller.ts';
import { tokens } from '../tokens.styles.ts';
import { toolButtonStyles } from '../tool-button.styles.ts';
import { VisibilityController } from '../visibility-controller.ts';
import type { ChartAlerts } from './chart-alerts.ts';
import { captionOf, captionView } from './chart-head.ts';
import { ChartData } from './chart-data.ts';
import { ChartPlot } from './chart-plot.ts';
import type { Arrangement, ChartNotice, ChartSeries, ChartThreshold, HeadValue } from './chart-series.ts';
import { ChartSummary } from './chart-summary.ts';
import type { Crosshair, CrosshairPosition } from './crosshair.ts';
import { crosshairStyles } from './crosshair.styles.ts';
import { chartTable, several } from './drawing.ts';
import { styles } from './metric-chart.styles.ts';
import { PointCache } from './point-cache.ts';
import type { RowController } from './row-controller.ts';
import { indexAt, nearestShown } from './shown-line.ts';

/** A chart as it is on the screen. */
export interface ChartImage {
  readonly title: string;
  /** The value, with its unit. */
  readonly reading: string;
  readonly canvas: HTMLCanvasElement;
  /** Of the canvas, CSS pixels. */
  readonly box: DOMRect;
  /** Its legend: names with their values; empty if there is only one series. */
  readonly legend: readonly { readonly text: string; readonly colour: string }[];
}

const TABLE = svg`<path d="M2 3.5h12v9H2zM2 6.5h12M2 9.5h12M7 3.5v9" />`;
/** Properties that change only what is read. */
const READING: readonly PropertyKey[] = ['hover', 'current', 'currents', 'caption', 'notice'];
/** A mark of an alert is read within this part of the time axis. */
const ALERT_STEPS = 100;
/** Of properties whose values are short, and made anew by each rendering of the owner. */
const MADE_ANEW = {
  attribute: false,
  hasChanged: (value: unknown, before: unknown) => JSON.stringify(value) !== JSON.stringify(before),
} as const;
/** How one series is drawn, in the colour of the canvas. */
const ALONE: ChartSeries = { name: '', label: '', column: 0, hue: 'neutral', shade: 'first' };
/** A number whose width follows from its length. */
const DIGITS = /^[\d.,]+$/;
const LEAST_DIGITS = 4;
const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

/**
 * A rolling chart of one or more series: its title, what matters of it, one number, a legend, and the lines.
 * Draws only while it is on the screen. Its text alternative may be some seconds old. Its owner updates it at most once per
 * animation frame.
 *
 * @attr fill - As high as its box: the plot takes what is left
 * @slot tools - Buttons next to its own
 * @slot badge - Before the value
 * @slot strip - Below the plot, as wide as it: how what the chart shows is spread
 * @fires {CustomEvent<number>} timeselect - The reader selected the sample of this time (Unix ms), by a click or the arrow keys
 * @fires {CustomEvent<number>} timeread - The chart is not selectable: the reader went to the sample of this time with the arrow keys
 * @cssprop --mp-line - Colour of the line
 * @cssprop --mp-plot-height - Height of the plot with its time axis, 8.875rem
 * @csspart figure - The card
 * @csspart label - The title
 * @csspart caption - Beside the title: facts, what needs attention, or the time of what is read
 * @csspart value - The value, with its unit
 * @csspart legend - The series with their values
 * @csspart plot - The lines and their axes
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
  /** Small: title, value and lines, without a legend. */
  @property({ type: Boolean, reflect: true }) compact = false;
  /** Title, bare line without axes and value in one row. */
  @property({ type: Boolean, reflect: true }) sparkline = false;
  /** Where it is narrow, such as on a phone: name, bare line and value in one row. */
  @property({ type: Boolean, reflect: true }) row = false;
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
  @property(MADE_ANEW) series: readonly ChartSeries[] | null = null;
  @property() arrangement: Arrangement = 'lines';
  /** What the number in the head is. */
  @property() headValue: HeadValue = 'column';
  /** Unit of that number, where it is not `unit`. */
  @property() headUnit: string | null = null;
  @property(MADE_ANEW) thresholds: readonly ChartThreshold[] = [];
  /** Beside the title. */
  @property() caption = '';
  /** Takes the caption's place, and tints the card. */
  @property(MADE_ANEW) notice: ChartNotice | null = null;
  /** Distance to the columns of `samples` with the lowest and the highest values of each point; 0 if a point is one sample. */
  @property({ attribute: false }) spread = 0;
  /** The value to show as the present one; undefined: that of the newest point. */
  @property({ attribute: false }) current: number | null | undefined = undefined;
  /** The same of each of `series`, in their order. */
  @property(MADE_ANEW) currents: readonly (number | null)[] | undefined = undefined;
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
  /** Name of the series that is looked at alone. */
  @state() private isolated: string | null = null;

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
  readonly #several = new PartController(this, several, ({ severalStyles }) => severalStyles);
  #row: RowController | null = null;
  readonly #points = new PointCache();
  #data = new ChartData(this, this.#language.messages, this.#points);
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
    const { fromMs, toMs } = this.#data.line;
    return timestampMs === null ? null : Math.min(toMs, Math.max(fromMs, timestampMs));
  }

  /** `null` while nothing is drawn, or it is not on the screen. */
  image(): ChartImage | null {
    const { canvas, isDrawn } = this.#plot;
    if (!isDrawn || canvas === null || !this.#visibility.isVisible) return null;
    const { label: title } = this;
    const box = canvas.getBoundingClientRect();
    if (box.width * box.height === 0) return null;
    const reading = formatReading(this.#shownValue, this.#headUnit, this.#language.tag);
    const legend = [...this.renderRoot.querySelectorAll('.legend button')].map((entry) => ({
      text: entry.textContent.replaceAll(/\s+/g, ' ').trim(),
      colour: getComputedStyle(entry.querySelector('.swatch') ?? entry).color,
    }));
    return { title, reading, canvas, box, legend };
  }

  /** Off the screen, where most of a hundred charts are, only the summary is updated, and not at each sample. */
  protected override shouldUpdate(changed: PropertyValues): boolean {
    return this.#visibility.isVisible || this.#needsSummary(changed);
  }

  #needsSummary(changed: PropertyValues): boolean {
    if (!this.hasUpdated || this.#data.line.times.length === 0) return true;
    return this.#summary.isDue(changed, this.#visibility.isVisible, this.notice);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('crosshair')) this.#follow();
    this.#several.want(this.series !== null || this.notice !== null || this.row);
    const { module } = this.#several;
    if (this.row && module !== null) this.#row ??= new module.RowController(this);
    this.#row?.observe(this.row);
    const names = [...changed.keys()];
    this.#isOnlyReading = names.length > 0 && names.every((name) => READING.includes(name));
    this.hover = this.crosshair?.position ?? null;
    if (this.#isOnlyReading && names.every((name) => name === 'hover')) return;
    const needsSummary = this.#needsSummary(changed);
    if (!this.#isOnlyReading) this.#data = new ChartData(this, this.#language.messages, this.#points);
    if (needsSummary) this.#summary.write(this, this.#data, this.#language);
  }

  get #headUnit(): string {
    return this.headUnit ?? this.unit;
  }

  get #isolatedIndex(): number | null {
    const index = this.#data.series?.findIndex(({ name }) => name === this.isolated) ?? -1;
    return index < 0 ? null : index;
  }

  protected override render(): TemplateResult {
    const { messages, tag } = this.#language;
    const read = this.#readIndex;
    const { number, unit } = formatValue(this.#shownValue, this.#headUnit, tag);
    const tableName = messages.chart.table(this.label);
    // In another document than the script's, an element made before its definition would never be upgraded.
    const isTable = this.isTable && this.#table.module !== null;
    const isReadable = this.selectable || this.crosshair !== null;
    // A sparkline has no room for the time.
    const title = this.sparkline && this.stale ? this.#summary.text : nothing;
    const isLive = read === null && !this.stale;
    const isOver = isLive && this.#isOverLine;
    const isFixed = DIGITS.test(number);
    const level = this.stale ? undefined : this.notice?.level;
    const series = this.#data.series ?? [];
    const alertText = this.#alertTextOf(read ?? this.#data.newest);
    const caption = captionOf(this, this.#data, read, alertText, this.#language);
    return html`
      <figure
        part="figure"
        class="${this.arrangement}${series.length > 1 ? ' several' : ''}"
        data-level=${level ?? nothing}
        title=${title}
        tabindex=${ifDefined(isReadable ? 0 : undefined)}
        aria-label=${this.label}
        aria-describedby="summary"
        aria-keyshortcuts=${ifDefined(isReadable ? 'ArrowLeft ArrowRight' : undefined)}
        @keydown=${this.#step}
        @blur=${this.#leave}
      >
        <figcaption>
          <span
            class=${series.length > 1 ? 'label' : 'label only'}
            part="label"
            title=${title === nothing ? this.label : title}
            >${this.label}</span
          >
          ${captionView(caption, this.#several.module?.noticeGlyph(caption.level, messages))}
          <span class="end">
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
            <slot name="badge"></slot>
            <span class="value" part="value"
              ><span class=${`number ${isOver ? 'over' : ''} ${isFixed ? 'fixed' : ''}`} .style=${isFixed ? `--_chars: ${Math.max(LEAST_DIGITS, number.length)}` : ''}>${number}</span
              ><span class="unit">${unit}</span></span
            >
          </span>
        </figcaption>
        ${series.length > 1 ? this.#legend(series, read) : nothing}
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
            >${series.map(({ hue, shade }) => html`<i data-hue=${hue} data-shade=${shade}></i>`)}</canvas
          >
          <div class="band" hidden></div>
          <div class="hair" hidden></div>
          ${this.#data.series === null ? html`<div class="dot" hidden></div>` : series.map(({ hue, shade }) => html`<div class="dot" data-hue=${hue} data-shade=${shade} hidden></div>`)}
          ${this.#emptiness()}
          ${
            isTable
              ? html`<chart-table
                role="region"
                tabindex="0"
                aria-label=${tableName}
                .line=${this.#data.line}
                .series=${this.#data.series}
                .unit=${this.unit}
                .timeOf=${this.#timeOf}
              ></chart-table>`
              : nothing
          }
        </div>
        <slot name="strip"></slot>
      </figure>
    `;
  }

  #legend(series: readonly ChartSeries[], read: number | null): TemplateResult | undefined {
    return this.#several.module?.legendView(
      {
        series,
        values: this.#data.valuesAt(read, this),
        unit: this.unit,
        headUnit: this.#headUnit,
        arrangement: this.arrangement,
        isolated: this.#isolatedIndex,
        press: this.#isolate,
      },
      this.#language,
    );
  }

  readonly #isolate = ({ name }: ChartSeries): void => {
    this.isolated = this.isolated === name ? null : name;
  };

  /** The number itself is over the line that its notice is about. */
  get #isOverLine(): boolean {
    const { notice } = this;
    const { module } = this.#several;
    if (notice === null || module === null || this.#headUnit !== this.unit) return false;
    const now = this.#data.valuesAt(null, this);
    return module.isOverLine(this.#shownValue, notice, this.#data.thresholdsOf(this.thresholds), now);
  }

  readonly #timeOf = (timestampMs: number): string =>
    formatMoment(timestampMs, this.#data.line.precision, this.#language.tag);

  #emptiness(): TemplateResult | typeof nothing {
    const { chart } = this.#language.messages;
    if (this.#data.isEmpty)
      return html`<p class="empty">${this.span === null ? chart.waiting : chart.noneHere(this.label)}</p>`;
    const hasFailed = this.#plot.hasFailed || (this.series !== null && this.#several.hasFailed);
    return hasFailed ? html`<p class="empty">${chart.notLoaded}</p>` : nothing;
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
    if (!this.#visibility.isVisible || this.#data.isEmpty) return;
    if (this.series !== null && this.#several.module === null) return;
    const { line, series, headIndex } = this.#data;
    const selected = this.#selectedIndex;
    // What is known of the number belongs on an axis of its unit only.
    const isOfNumber = this.#headUnit === this.unit;
    const hasTotal = this.arrangement === 'stacked' && series !== null && isOfNumber;
    this.#plot.draw(
      line,
      this,
      {
        series: series ?? [ALONE],
        thresholds: this.#data.thresholdsOf(this.thresholds),
        overlay: isOfNumber ? (this.alerts?.overlay ?? null) : null,
        isolated: this.#isolatedIndex,
        total: hasTotal ? headIndex : null,
        selectedMs: selected === null ? null : (line.times[selected]?.x ?? null),
        isBare: this.sparkline || this.#row?.isRow === true,
      },
      this.#language.tag,
    );
    // The line moved below a pointer at rest.
    if (this.#pointerX !== null) this.#pointAtX(this.#pointerX);
    if (this.hover !== null) queueMicrotask(() => this.#placeCrosshair());
  }

  #placeCrosshair(): void {
    this.#plot.placeCrosshair(this.#visibility.isVisible ? this.hover : null, this.#isolatedIndex);
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
      this.dispatchEvent(new CustomEvent(type, { detail: timestampMs, bubbles: true, composed: true }));
  }

  /** The time of the sample that is nearest, or of the step that a time is in; `null` without samples. */
  nearestTo(timestampMs: number): number | null {
    // A step begins at its point, and ends a millisecond before the next.
    const middleMs = this.spread === 0 ? 0 : (this.intervalMs - 1) / 2;
    return this.#sampleAt(timestampMs - middleMs, 0);
  }

  #sampleAt(timestampMs: number, steps: number): number | null {
    return nearestShown(this.#data.line, timestampMs, steps);
  }

  /** Of the point that is read, else the present one. */
  get #shownValue(): number | null {
    return this.#data.headAt(this.#readIndex, this);
  }

  /** The point under the crosshair, or at the selected time. */
  get #readIndex(): number | null {
    const { timestampMs = null, anchorMs = null } = this.hover ?? {};
    // The edge of a range that is being marked is where the pointer is, not where a sample is.
    const isMarking = timestampMs !== null && anchorMs !== null;
    const readMs = isMarking ? this.nearestTo(timestampMs) : timestampMs;
    return (readMs === null ? null : indexAt(this.#data.line, readMs)) ?? this.#selectedIndex;
  }

  /** It may have been selected among coarser or finer points. */
  get #selectedIndex(): number | null {
    const { selectedMs, intervalMs, spread } = this;
    const nearestMs = selectedMs === null ? null : this.nearestTo(selectedMs);
    if (selectedMs === null || nearestMs === null) return null;
    const distanceMs = selectedMs - nearestMs;
    const isOfIt =
      spread === 0 ? Math.abs(distanceMs) <= intervalMs / 2 : distanceMs >= 0 && distanceMs < intervalMs;
    return isOfIt ? indexAt(this.#data.line, nearestMs) : null;
  }

  /** What was the matter at a point: in its step, or within half a line's width of a sample. */
  #alertTextOf(index: number | null): string {
    const { x } = this.#data.line.times[index ?? -1] ?? {};
    if (this.alerts === null || x === undefined) return '';
    const { fromMs, toMs } = this.#data.line;
    const slackMs = Math.max(this.intervalMs / 2, (toMs - fromMs) / ALERT_STEPS);
    const endMs = this.spread === 0 ? x : x + this.intervalMs;
    return this.alerts.textOf(x - slackMs, endMs + slackMs, this.#language);
  }
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
