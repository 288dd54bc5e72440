import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { ConnectionStatus } from '../../../shared/client/connection-status.ts';
import type { Sample } from '../../../shared/client/client-subscription.ts';
import type { Welcome } from '../../../shared/messages.ts';
import '../connection-badge/connection-badge.ts';
import { translate } from '../../locales/agent-texts.ts';
import { element } from '../define.ts';
import { LanguageController } from '../language-controller.ts';
import { MetricChart } from '../metric-chart/metric-chart.ts';
import '../process-table/process-table.ts';
import { tokens } from '../tokens.styles.ts';
import { agentUrlOf } from './agent-url.ts';
import { flatView, sectionedView } from './charts-view.ts';
import { Folds } from './folds.ts';
import { LiveFeedController } from './live-feed-controller.ts';
import { styles } from './metrics-panel.styles.ts';
import { momentStyles } from './moment.styles.ts';
import { MomentController } from './moment-controller.ts';
import { liveTableView, momentTitle, momentView, momentWords, type MomentTable } from './moment-view.ts';
import { notice, waitingView } from './notice.ts';
import { outlineMemo, type Table } from './outline.ts';
import type { RollingPicture } from './rolling-picture.ts';
import { sectionStyles } from './sections.styles.ts';

const DEFAULT_METRICS = 'cpu,memory';
const DEFAULT_POINTS = 20;
const MAX_POINTS = 10_000;
const NO_TABLES: readonly Table[] = [];

/**
 * Live charts of a host's metrics, with a badge that says how the connection stands.
 * A metric without a dot in its name (`cpu`) is its subject's headline and gets a large chart; the others follow smaller, or,
 * with `sections`, by subject under headings that fold. With `tables`, a click on a chart, or the arrow keys, choose a moment and
 * show the rows of then.
 *
 * @slot heading - Stands beside the badge
 * @fires {CustomEvent<ConnectionStatus>} statuschange - The connection's state changed
 * @fires {CustomEvent<Welcome>} welcome - The agent introduced itself
 * @fires {CustomEvent<Sample>} sample - A sample came
 */
@element('metrics-panel')
export class MetricsPanel extends LitElement {
  static override styles = [tokens, styles, sectionStyles, momentStyles];

  /** Names and globs, separated by commas; each is drawn once, in this order. */
  @property() metrics: string | null = DEFAULT_METRICS;
  /** Whether the metrics behind the headlines are arranged by subject; the browser remembers which sections are open. */
  @property({ type: Boolean }) sections = false;
  /** Names of tables, separated by commas; those that the agent does not have are done without. */
  @property() tables: string | null = null;
  /** Address of the agent; left out: the one that served this script. */
  @property() src: string | null = null;
  /** Samples each chart shows, 2 to 10,000. */
  @property({ type: Number }) points = DEFAULT_POINTS;
  /** Shown to an agent that asks for one. Never an attribute, so that it is not in the page's markup. */
  @property({ attribute: false }) token?: string;

  readonly #live = new LiveFeedController(this, {
    statusChanged: (status) => this.#dispatch('statuschange', status),
    welcomed: (welcome) => this.#dispatch('welcome', welcome),
    sampled: (sample) => this.#dispatch('sample', sample),
  });

  readonly #language = new LanguageController(this);
  readonly #moment = new MomentController(this);
  readonly #folds = new Folds();
  readonly #outline = outlineMemo();
  /** Told to those who do not see the sheet. */
  @state() private said = '';

  /** How the panel stands with its agent. */
  get status(): ConnectionStatus {
    return this.#live.status;
  }

  protected override willUpdate(): void {
    const agentUrl = agentUrlOf(this.src);
    if (agentUrl === null) {
      this.#live.follow(null);
      return;
    }
    this.#live.follow({
      agentUrl,
      metrics: namesIn(this.metrics ?? DEFAULT_METRICS),
      tables: this.#tableNames(),
      points: Math.min(MAX_POINTS, Math.max(2, Math.trunc(this.points) || DEFAULT_POINTS)),
      token: this.token,
    });
  }

  protected override render(): TemplateResult {
    return html`
      <header>
        <div class="heading"><slot name="heading"></slot></div>
        <connection-badge .status=${this.status}></connection-badge>
      </header>
      <div
        class=${this.#moment.timestampMs === null ? '' : 'has-moment'}
        @momentselect=${this.#momentSelected}
      >
        ${this.#body()}
      </div>
      ${this.#sheet()}
      <p class="said" aria-live="polite">${this.#moment.timestampMs === null ? '' : this.said}</p>
    `;
  }

  #body(): TemplateResult {
    const { picture, refusal } = this.#live;
    const { words } = this.#language;
    const agentUrl = agentUrlOf(this.src);
    if (agentUrl === null) return notice(words.notice.invalidSrc, words.notice.expectedSrc(this.src ?? ''));
    if (refusal !== null) return notice(words.notice.refused, translate(refusal.error, words));
    if (picture !== null) return this.#charts(picture);
    return waitingView(this.status, agentUrl, words);
  }

  #charts(picture: RollingPicture): TemplateResult {
    const { tables, revision, isStale } = this.#live;
    const outline = this.#outline(
      picture.announcement.series,
      tables?.descriptors ?? NO_TABLES,
      this.#language.words,
    );
    const context = {
      language: this.#language,
      picture,
      revision,
      isStale,
      isSelectable: this.#tableNames().length > 0,
      momentMs: this.#moment.timestampMs,
    };
    if (!this.sections) return flatView(outline, context);
    return sectionedView(outline, {
      ...context,
      isOpen: ({ title, chartCount }) => this.#folds.isOpen(title, chartCount),
      toggled: ({ title }, isOpen) => {
        if (this.#folds.choose(title, isOpen)) this.requestUpdate();
      },
      tableView: (name) =>
        liveTableView(
          tables?.descriptors.find((one) => one.name === name),
          tables?.newest(name) ?? null,
        ),
    });
  }

  #sheet(): TemplateResult | typeof nothing {
    const { timestampMs, title, leave } = this.#moment;
    return timestampMs === null
      ? nothing
      : momentView(timestampMs, title, this.#momentTables(), leave, this.#language);
  }

  #momentTables(): MomentTable[] {
    const { tables } = this.#live;
    return this.#tableNames().map((name) => ({
      name,
      descriptor: tables?.descriptors.find((one) => one.name === name) ?? null,
      table: tables === null ? null : this.#moment.table(name, tables),
    }));
  }

  readonly #momentSelected = ({ target, detail: timestampMs }: CustomEvent<number>): void => {
    const { picture } = this.#live;
    if (!(target instanceof MetricChart) || picture === null) return;
    const { window, announcement } = picture;
    const row = Array.from({ length: window.length }, (_, index) => window.timestampAt(index)).indexOf(
      timestampMs,
    );
    const series = announcement.series[target.column];
    if (row < 0 || series === undefined) return;
    const value = window.valueAt(target.column, row);
    const title = (): string => momentTitle(timestampMs, series, value, this.#language);
    this.#moment.choose(timestampMs, title, target);
    this.said = `${title()}. ${momentWords(timestampMs, this.#momentTables(), this.#language)}`;
    // Above the sheet, which may cover the chart.
    void this.updateComplete.then(() => target.scrollIntoView({ block: 'nearest' }));
  };

  #tableNames(): string[] {
    return namesIn(this.tables ?? '');
  }

  #dispatch(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

function namesIn(list: string): string[] {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

declare global {
  interface HTMLElementTagNameMap {
    'metrics-panel': MetricsPanel;
  }
  interface HTMLElementEventMap {
    statuschange: CustomEvent<ConnectionStatus>;
    welcome: CustomEvent<Welcome>;
    sample: CustomEvent<Sample>;
  }
}
