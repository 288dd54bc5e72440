import { html, nothing, render, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { ConnectionStatus } from '../../../shared/client/connection-status.ts';
import type { SampleGap } from '../../../shared/client/client-subscription.ts';
import type { Subscribed, Welcome } from '../../../shared/protocol/messages.ts';
import { drawing } from '../../charts/drawing.ts';
import '../connection-badge/connection-badge.ts';
import type { GapSpan } from '../../charts/gaps.ts';
import { isElement, windowOf } from '../../documents.ts';
import { translate } from '../../locales/agent-texts.ts';
import { element } from '../define.ts';
import { LanguageController } from '../language-controller.ts';
import { OwnElement } from '../own-element.ts';
import type { Crosshair } from '../metric-chart/crosshair.ts';
import { PartController } from '../part-controller.ts';
import { tokens } from '../tokens.styles.ts';
import { agentUrlOf } from './agent-url.ts';
import { flatView, values, type Layout } from './charts-view.ts';
import { csvOf } from './csv.ts';
import type { Folds } from './folds.ts';
import { LiveFeedController, type PanelSample } from './live-feed-controller.ts';
import { fitName, missingFrom, namesIn } from './metric-names.ts';
import { styles } from './metrics-panel.styles.ts';
import type { SelectedTimeController } from './selected-time-controller.ts';
import { notice, shortWord, waitingView } from './notice.ts';
import { panelLayoutMemo, type Table } from './panel-layout.ts';
import type { PanelAdditions } from './panel-additions.ts';
import { chartsPart, isChart, sectionsPart, tablesPart, tokensPart } from './panel-parts.ts';
import { PausedView, type Shown } from './paused-view.ts';
import type { SeriesBuffer } from './series-buffer.ts';
import type { GetToken, TokenSource } from './token-source.ts';

const DEFAULT_METRICS = 'cpu,memory';
const DEFAULT_POINTS = 20;
const MAX_POINTS = 10_000;
/** More than any agent takes, and what it can still be asked for. */
const MAX_INTERVAL_MS = 1e9;
const LAYOUTS: readonly Layout[] = ['grid', 'row', 'compact', 'sparkline'];
const NO_TABLES: readonly Table[] = [];
/** A picture that was held is not of what these ask for now. */
const ANOTHER_PICTURE = ['src', 'host', 'metrics', 'tables', 'interval', 'points'] as const;

/**
 * Live charts of a host's metrics, with a badge that says how the connection stands.
 * A metric without a dot in its name (`cpu`) is its subject's headline and gets a large chart; the others follow smaller, or,
 * with `sections`, by subject under headings that fold. With `tables`, a click on a chart, or the arrow keys, choose a moment and
 * show the rows of then.
 *
 * @slot - Shown until the first sample is drawn, and where scripts do not run
 * @slot heading - Stands beside the badge
 * @fires {CustomEvent<ConnectionStatus>} statuschange - The connection's state changed
 * @fires {CustomEvent<Welcome>} welcome - The agent introduced itself
 * @fires {CustomEvent<PanelSample>} sample - A sample came
 * @fires {CustomEvent<SampleGap>} gap - Samples are missing, and why
 * @fires {CustomEvent<readonly string[]>} missing - Which of the names and globs of `metrics` the agent does not have, or does not show, is other than before
 * @fires {CustomEvent<Subscribed>} ready - The charts show their first sample, or the first of other series
 * @fires {CustomEvent<readonly string[]>} sectionschange - The reader opened or folded a section: the titles of the open ones
 * @csspart header - The heading and the badge
 * @csspart heading - The title
 * @csspart badge - The connection's badge
 * @csspart charts - What holds the charts
 * @csspart chart - The card of one chart
 * @csspart label - The title of a chart
 * @csspart value - The value of a chart, with its unit
 * @csspart plot - The line of a chart and its axes
 * @csspart tools - The buttons of a chart: its table
 * @csspart section - One subject
 * @csspart section-title - Its title, which folds it
 * @csspart notice - What stands there when there is no chart, and says why
 * @csspart missing - The names of metrics that are not shown
 * @csspart moment - The tables of a chosen moment
 * @cssprop --mp-surface - Background of the cards
 * @cssprop --mp-border - Colour of their borders
 * @cssprop --mp-grid - Colour of the lines behind the charts
 * @cssprop --mp-text - Colour of text
 * @cssprop --mp-text-muted - Colour of what is less important
 * @cssprop --mp-series-1 - Colour of the lines of the CPU and others; a subject has the same of the four in every panel, to --mp-series-4
 * @cssprop --mp-headline-height - Height of a headline's plot
 * @cssprop --mp-headline-width - Least width of a headline's card
 * @cssprop --mp-radius - Radius of the cards' corners
 * @cssprop --mp-font - Font family
 */
@element('metrics-panel')
export class MetricsPanel extends OwnElement {
  static override styles = [tokens, styles];

  /** Names and globs, separated by commas; each is drawn once, in this order. */
  @property() metrics: string | null = DEFAULT_METRICS;
  /** Whether the metrics behind the headlines are arranged by subject; the browser remembers which sections are open. */
  @property({ type: Boolean, reflect: true }) sections = false;
  /** Names of tables, separated by commas; those that the agent does not have are done without. */
  @property() tables: string | null = null;
  /** Name of one of the agent's hosts; left out: its own. */
  @property() host: string | null = null;
  /** Milliseconds between samples, as near to it as the agent can; left out: the agent's own. */
  @property({ type: Number }) interval: number | null = null;
  /** How charts are arranged without `sections`: `grid`, `row`, `compact`, or `sparkline` for bare lines in a text. */
  @property({ reflect: true, useDefault: true }) layout: Layout | null = 'grid';
  /** Colours: `auto` takes those of the page around. */
  @property({ reflect: true }) theme: 'auto' | 'light' | 'dark' = 'auto';
  /** A title beside the badge. */
  @property() heading: string | null = null;
  /** How the connection's state is shown: `full`, `dot` (without its word) or `none`; left out: `full`, and `none` in a `sparkline`. */
  @property() badge: 'full' | 'dot' | 'none' | null = null;
  /** Address of the agent; left out: the one that served this script. */
  @property() src: string | null = null;
  /** Samples each chart shows, 2 to 10,000. */
  @property({ type: Number }) points = DEFAULT_POINTS;
  /** The picture stands still, while samples go on being received and told of. */
  @property({ type: Boolean, reflect: true }) paused = false;
  /** A stretch of the paused picture that the charts show (Unix ms); it ends with the pause. */
  @property({ attribute: false }) span: GapSpan | null = null;
  /** Messages: only charts whose names or titles have all of them are shown, and every section that has some is open. */
  @property({ attribute: false }) search: string | null = '';
  /** Titles of the sections that are open at first; left out: as the browser remembers. */
  @property({ attribute: false }) openSections: readonly string[] | null = null;
  /** @internal */
  @property({ attribute: false }) additions: PanelAdditions | null = null;
  /**
   * Shown to an agent that asks for one. As an attribute everyone can read it who gets the page: only for a token that was made for
   * pages of this origin, and for what everyone may see.
   */
  @property() token?: string | undefined;
  /** Gives the token instead, when it is needed and again when the agent refuses that one. */
  @property({ attribute: false }) getToken?: GetToken | null;

  readonly #live = new LiveFeedController(this, {
    statusChanged: (status) => {
      if (status.state === 'error') this.#source?.refused();
      this.#dispatch('statuschange', status);
    },
    welcomed: (welcome) => this.#dispatch('welcome', welcome),
    sampled: (sample) => this.#dispatch('sample', sample),
    gapped: (gap) => this.#dispatch('gap', gap),
    tokenExpiring: () => this.#source?.expiring(),
  });

  readonly #language = new LanguageController(this);
  readonly #tokens = new PartController(this, tokensPart);
  /** `null` until `getToken` was needed. */
  #source: TokenSource | null = null;

  /** Why there is no token to follow anything with. */
  #tokenError: string | null = null;

  /** The document in which it was last. */
  #home = document;
  readonly #hold = new PausedView();
  #shown: Shown = this.#live;
  /** `null` before there are charts. */
  #crosshair: Crosshair | null = null;
  readonly #charts = new PartController(this, chartsPart);
  readonly #sections = new PartController(this, sectionsPart, ({ sectionStyles }) => sectionStyles);
  readonly #tables = new PartController(this, tablesPart, ({ selectedTimeStyles }) => selectedTimeStyles);
  #selectedTime: SelectedTimeController | null = null;
  /** It was chosen in a stretch of time, and ends with that. */
  #isSelectionOfSpan = false;
  #folds: Folds | null = null;
  readonly #panelLayout = panelLayoutMemo();
  /** The announcement whose first sample was told to be drawn. */
  #readyFor: string | null = null;
  /** The names and globs that the agent does not have, or does not show. */
  #missing: readonly string[] = [];
  #toldMissing: readonly string[] = [];
  /** Told to those who do not see the sheet. */
  @state() private said = '';

  override connectedCallback(): void {
    super.connectedCallback();
    // With a window the browser ends the listeners and canvases of all that is in it: what is shown is made anew.
    if (this.#home.defaultView === null) render(nothing, this.renderRoot, this.renderOptions);
    this.#home = this.ownerDocument;
    // Beside the connection, not after it.
    drawing.load();
    this.#charts.want();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#source?.stop();
  }

  /** How the panel stands with its agent. */
  get status(): ConnectionStatus {
    return this.#live.status;
  }

  /** What the agent said of itself; `null` before. @internal */
  get welcome(): Welcome | null {
    return this.#live.client?.welcome ?? null;
  }

  /** As `MetricsClient.ping`. @internal */
  ping(answered: (roundTripMs: number) => void): void {
    this.#live.client?.ping(answered);
  }

  /** Tries once more with the token that was refused. @internal */
  retry(): void {
    this.#live.client?.start();
  }

  /** Lets the picture stand still. */
  pause(): void {
    this.paused = true;
  }

  /** Shows the present again. */
  resume(): void {
    this.paused = false;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.#sections.want(this.sections || Boolean(this.search));
    this.#tables.want(this.#tableNames().length > 0);
    if (changed.has('openSections')) this.#folds?.show(this.openSections);
    if (!this.paused) this.span = null;
    if (this.span === null && this.#isSelectionOfSpan) {
      this.#isSelectionOfSpan = false;
      this.#selectedTime?.clear();
    }
    if (ANOTHER_PICTURE.some((name) => changed.has(name))) this.#hold.release();
    this.#follow();
    this.#missing = this.#missingNames();
    this.#shown = this.#hold.of(this.#live, this.paused);
  }

  #follow(): void {
    this.#tokenError = null;
    const agentUrl = agentUrlOf(this.src);
    if (agentUrl === null) {
      this.#live.follow(null);
      return;
    }
    const getToken = this.getToken ?? null;
    const token = this.token ?? (getToken === null ? undefined : this.#tokenFrom(getToken, agentUrl));
    if (getToken !== null && token === undefined) {
      this.#tokenError = this.#source?.error ?? null;
      this.#live.follow(null);
      return;
    }
    this.#live.follow({
      agentUrl,
      host: this.host === null ? undefined : fitName(this.host),
      intervalMs:
        this.interval !== null && this.interval > 0
          ? Math.ceil(Math.min(this.interval, MAX_INTERVAL_MS))
          : undefined,
      metrics: this.#metricNames(),
      tables: this.#tableNames(),
      points: Math.min(MAX_POINTS, Math.max(2, Math.trunc(this.points) || DEFAULT_POINTS)),
      token,
    });
  }

  #tokenFrom(getToken: GetToken, agentUrl: string): string | undefined {
    this.#tokens.want();
    const { module } = this.#tokens;
    if (module === null) return undefined;
    this.#source ??= new module.TokenSource(() => this.requestUpdate());
    this.#source.use(getToken, agentUrl);
    return this.#source.token;
  }

  /** The samples shown, of the stretch of time if there is one, as comma-separated values; empty before the first. */
  exportCsv(): string {
    const { buffer } = this.#shown;
    return buffer === null ? '' : csvOf(buffer, this.span);
  }

  /** The charts on the screen as one picture (PNG). Rejects when none is drawn. */
  async exportPng(): Promise<Blob> {
    const { pngOf } = await import('./png.ts');
    return pngOf(this);
  }

  protected override render(): TemplateResult {
    return html`
      ${this.#header()}
      <div
        part="charts"
        class=${(this.#selectedTime?.timestampMs ?? null) === null ? '' : 'has-selected-time'}
        @timeselect=${this.#timeSelected}
        @timeread=${this.#timeRead}
      >
        ${this.#body()}
      </div>
      ${this.#selectedTime?.view(this.#tableNames(), this.#shown.tables, this.#language)}
      <p class="said" aria-live="polite">${this.said}</p>
    `;
  }

  protected override updated(): void {
    const { buffer } = this.#live;
    if (this.#toldMissing.join() !== this.#missing.join()) {
      this.#toldMissing = this.#missing;
      this.#dispatch('missing', this.#missing);
    }
    if (buffer === null || buffer.window.length === 0) return;
    const { epoch, host, sub, series } = buffer.announcement;
    const key = JSON.stringify([epoch, host, sub, series.map(({ name, unit }) => [name, unit])]);
    if (this.#readyFor === key) return;
    this.#readyFor = key;
    this.#dispatch('ready', buffer.announcement);
  }

  #header(): TemplateResult | typeof nothing {
    const { heading } = this;
    const badge = this.badge ?? (this.layout === 'sparkline' && !this.sections ? 'none' : 'full');
    const hasSlotted = this.querySelector(':scope > [slot="heading"]') !== null;
    if (badge === 'none' && !heading && !hasSlotted) return nothing;
    return html`
      <header part="header">
        <div class="heading">
          ${heading ? html`<h2 part="heading">${heading}</h2>` : nothing}
          <slot name="heading"></slot>
        </div>
        ${
          badge === 'none'
            ? nothing
            : html`<connection-badge
              part="badge"
              ?dot=${badge === 'dot'}
              .status=${this.#live.standing}
              >${this.additions?.detail(this)}</connection-badge
            >`
        }
      </header>
    `;
  }

  #body(): TemplateResult {
    const { buffer } = this.#shown;
    const { refusal } = this.#live;
    const { messages } = this.#language;
    const agentUrl = agentUrlOf(this.src);
    const { error } = messages.badge;
    if (agentUrl === null)
      return notice(messages.notice.invalidSrc, messages.notice.expectedSrc(this.src ?? ''), error);
    if (this.#tokenError !== null) return notice(messages.notice.noToken, this.#tokenError, error);
    const names = this.#missing.join(messages.separator.list);
    const missing = messages.notice.missing(names);
    const missingWord = `${names} –`;
    if (refusal !== null)
      return refusal.code === 'unknown_metric'
        ? notice(messages.notice.refused, missing, missingWord)
        : notice(messages.notice.refused, translate(refusal.error, messages), error);
    if (buffer !== null)
      return html`${this.#chartsOf(buffer)}
        ${names === '' ? nothing : html`<p class="missing" part="missing" role="status">${shortWord(missingWord, missing)}<span>${missing}</span></p>`}`;
    return html`${waitingView(this.status, agentUrl, messages, this.#hasSlotted())}<slot></slot>`;
  }

  /** White space counts as content to the slot, and not to a person. */
  #hasSlotted(): boolean {
    return [...this.childNodes].some((node) =>
      isElement(node)
        ? node.slot === ''
        : node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== '',
    );
  }

  #chartsOf(buffer: SeriesBuffer): TemplateResult {
    const { tables, revision } = this.#shown;
    const { messages } = this.#language;
    const sections = this.#sections.module;
    const whole = this.#panelLayout(
      buffer.announcement.series,
      tables?.descriptors ?? NO_TABLES,
      messages,
      sections?.sectionsOf,
    );
    const search = this.search ?? '';
    const panelLayout = sections?.filterPanelLayout(whole, search, messages) ?? whole;
    const isSearch = panelLayout !== whole;
    if (isSearch && panelLayout.headlines.length + panelLayout.sections.length === 0)
      return notice(
        messages.notice.nothingFound,
        messages.notice.noSuchMetric(search),
        messages.notice.nothingFound,
      );
    const charts = this.#charts.module;
    if (charts !== null) this.#crosshair ??= new charts.Crosshair(() => windowOf(this));
    const context = {
      additions: this.additions,
      language: this.#language,
      buffer,
      revision,
      isStale: this.#live.isStale && !this.paused,
      isFrozen: this.paused,
      span: this.span,
      isSelectable: this.#tables.module !== null,
      selectedMs: this.#selectedTime?.timestampMs ?? null,
      crosshair: this.#crosshair,
    };
    const { gridView, keyedList } = charts ?? values;
    if (!this.sections)
      return flatView(panelLayout, context, LAYOUTS.find((one) => one === this.layout) ?? 'grid', gridView);
    // What comes first is the same.
    if (sections === null) return flatView({ ...panelLayout, details: [] }, context, 'grid', gridView);
    const folds = this.#foldsOf(sections);
    return sections.sectionedView(panelLayout, {
      ...context,
      gridView,
      keyedList,
      isSearch,
      isOpen: (title, chartCount) => isSearch || folds.isOpen(title, chartCount),
      toggled: (title, isOpen) => this.#toggled(folds, title, isOpen),
      tableView: (name) => this.#tables.module?.liveTableView(name, tables, context) ?? nothing,
    });
  }

  #foldsOf(sections: NonNullable<typeof sectionsPart.module>): Folds {
    if (this.#folds === null) {
      this.#folds = new sections.Folds(() => windowOf(this));
      this.#folds.show(this.openSections);
    }
    return this.#folds;
  }

  #toggled(folds: Folds, title: string, isOpen: boolean): void {
    if (!folds.choose(title, isOpen)) return;
    this.requestUpdate();
    this.#dispatch('sectionschange', folds.open);
  }

  readonly #timeSelected = ({ target, detail: timestampMs }: CustomEvent<number>): void => {
    const title = this.#titleOf(target, timestampMs);
    const { module } = this.#tables;
    if (title === null || module === null || !isChart(target)) return;
    this.#selectedTime ??= new module.SelectedTimeController(this);
    this.#selectedTime.choose(timestampMs, title, target);
    this.#isSelectionOfSpan = this.span !== null;
    this.said = this.#selectedTime.messages(this.#tableNames(), this.#shown.tables, this.#language);
    // Above the sheet, which may cover the chart.
    void this.updateComplete.then(() => target.scrollIntoView({ block: 'nearest' }));
  };

  readonly #timeRead = ({ target, detail: timestampMs }: CustomEvent<number>): void => {
    this.said = this.#titleOf(target, timestampMs)?.() ?? '';
  };

  /** In the language of when it is asked. */
  #titleOf(chart: EventTarget | null, timestampMs: number): (() => string) | null {
    const { buffer } = this.#shown;
    if (!isChart(chart) || buffer === null) return null;
    return (
      this.#charts.module?.selectedTimeTitleOf(buffer, chart.column, timestampMs, this.#language) ?? null
    );
  }

  #missingNames(): readonly string[] {
    const { buffer, refusal } = this.#live;
    if (refusal?.code === 'unknown_metric') return this.#metricNames();
    return buffer === null ? [] : missingFrom(buffer.announcement.series, this.#metricNames());
  }

  #metricNames(): string[] {
    return namesIn(this.metrics ?? DEFAULT_METRICS);
  }

  #tableNames(): string[] {
    return namesIn(this.tables ?? '');
  }

  #dispatch(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'metrics-panel': MetricsPanel;
  }
  interface HTMLElementEventMap {
    statuschange: CustomEvent<ConnectionStatus>;
    welcome: CustomEvent<Welcome>;
    sample: CustomEvent<PanelSample>;
    gap: CustomEvent<SampleGap>;
    missing: CustomEvent<readonly string[]>;
    ready: CustomEvent<Subscribed>;
    sectionschange: CustomEvent<readonly string[]>;
  }
}
