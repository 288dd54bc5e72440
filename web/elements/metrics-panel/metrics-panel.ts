import { html, LitElement, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { ConnectionStatus } from '../../../shared/client/connection-status.ts';
import type { Sample } from '../../../shared/client/client-subscription.ts';
import type { Series, Welcome } from '../../../shared/messages.ts';
import '../connection-badge/connection-badge.ts';
import '../metric-chart/metric-chart.ts';
import { element } from '../define.ts';
import { tokens } from '../tokens.styles.ts';
import { LiveFeedController } from './live-feed-controller.ts';
import { styles } from './metrics-panel.styles.ts';
import type { RollingPicture } from './rolling-picture.ts';

const DEFAULT_METRICS = 'cpu,memory';
const DEFAULT_POINTS = 20;
const MAX_POINTS = 10_000;
const SERIES_COLORS = 4;

/**
 * Live charts of a host's metrics, with a badge that says how the connection stands.
 * A metric without a dot in its name (`cpu`) is its subject's headline and gets a large chart; the others follow smaller.
 *
 * @slot heading - Stands beside the badge
 * @fires {CustomEvent<ConnectionStatus>} statuschange - The connection's state changed
 * @fires {CustomEvent<Welcome>} welcome - The agent introduced itself
 * @fires {CustomEvent<Sample>} sample - A sample came
 */
@element('metrics-panel')
export class MetricsPanel extends LitElement {
  static override styles = [tokens, styles];

  /** Names and globs, separated by commas; each is drawn once, in this order. */
  @property() metrics: string | null = DEFAULT_METRICS;
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

  /** How the panel stands with its agent. */
  get status(): ConnectionStatus {
    return this.#live.status;
  }

  protected override willUpdate(): void {
    const agentUrl = this.#agentUrl();
    if (agentUrl === null) {
      this.#live.follow(null);
      return;
    }
    this.#live.follow({
      agentUrl,
      metrics: (this.metrics ?? DEFAULT_METRICS)
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
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
      ${this.#body()}
    `;
  }

  #body(): TemplateResult {
    const { picture, refusal } = this.#live;
    const agentUrl = this.#agentUrl();
    if (agentUrl === null) {
      return notice(
        'Invalid src',
        `Expected the address of an agent, like http://HOST:8080, and got “${this.src}”`,
      );
    }
    if (refusal !== null) return notice('The agent cannot show this', refusal.error);
    if (picture !== null) return this.#charts(picture);
    const { status } = this;
    switch (status.state) {
      case 'reconnecting':
        return notice(status.reason, `Trying ${agentUrl} again by itself. Is the agent running there?`);
      case 'error':
        return notice('No connection', status.reason);
      case 'connecting':
      case 'connected':
      case 'disconnected':
        return html`
          <div class="grid headline" aria-hidden="true">
            <div class="skeleton"></div>
            <div class="skeleton"></div>
          </div>
        `;
    }
  }

  #charts({ announcement: { series, intervalMs }, window, gaps }: RollingPicture): TemplateResult {
    const subjects = [...new Set(series.map(subjectOf))];
    const chart = (one: Series, column: number): TemplateResult => html`
      <metric-chart
        data-metric=${one.name}
        data-color=${(subjects.indexOf(subjectOf(one)) % SERIES_COLORS) + 1}
        .label=${one.label}
        .unit=${one.unit}
        .min=${one.min}
        .max=${one.max}
        .points=${window.capacity}
        .intervalMs=${intervalMs}
        .window=${window}
        .column=${column}
        .revision=${this.#live.revision}
        .gaps=${gaps}
        .stale=${this.#live.isStale}
      ></metric-chart>
    `;
    const charts = series.map((one, column) => ({
      isHeadline: subjectOf(one) === one.name,
      view: chart(one, column),
    }));
    const headlines = charts.filter(({ isHeadline }) => isHeadline);
    const details = charts.filter(({ isHeadline }) => !isHeadline);
    return html`
      ${[
        { size: 'headline', group: headlines },
        { size: 'detail', group: details },
      ]
        .filter(({ group }) => group.length > 0)
        .map(({ size, group }) => html`<div class="grid ${size}">${group.map(({ view }) => view)}</div>`)}
    `;
  }

  /** `null` when `src` is no web address. */
  #agentUrl(): string | null {
    const address = this.src || servedFrom();
    if (!URL.canParse(address, document.baseURI)) return null;
    const url = new URL(address, document.baseURI);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
  }

  #dispatch(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** The agent that served this script: one folder up, below whatever path a proxy has put before it. */
function servedFrom(): string {
  return new URL(import.meta.env.DEV ? '/' : '..', import.meta.url).href;
}

/** `memory.used` is about `memory`. */
function subjectOf({ name }: Series): string {
  return name.split('.', 1)[0] ?? name;
}

function notice(title: string, text: string): TemplateResult {
  return html`
    <div class="notice">
      <h2>${title}</h2>
      <p>${text}</p>
    </div>
  `;
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
