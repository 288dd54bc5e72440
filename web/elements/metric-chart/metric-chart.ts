import { html, nothing, svg, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { ifDefined } from 'lit/directives/if-defined.js';
import type { SampleGap } from '../../../shared/client/client-subscription.ts';
import type { TimeWindow } from '../../../shared/time-window.ts';
import type { GapSpan, Point } from '../../charts/gaps.ts';
import { drawing } from '../../charts/drawing.ts';
import { nearestSample } from '../../charts/nearest-sample.ts';
import type { RollingLineChart } from '../../charts/rolling-line-chart.ts';
import { windowOf } from '../../documents.ts';
import { formatReading, formatTime, formatValue } from '../../format.ts';
import type { Language } from '../../locales/languages.ts';
import { element } from '../define.ts';
import { LanguageController } from '../language-controller.ts';
import { OwnElement } from '../own-element.ts';
import { PartController } from '../part-controller.ts';
import { tokens } from '../tokens.styles.ts';
import { VisibilityController } from '../visibility-controller.ts';
import { valueOf } from './chart-points.ts';
import { chartMessages } from './chart-messages.ts';
import type { Crosshair, CrosshairPosition } from './crosshair.ts';
import { crosshairStyles } from './crosshair.styles.ts';
import { styles } from './metric-chart.styles.ts';
import { shownLine, type ShownLine } from './shown-line.ts';
import { chartTable } from './table-module.ts';

/** A chart as it stands on the screen. */
export interface ChartImage {
  readonly title: string;
  /** The value that it shows. */
  readonly reading: string;
  readonly canvas: HTMLCanvasElement;
  /** Where it stands, CSS pixels. */
  readonly box: DOMRect;
}

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };
/** The /* of a chart are at most this old: to write all of them at each sample would cost as much as to draw. */
const WORDS_AGE_MS = 5000;
/** Off the screen; they are written at once when it comes into view. */
const UNSEEN_WORDS_AGE_MS = 15_000;
/** What changes with each sample. */
const PASSING: readonly PropertyKey[] = ['revision', 'hover'];

/**
 * One rolling line chart with its title, current value and unit.
 * Draws only while it is on the screen, and says there what it shows as of some seconds ago, for those who do not look at the
 * screen. Whoever feeds it updates it at most once per animation frame.
 *
 * @slot tools - Buttons beside its own
 * @fires {CustomEvent<number>} timeselect - The reader chose the sample of this time (Unix ms), by a click or the arrow keys
 * @fires {CustomEvent<number>} timeread - Where none can be chosen: the reader went to the sample of this time with the arrow keys
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
  static override styles = [tokens, styles, crosshairStyles];
  static override shadowRootOptions = { ...OwnElement.shadowRootOptions, delegatesFocus: true };

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
  /** Title, value and a bare line without axes, in a row of its own. */
  @property({ type: Boolean, reflect: true }) sparkline = false;
  /** The picture stands still: the newest value is shown with its time, since it is not the present one. */
  @property({ type: Boolean }) frozen = false;
  /** Whether a reader can choose a moment. */
  @property({ type: Boolean, reflect: true }) selectable = false;
  /** Time of the sample that is marked and whose value is shown instead of the newest; it may be on no chart any more. */
  @property({ attribute: false }) selectedMs: number | null = null;
  /** Where the series is read from, and in which column. */
  @property({ attribute: false }) window: TimeWindow | null = null;
  @property({ attribute: false }) column = 0;
  /** A stretch of time that is shown instead of the newest points. */
  @property({ attribute: false }) span: GapSpan | null = null;
  /** Where the reader points at, shared with the other charts beside it; then the chart takes the focus. */
  @property({ attribute: false }) crosshair: Crosshair | null = null;
  /** What is known to be missing, and why. Other holes are drawn as not known. */
  @property({ attribute: false }) gaps: readonly SampleGap[] = [];
  /** A window changes in place: another number here says that it did. */
  @property({ attribute: false }) revision = 0;

  /** Times and values stand in place of the line. */
  @state() private isTable = false;
  @state() private hover: CrosshairPosition | null = null;

  readonly #language = new LanguageController(this);
  readonly #visibility = new VisibilityController(this, () => {
    this.requestUpdate();
    this.performUpdate();
    // Of colours that became others while its style was not looked at.
    for (const transition of this.#canvas?.getAnimations() ?? []) transition.finish();
    this.#recolour();
    this.#chart?.resize();
    this.#draw();
  });
  readonly #table = new PartController(this, chartTable);
  readonly #drawing = new PartController(this, drawing);
  #chart: RollingLineChart | null = null;
  #line: ShownLine = shownLine(this, this.#language.messages);
  #messages = '';
  #wordsAtMs = 0;
  /** This update is about the crosshair alone: neither   /* nor drawing change. */
  #isOnlyHover = false;
  /** Where the pointer is, in CSS pixels from the canvas's left edge. */
  #pointerX: number | null = null;
  #unfollow: () => void = () => {};
  #unobserve: () => void = () => {};

  /** `null` before the first rendering. */
  get #canvas(): HTMLCanvasElement | null {
    return this.shadowRoot?.querySelector('canvas') ?? null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.requestUpdate();
    this.#follow();
    this.#drawing.want();
    this.#observeSize();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // No pointer leaves what is gone.
    if (this.#pointerX !== null) this.#leave();
    this.#unfollow();
    this.#unobserve();
    this.#destroyChart();
  }

  /** Chart.js measures with the window of its script, which sleeps while that is not seen. */
  #observeSize(): void {
    const own = windowOf(this);
    if (own === window) return;
    const observer = new own.ResizeObserver(() => this.#chart?.resize());
    observer.observe(this);
    // It is not taken out of a window that closes, in which nothing can be measured.
    const closed = (): void => this.#destroyChart();
    own.addEventListener('pagehide', closed);
    this.#unobserve = () => {
      observer.disconnect();
      own.removeEventListener('pagehide', closed);
    };
  }

  #destroyChart(): void {
    this.#chart?.destroy();
    this.#chart = null;
  }

  /** The time shown at `clientX` of the screen, or at the nearer end of the plot; `null` before the first drawing. */
  timeAt(clientX: number): number | null {
    const leftPx = this.#canvas?.getBoundingClientRect().left ?? 0;
    const timestampMs = this.#chart?.timeAt(clientX - leftPx) ?? null;
    const { fromMs, toMs } = this.#line;
    return timestampMs === null ? null : Math.min(toMs, Math.max(fromMs, timestampMs));
  }

  /** Of a hundred charts a dozen is on the screen: the others only keep their   /*, and not at each sample. */
  protected override shouldUpdate(changed: PropertyValues): boolean {
    return this.#visibility.isVisible || this.#needsMessages(changed);
  }

  #needsMessages(changed: PropertyValues): boolean {
    if (!this.hasUpdated || this.#line.points.length === 0) return true;
    // Without a name: it came into view, its drawing came, or its language is another.
    if (changed.size === 0 || ![...changed.keys()].every((name) => PASSING.includes(name))) return true;
    const mostMs = this.#visibility.isVisible ? WORDS_AGE_MS : UNSEEN_WORDS_AGE_MS;
    return performance.now() - this.#wordsAtMs >= mostMs;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('crosshair')) this.#follow();
    this.#isOnlyHover = changed.size === 1 && changed.has('hover');
    this.hover = this.crosshair?.position ?? null;
    if (this.#isOnlyHover) return;
    const needsMessages = this.#needsMessages(changed);
    this.#line = shownLine(this, this.#language.messages);
    if (!needsMessages) return;
    const { label, unit, stale: isStale, frozen: isFrozen } = this;
    this.#messages = chartMessages({ label, unit, line: this.#line, isStale, isFrozen }, this.#language);
    this.#wordsAtMs = performance.now();
  }

  protected override render(): TemplateResult {
    const { points, inside } = this.#line;
    const newest = inside.at(-1);
    const looked = this.#looked;
    const { number, unit } = formatValue(valueOf(looked ?? newest), this.unit, this.#language.tag);
    const tableName = this.#language.messages.chart.table(this.label);
    // Not before it is defined: in another document than that of the script it would stay an unknown element.
    const isTable = this.isTable && this.#table.module !== null;
    const isReadable = this.selectable || this.crosshair !== null;
    // It has no room for the time.
    const title = this.sparkline && this.stale ? this.#messages : nothing;
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
              ${svg`<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M2 3.5h12v9H2zM2 6.5h12M2 9.5h12M7 3.5v9" /></svg>`}
            </button>
          </span>
          ${asOf(looked ?? (this.stale || this.frozen ? newest : undefined), this.#language)}
          <span class="value" part="value">${number}${unit === '' ? nothing : html`<span class="unit">${unit}</span>`}</span>
        </figcaption>
        <div class="plot" part="plot">
          <canvas
            id="summary"
            role="img"
            aria-label=${this.#messages}
            aria-hidden=${ifDefined(isTable ? 'true' : undefined)}
            @transitionend=${this.#recolour}
            @click=${this.#point}
            @pointermove=${this.#hover}
            @pointerdown=${this.#hover}
            @pointerleave=${this.#leave}
            @pointercancel=${this.#leave}
          ></canvas>
          <div class="band" hidden></div>
          <div class="hair" hidden></div>
          <div class="dot" hidden></div>
          ${this.#emptiness(points.length === 0)}
          ${
            isTable
              ? html`<chart-table
                role="region"
                tabindex="0"
                aria-label=${tableName}
                .line=${this.#line}
                .unit=${this.unit}
              ></chart-table>`
              : nothing
          }
        </div>
      </figure>
    `;
  }

  /** `null` while nothing is drawn, or it is not on the screen. */
  image(): ChartImage | null {
    const canvas = this.#canvas;
    if (this.#chart === null || canvas === null || !this.#visibility.isVisible) return null;
    const { label: title, unit } = this;
    const box = canvas.getBoundingClientRect();
    if (box.width * box.height === 0) return null;
    const reading = formatReading(
      valueOf(this.#looked ?? this.#line.inside.at(-1)),
      unit,
      this.#language.tag,
    );
    return { title, reading, canvas, box };
  }

  protected override updated(changed: PropertyValues): void {
    if (this.#isOnlyHover) {
      this.#placeCrosshair();
      return;
    }
    // After the updates of the charts beside it: text on a canvas needs the page's layout, which would be made anew between each two.
    queueMicrotask(() => {
      // It came into view; what is not rendered has no transitions.
      if (changed.size === 0) this.#recolour();
      this.#draw();
    });
  }

  #draw(): void {
    if (!this.#visibility.isVisible || !this.isConnected || this.ownerDocument.defaultView === null) return;
    const { points, inside, fromMs, toMs, gaps } = this.#line;
    const { module } = this.#drawing;
    const canvas = this.#canvas;
    if (points.length === 0 || module === null || canvas === null) return;
    this.#chart ??= new module.RollingLineChart(canvas);
    this.#chart.draw({
      points,
      toMs,
      fromMs,
      intervalMs: this.intervalMs,
      gaps,
      unit: this.unit,
      locale: this.#language.tag,
      selectedMs: this.#pointAt(this.selectedMs)?.x ?? null,
      isBare: this.sparkline,
      axis: module.valueAxis(this.unit, inside.map(valueOf), this.min, this.max),
    });
    // The picture moved below the pointer, which stands still.
    if (this.#pointerX !== null) this.#pointAtX(this.#pointerX);
    if (this.hover !== null) queueMicrotask(() => this.#placeCrosshair());
  }

  #placeCrosshair(): void {
    const value = valueOf(this.#pointAt(this.hover?.timestampMs));
    const chart = this.#visibility.isVisible ? this.#chart : null;
    this.#drawing.module?.placeCrosshair(this.renderRoot, chart, this.hover, value);
  }

  readonly #recolour = (): void => this.#chart?.recolour();

  #follow(): void {
    this.#unfollow();
    this.#unfollow =
      this.crosshair?.follow(() => {
        if (this.#visibility.isVisible) this.hover = this.crosshair?.position ?? null;
      }) ?? (() => {});
  }

  readonly #hover = (event: PointerEvent): void => {
    // A mouse that is dragged marks a stretch of time: not this element's concern.
    const isDragged = event.pointerType === 'mouse' && event.buttons !== 0;
    this.#pointerX = isDragged ? null : event.offsetX;
    if (!isDragged) this.#pointAtX(event.offsetX);
  };

  readonly #leave = (): void => {
    this.#pointerX = null;
    this.crosshair?.moveTo(null);
  };

  #pointAtX(offsetX: number): void {
    const timestampMs = this.#chart?.timeAt(offsetX) ?? null;
    if (timestampMs !== null) this.crosshair?.moveTo(this.#sampleAt(timestampMs, 0));
  }

  readonly #point = ({ offsetX }: MouseEvent): void => {
    const timestampMs = this.#chart?.timeAt(offsetX) ?? null;
    if (timestampMs !== null && this.selectable) this.#tell('timeselect', this.#sampleAt(timestampMs, 0));
  };

  readonly #switchTable = (): void => {
    this.isTable = !this.isTable;
    this.#table.want(this.isTable);
  };

  readonly #step = (event: KeyboardEvent): void => {
    // The keys of what is within are its own.
    if (event.target !== event.currentTarget) return;
    const steps = STEPS[event.key];
    if (steps === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const { selectable, crosshair } = this;
    const from = selectable ? this.selectedMs : (crosshair?.position.timestampMs ?? null);
    const timestampMs = this.#sampleAt(from ?? Number.MAX_SAFE_INTEGER, from === null ? 0 : steps);
    if (selectable) {
      this.#tell('timeselect', timestampMs);
    } else {
      crosshair?.moveTo(timestampMs);
      this.#tell('timeread', timestampMs);
    }
  };

  #tell(type: 'timeselect' | 'timeread', timestampMs: number | null): void {
    if (timestampMs !== null)
      this.dispatchEvent(new CustomEvent(type, { detail: timestampMs, bubbles: true }));
  }

  #sampleAt(timestampMs: number, steps: number): number | null {
    return nearestSample(
      this.#line.inside.map(({ x }) => x),
      timestampMs,
      steps,
    );
  }

  /** What the reader points at or chose. */
  get #looked(): Point | undefined {
    return this.#pointAt(this.hover?.timestampMs) ?? this.#pointAt(this.selectedMs);
  }

  /** Why there is no line, if there is none for longer than a moment. */
  #emptiness(isWaiting: boolean): TemplateResult | typeof nothing {
    const { chart } = this.#language.messages;
    if (isWaiting) return html`<p class="empty">${chart.waiting}</p>`;
    return this.#drawing.hasFailed ? html`<p class="empty">${chart.notLoaded}</p>` : nothing;
  }

  /** The point of that time, while it is on the chart. */
  #pointAt(timestampMs: number | null | undefined): Point | undefined {
    return this.#line.inside.find(({ x }) => x === timestampMs);
  }
}

function asOf(point: Point | undefined, { tag, messages }: Language): TemplateResult | typeof nothing {
  return point === undefined
    ? nothing
    : html`<span class="as-of">${messages.chart.at(formatTime(point.x, tag))}</span>`;
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
