import { html, nothing, render, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { ToldAlerts } from '../../../shared/client/client-subscription.ts';
import type { ConnectionStatus } from '../../../shared/client/connection-status.ts';
import type { Welcome } from '../../../shared/client/welcome.ts';
import type { AlertView, Subscribed } from '../../../shared/protocol/messages.ts';
import type { GapSpan } from '../../charts/gaps.ts';
import { isElement, windowOf } from '../../browser/documents.ts';
import { agentUrlOf } from '../../client/agent-url.ts';
import type { Standing } from '../connection-badge/standing.ts';
import { formatTime } from '../../locales/format.ts';
import { element } from '../define-element.ts';
import { LanguageController } from '../language-controller.ts';
import type { Crosshair } from '../metric-chart/crosshair.ts';
import { drawing } from '../metric-chart/drawing.ts';
import { OwnElement } from '../own-element.ts';
import { PartController } from '../part-controller.ts';
import { tokens } from '../tokens.styles.ts';
import type { AlertsController } from './alerts/alerts-controller.ts';
import type { AlertsShown } from './alerts/alerts-shown.ts';
import { flatView, type ChartsContext, type Layout } from './charts-view.ts';
import {
  chartNamesIn,
  DEFAULT_METRICS,
  DEFAULT_POINTS,
  LIVE_WINDOW_MS,
  missingFrom,
  windowMsOf,
  wishesOf,
  type FeedRequest,
  type FeedWishes,
} from './feed/feed-request.ts';
import type { HistoryStatus } from './feed/history-status.ts';
import { LiveFeedController, type PanelGap, type PanelSample } from './feed/live-feed-controller.ts';
import type { PausedView } from './feed/paused-view.ts';
import type { SeriesBuffer, Shown } from './feed/shown-samples.ts';
import { TokenController } from './feed/token-controller.ts';
import type { GetToken } from './feed/token-source.ts';
import type { Comparison } from './comparison/comparison.ts';
import type { HostState } from './hosts/host-state.ts';
import type { ShownHost } from './hosts/shown-host.ts';
import { styles } from './metrics-panel.styles.ts';
import type { HistoryController, ShownPast } from './history/history-controller.ts';
import { missingView, notice, refusalView, skeletonView, waitingView } from './notice.ts';
import type { PanelAdditions } from './panel-additions.ts';
import { panelLayoutMemo, type ChartsOf, type PlacedSeries, type Table } from './panel-layout.ts';
import {
  alertsPart,
  badgePart,
  chartsPart,
  combinedPart,
  historyPart,
  comparisonPart,
  hostsPart,
  sectionsPart,
  tablesPart,
} from './parts/panel-parts.ts';
import type { Folds } from './sections/folds.ts';
import type { SelectedTimeController } from './selected-time/selected-time-controller.ts';
import { valuesOnly } from './values-view.ts';

const LAYOUTS: readonly Layout[] = ['row', 'compact', 'sparkline'];
const NO_TABLES: readonly Table[] = [];
/** A paused panel whose request changes shows the samples of the new request. */
const REQUEST_PROPERTIES = ['src', 'host', 'metrics', 'tables', 'interval', 'points', 'window'] as const;

/**
 * Live charts of a host's metrics, with a badge for the state of the connection.
 * Headlines, such as `cpu`, get a large chart each: metrics that the agent marks as such, or whose name has no dot. The others
 * follow smaller, or, with `sections`, by subject under headings that fold. With `tables`, a click on a chart or the arrow keys
 * select a time and show the tables of that time. With `hosts`, each chart compares a metric of several hosts.
 *
 * @slot - Shown until the first sample is drawn, and where scripts do not run
 * @slot heading - Shown next to the badge
 * @fires {CustomEvent<ConnectionStatus>} statuschange - The connection's state changed
 * @fires {CustomEvent<Welcome>} welcome - The agent introduced itself
 * @fires {CustomEvent<PanelSample>} sample - A sample arrived
 * @fires {CustomEvent<ShownHost | null>} hostchange - What is known of the panel's host changed: it is down, or up again
 * @fires {CustomEvent<PanelGap>} gap - Samples are missing, and why
 * @fires {CustomEvent<readonly string[]>} missing - The names and globs of `metrics` that the agent does not have, or does not show, changed
 * @fires {CustomEvent<Subscribed>} ready - The charts show their first sample, or the first of other series
 * @fires {CustomEvent<HistoryStatus>} historychange - What the charts show of the agent's history changed
 * @fires {CustomEvent<number | null>} momentchange - The reader selected a time (Unix ms), or left it
 * @fires {CustomEvent<readonly string[]>} sectionschange - The reader opened or folded a section: the titles of the open ones
 * @fires {CustomEvent<AlertView>} alert - An alert of the host fired, ended or was acknowledged; bubbles
 * @fires {CustomEvent<AlertsShown>} alertschange - What is known of the host's alerts changed
 * @csspart header - The heading and the badge
 * @csspart heading - The title
 * @csspart badge - The connection's badge
 * @csspart charts - The container of the charts
 * @csspart chart - The card of one chart
 * @csspart label - The title of a chart
 * @csspart value - The value of a chart, with its unit
 * @csspart plot - The line of a chart and its axes
 * @csspart tools - The buttons of a chart: its table
 * @csspart caption - What stands beside the title of a chart: the time of its values, or what is the matter
 * @csspart legend - The series or hosts of a chart, with their values
 * @csspart remark - What else there is to say of compared hosts
 * @csspart section - One subject
 * @csspart section-title - Its title, which folds it
 * @csspart host - That the host is down, or not known
 * @csspart notice - Message shown instead of the charts, with the reason
 * @csspart missing - The names of metrics that are not shown
 * @csspart moment - The tables of the selected time
 * @cssprop --mp-surface - Background of the cards
 * @cssprop --mp-border - Colour of their borders
 * @cssprop --mp-grid - Colour of the lines behind the charts
 * @cssprop --mp-text - Colour of text
 * @cssprop --mp-text-muted - Colour of less important text
 * @cssprop --mp-series-1 - Colour of the CPU
 * @cssprop --mp-series-2 - Colour of memory
 * @cssprop --mp-series-3 - Colour of the network
 * @cssprop --mp-series-4 - Colour of disks and of waits for them
 * @cssprop --mp-series-5 - Colour of all other metrics
 * @cssprop --mp-trouble - Colour of thresholds and firing times of alerts that mean trouble
 * @cssprop --mp-warning - The same of warnings
 * @cssprop --mp-headline-height - Height of a headline's plot
 * @cssprop --mp-headline-width - Least width of a headline's card
 * @cssprop --mp-radius - Radius of the cards' corners
 * @cssprop --mp-font - Font family
 */
@element('metrics-panel')
export class MetricsPanel extends OwnElement {
  static override styles = [tokens, styles];

  /** Names and globs, separated by commas, in the order of the charts; the names of `cpu.user+cpu.system` share one. */
  @property() metrics: string | null = DEFAULT_METRICS;
  /** Whether the series of one chart lie on top of each other. */
  @property({ type: Boolean, reflect: true }) stacked = false;
  /** Whether the second half of the series of one chart lies below its zero line; overrides `stacked`. */
  @property({ type: Boolean, reflect: true }) mirrored = false;
  /** Lines across the charts that have the unit of the first, in that unit: `20` for trouble, `80,90` for a warning and trouble. */
  @property() thresholds: string | null = null;
  /** Whether the metrics behind the headlines are arranged by subject; the browser remembers which sections are open. */
  @property({ type: Boolean, reflect: true }) sections = false;
  /** Names of tables, separated by commas; tables the agent does not have are omitted. */
  @property() tables: string | null = null;
  /** Whether thresholds and firing alerts are drawn on the charts, and told in events. */
  @property({ type: Boolean, reflect: true }) alerts = false;
  /** One of the agent's hosts: its id, or a label that only it has; defaults to the agent's own. */
  @property() host: string | null = null;
  /**
   * Hosts to compare, separated by commas: ids, labels, globs such as `web-*`, and `key=value` for their labels. One chart per metric shows up to eight of
   * them; `host`, `sections`, `tables`, `alerts`, `layout`, `range` and long windows have no effect then.
   */
  @property() hosts: string | null = null;
  /** Milliseconds between samples, rounded up to what the agent supports; defaults to the agent's interval. */
  @property({ type: Number }) interval: number | null = null;
  /** How charts are arranged without `sections`: `grid`, `row`, `compact`, or `sparkline` for bare lines in a text. */
  @property({ reflect: true, useDefault: true }) layout: Layout | null = 'grid';
  /** Colours: `auto` takes those of the page around. */
  @property({ reflect: true }) theme: 'auto' | 'light' | 'dark' = 'auto';
  /** A title next to the badge. */
  @property() heading: string | null = null;
  /**
   * How the connection's state is shown: `auto` (beside the heading, or in the first card's head as a dot that has words when something is the matter),
   * `full`, `dot` (without its word) or `none`; defaults to `auto`, and to `none` in a `sparkline`.
   */
  @property() badge: 'auto' | 'full' | 'dot' | 'none' | null = null;
  /** Address of the agent; defaults to the one that served this script. */
  @property() src: string | null = null;
  /** Samples each chart shows, 2 to 10,000. */
  @property({ type: Number }) points = DEFAULT_POINTS;
  /** How much time the charts show, up to now: a number with `m`, `h`, `d` or `y`, such as `24h`; defaults to the newest `points`. */
  @property() window: string | null = null;
  /** Freezes what is shown, while samples go on arriving and being dispatched. */
  @property({ type: Boolean, reflect: true }) paused = false;
  /** A fixed stretch of time (Unix ms) that the charts show instead; it ends with a pause that ends. */
  @property({ attribute: false }) range: GapSpan | null = null;
  /** The selected time (Unix ms), whose tables are shown; that of the nearest sample is selected once it is there. */
  @property({ attribute: false }) moment: number | null = null;
  /** Words: shows only charts whose names or titles contain all of them, in sections that are open. */
  @property({ attribute: false }) search: string | null = '';
  /** Titles of the sections that are open at first; defaults to what the browser remembers. */
  @property({ attribute: false }) openSections: readonly string[] | null = null;
  /** @internal */
  @property({ attribute: false }) additions: PanelAdditions | null = null;
  /**
   * For an agent that asks for one. Everyone who gets the page can read the attribute: use it only for a token made for pages of
   * this origin, and for metrics that everyone may see.
   */
  @property() token?: string | undefined;
  /** Gives the token instead, when it is needed and again when the agent refuses that one. */
  @property({ attribute: false }) getToken?: GetToken | null;

  readonly #feed = new LiveFeedController(
    this,
    tablesPart,
    (type, detail) => this.#tell(type, detail),
    () => this.#tokens.source?.expiring(),
    (told) => {
      this.#untold.push(told);
      this.#takeAlerts();
    },
  );
  readonly #tokens = new TokenController(this);
  /** Why the page gave no token. */
  #tokenError: string | null = null;
  /** The names and globs of each chart. */
  #charts: readonly (readonly string[])[] = [];
  #wishes: FeedWishes = wishesOf(this, []);
  #agentUrl: string | null = null;
  #request: FeedRequest | null = null;
  readonly #language = new LanguageController(this);
  readonly #chartsPart = new PartController(this, chartsPart);
  readonly #badgePart = new PartController(this, badgePart);
  /** It has its place, or shall have none. */
  #isBadgeSeated = false;
  readonly #combinedPart = new PartController(this, combinedPart);
  #combinedOf: ChartsOf | undefined;
  /** Describes what `#combinedOf` is of; empty where each series has a chart of its own. */
  #combinedFor = '';
  /** Metrics that have a `+` in their names. */
  readonly #plusNames = new Set<string>();
  readonly #tablesPart = new PartController(this, tablesPart, ({ selectedTimeStyles }) => selectedTimeStyles);
  readonly #sectionsPart = new PartController(this, sectionsPart, ({ sectionStyles }) => sectionStyles);

  /** The document of the last connection. */
  #home = document;
  /** `null` before there are charts. */
  #pausedView: PausedView | null = null;
  #shown: Shown & Partial<ShownPast> = this.#feed;
  readonly #historyPart = new PartController(this, historyPart, ({ historyStyles }) => historyStyles);
  /** `null` before the first window or range that live samples do not hold. */
  #history: HistoryController | null = null;
  readonly #hostsPart = new PartController(this, hostsPart, ({ hostStyles }) => hostStyles);
  /** `null` before there was anything to say of the host. */
  #hostState: HostState | null = null;
  #reportedHost = 'null';
  #reportedStanding = '';
  readonly #comparisonPart = new PartController(
    this,
    comparisonPart,
    ({ comparisonStyles }) => comparisonStyles,
  );
  /** `null` before the first `hosts`. */
  #comparison: Comparison | null = null;
  readonly #alertsPart = new PartController(this, alertsPart);
  #alerts: AlertsController | null = null;
  /** Messages that came before the part that understands them. */
  readonly #untold: ToldAlerts[] = [];
  /** `null` before there are charts. */
  #crosshair: Crosshair | null = null;
  readonly #panelLayoutOf = panelLayoutMemo();
  #folds: Folds | null = null;
  #selectedTime: SelectedTimeController | null = null;
  /** Identifies the series whose first sample was dispatched as `ready`. */
  #readyFor: string | null = null;
  /** Names and globs that the agent does not have or does not show. */
  #missing: readonly string[] = [];
  #reportedMissing: readonly string[] = [];
  /** Read out by screen readers. */
  @state() private said = '';

  override connectedCallback(): void {
    super.connectedCallback();
    // A window that closes takes the listeners and canvases of its elements with it, so render them anew.
    if (this.#home.defaultView === null) render(nothing, this.renderRoot, this.renderOptions);
    this.#home = this.ownerDocument;
    // In parallel with the connection.
    drawing.load();
    this.#chartsPart.want();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#hostState?.stop();
  }

  get status(): ConnectionStatus {
    return (this.#compared ?? this.#feed).status;
  }

  /**
   * What the badge shows; dispatched as `standingchange`.
   * @internal
   */
  get standing(): Standing {
    return this.#compared?.status ?? this.#feed.standing;
  }

  /** `null` unless several hosts are compared. */
  get #compared(): Comparison | null {
    return this.hosts === null ? null : this.#comparison;
  }

  /** What is known of the panel's host; `null` while the agent has not introduced it, or does not know it. */
  get shownHost(): ShownHost | null {
    return this.#feed.shownHost;
  }

  /** The former name of `range`. */
  get span(): GapSpan | null {
    return this.range;
  }

  set span(range: GapSpan | null) {
    this.range = range;
  }

  /** The time axis of the charts (Unix ms); `null` before the first sample. */
  get shownRange(): GapSpan | null {
    return this.#chartsPart.module?.rangeOf(this.#shown.buffer, this.#span) ?? null;
  }

  get historyStatus(): HistoryStatus {
    return this.#history?.status(this.#language.messages, this.#feed.isOfOtherAgent) ?? { state: 'live' };
  }

  /** Freezes what is shown. */
  pause(): void {
    this.paused = true;
  }

  /** Shows the present again. */
  resume(): void {
    this.paused = false;
    this.range = null;
  }

  /** A stretch of time that the charts show instead of the newest points. */
  get #span(): GapSpan | null {
    return this.#shown.span ?? this.range;
  }

  /** The samples shown, or those of `range`, as comma-separated values; empty before the first. */
  exportCsv(): string {
    const { buffer } = this.#shown;
    return buffer === null ? '' : (this.#chartsPart.module?.csvOf(buffer, this.#span) ?? '');
  }

  /** The charts on the screen as one picture (PNG). Rejects when none is drawn. */
  async exportPng(): Promise<Blob> {
    const { pngOf } = await import('./png.ts');
    return pngOf(this);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.#sectionsPart.want(this.sections || Boolean(this.search));
    if (this.#tablesPart.module !== null)
      this.#selectedTime ??= new this.#tablesPart.module.SelectedTimeController(this, (text) => {
        this.said = text;
      });
    if (changed.has('openSections')) this.#folds?.show(this.openSections);
    if (changed.get('paused') === true && !changed.has('range')) this.range = null;
    if (REQUEST_PROPERTIES.some((name) => changed.has(name))) this.#pausedView?.release();
    this.#follow();
    this.#combine();
    const charts = this.#chartsPart.module;
    if (charts !== null) this.#pausedView ??= new charts.PausedView();
    const held = this.#pausedView?.of(this.#feed, this.paused || this.range !== null) ?? this.#feed;
    this.#shown = this.#pastOf(held) ?? held;
    this.#missing = this.#missingNames();
    this.#showAlerts();
    this.#watchHost();
  }

  #watchHost(): void {
    const { standing, isUnknownHost } = this.#feed;
    this.#hostsPart.want(isUnknownHost || standing.state.startsWith('host'));
    const { module } = this.#hostsPart;
    if (module !== null) this.#hostState ??= new module.HostState(this.#feed, () => this.requestUpdate());
    this.#hostState?.update(this.host);
  }

  #showAlerts(): void {
    const { alerts } = this;
    this.#alertsPart.want(alerts);
    const { module } = this.#alertsPart;
    if (module !== null) this.#alerts ??= new module.AlertsController(this);
    if (alerts) this.#alerts?.show(this.#ofThePast, this.#span);
    else this.#alerts?.stop();
    // Listeners may change the panel, which an update would not notice.
    if (module !== null && this.#untold.length > 0) queueMicrotask(() => this.#takeAlerts());
  }

  #takeAlerts(): void {
    if (this.#alerts === null) return;
    for (const told of this.#untold.splice(0)) this.#alerts.take(told);
  }

  /** What is followed, for requests over HTTP: these know hosts only by their id. The agent's own needs none. */
  get #ofThePast(): FeedRequest | null {
    const request = this.#request;
    if (request?.host === undefined) return request;
    const { shownHost } = this;
    return shownHost === null ? null : { ...request, host: shownHost.id };
  }

  /** What is shown of the agent's history; `null` if nothing is. */
  #pastOf(held: Shown): (Shown & ShownPast) | null {
    const { range } = this;
    const windowMs = windowMsOf(this.window);
    const isWanted = range !== null || windowMs > LIVE_WINDOW_MS;
    this.#historyPart.want(isWanted);
    const { module } = this.#historyPart;
    if (module !== null) this.#history ??= new module.HistoryController(this);
    const stretch = range ?? { windowMs };
    return (
      this.#history?.show(isWanted ? this.#ofThePast : null, stretch, held, this.#feed.buffer, this.paused) ??
      null
    );
  }

  #follow(): void {
    const { intervalMs } = this.#compared ?? this.#feed.buffer?.announcement ?? {};
    this.#charts = chartNamesIn(this.metrics, this.#isPlusName);
    this.#wishes = wishesOf(this, this.#charts, intervalMs);
    this.#tablesPart.want(this.#wishes.tables.length > 0);
    const { getToken } = this;
    const agentUrl = agentUrlOf(this.src);
    this.#agentUrl = agentUrl;
    const token =
      this.token ?? (agentUrl !== null && getToken ? this.#tokens.tokenFor(agentUrl, getToken) : undefined);
    this.#tokenError = token === null ? (this.#tokens.source?.error ?? null) : null;
    const request = agentUrl === null || token === null ? null : { ...this.#wishes, agentUrl, token };
    this.#compare(request);
    this.#request = this.hosts === null ? request : null;
    this.#feed.follow(this.#request);
  }

  /** Whether `name` is one metric. Remembered, since another connection may not know it yet. */
  readonly #isPlusName = (name: string): boolean => {
    if (name.includes('+') && this.#feed.hasMetric(name)) this.#plusNames.add(name);
    return this.#plusNames.has(name);
  };

  #combine(): void {
    const { thresholds, stacked: isStacked, mirrored: isMirrored } = this;
    const charts = this.#charts;
    const isWanted = thresholds !== null || charts.some(({ length }) => length > 1);
    this.#combinedPart.want(isWanted);
    const { module } = this.#combinedPart;
    const wishes = { charts, isStacked, isMirrored, thresholds };
    const key = module === null ? '' : JSON.stringify(wishes);
    if (key === this.#combinedFor) return;
    this.#combinedFor = key;
    this.#combinedOf =
      module === null ? undefined : (series) => module.chartsOf(series, wishes, this.#language);
  }

  #compare(request: FeedRequest | null): void {
    const { hosts } = this;
    this.#comparisonPart.want(hosts !== null && this.#chartsPart.module !== null);
    const { module } = this.#comparisonPart;
    if (module !== null)
      this.#comparison ??= new module.Comparison(this, (type, detail) => this.#tell(type, detail));
    this.#comparison?.update(
      hosts,
      hosts === null ? null : request,
      this.#charts.flatMap((names) => (names.length > 1 ? names.join('+') : [])),
      windowMsOf(this.window),
      this.paused,
      this.#language,
    );
  }

  #missingNames(): readonly string[] {
    if (this.#compared !== null) return this.#compared.missing;
    const { buffer, refusal } = this.#feed;
    const { metrics } = this.#wishes;
    if (refusal?.code === 'unknown_metric') return metrics;
    const past = this.#shown.buffer?.announcement.series ?? [];
    return buffer === null ? [] : missingFrom([...buffer.announcement.series, ...past], metrics);
  }

  protected override render(): TemplateResult {
    this.#badgePart.want(this.#badgeMode !== 'none');
    const header = this.#header();
    this.#isBadgeSeated = header !== nothing || this.#badgeMode !== 'auto';
    const body = this.#body();
    const badge = this.#isBadgeSeated || this.#isWell ? nothing : this.#badgeView('alone');
    return html`
      ${header} ${badge}
      <div
        part="charts"
        class=${this.#selectedMs === null ? '' : 'has-selected-time'}
        @timeselect=${this.#timeTold}
        @timeread=${this.#timeTold}
      >
        ${body}
      </div>
      ${this.#selectedTime?.view(this.#wishes.tables, this.#shown.tables, this.#shown.buffer, this.#language, this.#timeOf)}
      <p class="said" aria-live="polite">${this.said}</p>
    `;
  }

  protected override updated(): void {
    const { buffer } = this.#feed;
    const { shownHost } = this;
    const known = JSON.stringify(shownHost);
    if (this.#reportedHost !== known) {
      this.#reportedHost = known;
      this.#dispatch('hostchange', shownHost);
    }
    const standing = JSON.stringify(this.standing);
    if (this.#reportedStanding !== standing) {
      this.#reportedStanding = standing;
      this.#dispatch('standingchange', this.standing);
    }
    if (this.#reportedMissing.join() !== this.#missing.join()) {
      this.#reportedMissing = this.#missing;
      this.#dispatch('missing', this.#missing);
    }
    if (buffer === null || buffer.samples.length === 0) return;
    const { epoch, host, sub, series } = buffer.announcement;
    const key = JSON.stringify([epoch, host, sub, series.map(({ name, unit }) => [name, unit])]);
    if (this.#readyFor === key) return;
    this.#readyFor = key;
    this.#dispatch('ready', buffer.announcement);
  }

  #header(): TemplateResult | typeof nothing {
    const { heading } = this;
    const mode = this.#badgeMode;
    const hasHeading = Boolean(heading) || this.querySelector(':scope > [slot="heading"]') !== null;
    if (!hasHeading && (mode === 'none' || mode === 'auto')) return nothing;
    return html`
      <header part="header">
        <div class="heading">
          ${heading ? html`<h2 part="heading">${heading}</h2>` : nothing}
          <slot name="heading"></slot>
        </div>
        ${mode === 'none' ? nothing : this.#badgeView('header')}
      </header>
    `;
  }

  get #badgeMode(): NonNullable<MetricsPanel['badge']> {
    const mode = this.badge ?? 'auto';
    return mode === 'auto' && this.layout === 'sparkline' && !this.sections ? 'none' : mode;
  }

  /** Nothing that a reader has to know before it has lasted. */
  get #isWell(): boolean {
    return ['connected', 'catchingUp'].includes(this.standing.state);
  }

  /** @param place `alone`: over what is shown while there is no card */
  #badgeView(place: 'header' | 'card' | 'alone'): TemplateResult | typeof nothing {
    const mode = this.#badgeMode;
    if (this.#badgePart.module === null) return nothing;
    return html`<connection-badge
      part="badge"
      class=${place}
      slot=${place === 'card' ? 'badge' : nothing}
      ?dot=${mode === 'dot' || (place === 'card' && this.#isWell)}
      ?small=${mode === 'auto'}
      .status=${this.standing}
      >${this.additions?.detail()}</connection-badge
    >`;
  }

  #body(): TemplateResult {
    const { buffer } = this.#shown;
    const { messages } = this.#language;
    const { refusal } = this.#feed;
    const { badge, notice: texts } = messages;
    const agentUrl = this.#agentUrl;
    if (agentUrl === null) return notice(texts.invalidSrc, texts.expectedSrc(this.src ?? ''), badge.error);
    if (Number.isNaN(windowMsOf(this.window)))
      return notice(`window="${this.window}"`, texts.expectedWindow, badge.error);
    if (this.#tokenError !== null) return notice(texts.noToken, this.#tokenError, badge.error);
    const missing = this.#missing.join(messages.separator.list);
    if (this.#compared?.isKnown === true)
      return html`${this.#compared.view(this.#shownCrosshair, this.#seatBadge(), this.#language)} ${missingView(missing, messages)}`;
    const isOfNoHost = this.#feed.isUnknownHost && this.host !== null;
    const hostState =
      this.#hostsPart.module === null
        ? nothing
        : this.#hostState?.view(this.host, this.#timeOf, this.#language);
    if (refusal !== null && !isOfNoHost) return refusalView(refusal, missing, messages);
    if (isOfNoHost && buffer === null) return html`${hostState}`;
    if (buffer !== null)
      return html`${hostState} ${this.#history?.view(messages, this.#feed.isOfOtherAgent)} ${this.#chartsOf(buffer)}
      ${buffer.announcement.series.length === 0 ? nothing : missingView(missing, messages)}`;
    return html`${waitingView(this.status, agentUrl, messages, this.#hasSlotted())}<slot></slot>`;
  }

  /** The badge for the head of a card, unless it is elsewhere. */
  #seatBadge(): TemplateResult | typeof nothing {
    if (this.#isBadgeSeated) return nothing;
    this.#isBadgeSeated = true;
    return this.#badgeView('card');
  }

  /** The slot counts white space as content, and a person does not. */
  #hasSlotted(): boolean {
    return [...this.childNodes].some((node) =>
      isElement(node)
        ? node.slot === ''
        : node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== '',
    );
  }

  #chartsOf(buffer: SeriesBuffer): TemplateResult {
    // Charts of single series would give way to fewer and larger ones.
    if (this.#combinedPart.isComing) return skeletonView();
    const { tables, revision } = this.#shown;
    const { additions } = this;
    const { messages } = this.#language;
    const sectionsModule = this.#sectionsPart.module;
    const whole = this.#panelLayoutOf(
      buffer.announcement.series,
      tables?.descriptors ?? NO_TABLES,
      messages,
      sectionsModule?.sectionsOf,
      this.#combinedOf,
    );
    const search = this.search ?? '';
    const panelLayout = sectionsModule?.filterPanelLayout(whole, search, messages) ?? whole;
    const isSearch = panelLayout !== whole;
    const { nothingFound, noSuchMetric } = messages.notice;
    if (isSearch && panelLayout.headlines.length + panelLayout.sections.length === 0)
      return notice(nothingFound, noSuchMetric(search), nothingFound);
    const charts = this.#chartsPart.module;
    const crosshair = this.#shownCrosshair;
    const { gridView, keyedList } = charts ?? valuesOnly;
    const isFrozen = this.paused || this.range !== null;
    const { headlines, details } = panelLayout;
    const first = [...headlines, ...(this.sections ? [] : details)].find(
      ({ instead }) => instead === undefined,
    );
    const badge = first === undefined ? nothing : this.#seatBadge();
    const isStale = this.#feed.isStale && !isFrozen;
    const context = {
      language: this.#language,
      buffer,
      current: isFrozen || isStale ? undefined : this.#shown.current,
      revision,
      isStale,
      isFrozen,
      span: this.#span,
      timeOf: this.#timeOf,
      isSelectable: this.#tablesPart.module !== null,
      selectedMs: this.#selectedMs,
      crosshair,
      alertsOf: this.#alertsOf,
      badgeOf: badge === nothing ? undefined : (member: PlacedSeries) => (member === first ? badge : nothing),
      toolOf: additions?.tool,
    };
    if (!this.sections)
      return flatView(panelLayout, context, LAYOUTS.find((one) => one === this.layout) ?? 'grid', gridView);
    const tableView = (name: string): TemplateResult | typeof nothing =>
      this.#tablesPart.module?.liveTableView(name, tables, context) ?? nothing;
    const board = isSearch ? undefined : additions?.board?.(panelLayout, { ...context, tableView });
    let favourites: unknown = nothing;
    let others: unknown = nothing;
    if (sectionsModule !== null) {
      const folds = (this.#folds ??= new sectionsModule.Folds(() => windowOf(this), this.openSections));
      const inSections = {
        ...context,
        additions,
        gridView,
        keyedList,
        isSearch,
        folds,
        toggled: () => {
          this.requestUpdate();
          this.#dispatch('sectionschange', folds.open);
        },
        tableView,
      };
      favourites = sectionsModule.firstView(panelLayout, inSections);
      others = sectionsModule.sectionedView(board?.rest ?? panelLayout, inSections);
    } else if (board === undefined) {
      // The headlines are the same with and without sections.
      others = flatView({ ...panelLayout, details: [] }, context, 'grid', gridView);
    }
    return html`${favourites} ${board?.view} ${others}`;
  }

  get #shownCrosshair(): Crosshair | null {
    const charts = this.#chartsPart.module;
    if (charts !== null) this.#crosshair ??= new charts.Crosshair(() => windowOf(this));
    return this.#crosshair;
  }

  get #alertsOf(): ChartsContext['alertsOf'] {
    const alerts = this.alerts ? this.#alerts : null;
    return alerts === null ? undefined : (series) => alerts.of(series, this.#language);
  }

  get #timeOf(): ChartsContext['timeOf'] {
    return this.#chartsPart.module?.formatTimeOfDay ?? formatTime;
  }

  get #selectedMs(): number | null {
    return this.#selectedTime?.timestampMs ?? null;
  }

  /** The reader selected a time, or went to one. */
  readonly #timeTold = (event: CustomEvent<number>): void => {
    // Charts also stand inside other elements; outside of the panel, nobody is told.
    event.stopPropagation();
    const { type, detail: timestampMs } = event;
    const target = event.composedPath()[0] ?? null;
    const title = this.#chartsPart.module?.selectedTimeTitleOf(
      this.#shown.buffer,
      target,
      timestampMs,
      this.#language,
    );
    if (!title) return;
    if (type === 'timeread') this.said = title();
    else this.#selectedTime?.select(timestampMs, title, target);
  };

  #tell(type: string, detail: unknown): void {
    if (type === 'statuschange' && this.status.state === 'error') this.#tokens.source?.refused();
    this.#dispatch(type, detail);
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
    hostchange: CustomEvent<ShownHost | null>;
    standingchange: CustomEvent<Standing>;
    gap: CustomEvent<PanelGap>;
    missing: CustomEvent<readonly string[]>;
    ready: CustomEvent<Subscribed>;
    historychange: CustomEvent<HistoryStatus>;
    momentchange: CustomEvent<number | null>;
    sectionschange: CustomEvent<readonly string[]>;
    alert: CustomEvent<AlertView>;
    alertschange: CustomEvent<AlertsShown>;
  }
}
