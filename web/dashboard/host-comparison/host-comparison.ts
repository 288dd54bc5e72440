import { html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { hostNames } from '../../../shared/client/host-names.ts';
import { findHost, type HostDescription } from '../../../shared/client/welcome.ts';
import type { MetricDescriptor } from '../../../shared/protocol/catalogue.ts';
import { only } from '../../browser/documents.ts';
import { element } from '../../elements/define-element.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import '../../elements/metrics-panel/metrics-panel.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { labelOf, translate } from '../../locales/agent-texts.ts';
import { formatCount } from '../../locales/format.ts';
import type { DashboardState } from '../../state/dashboard-state.ts';
import { isLive, LIVE_SPANS, type TimeSpan } from '../../state/time-span.ts';
import { dashboardMessages } from '../dashboard-messages.ts';
import { spanText } from '../span-text.ts';
import { followShortcuts } from '../shortcuts.ts';
import { hostComparisonMessages } from './host-comparison-messages.ts';
import { styles } from './host-comparison.styles.ts';

const DEFAULT_METRIC = 'cpu';

/** The page that compares some hosts in one metric. */
@element('host-comparison')
export class HostComparison extends OwnElement {
  static override styles = [tokens, styles];

  @property({ attribute: false }) state: DashboardState | null = null;

  readonly #language = new LanguageController(this);
  #undo: readonly (() => void)[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    const { state } = this;
    if (state === null) return;
    const update = (): void => this.requestUpdate();
    this.#undo = [
      state.view.onChange(update),
      state.hosts.onChange(update),
      state.connection.token.onChange(update),
      followShortcuts({ h: this.#all }, () => state.shortcuts.value),
    ];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const undo of this.#undo) undo();
  }

  /** Goes to the choice of a metric. */
  override focus(): void {
    only(this.renderRoot, 'select').focus();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { state } = this;
    if (state === null) return nothing;
    const messages = hostComparisonMessages(this.#language);
    const { longSpans, live } = dashboardMessages(this.#language);
    const { compare } = state.view.value;
    return html`
      <nav><a href="?hosts" @click=${this.#plainly(this.#all)}><span aria-hidden="true">‹</span>${messages.all}</a></nav>
      <metrics-panel
        .hosts=${compare.join()}
        .metrics=${this.#metric}
        .window=${this.#span === 'points' ? null : this.#span}
        .token=${state.connection.token.value}
        badge="none"
      >
        <h1 slot="heading">${messages.title(this.#titleOfMetric)}</h1>
        <div slot="heading">
        <form @submit=${(event: Event) => event.preventDefault()}>
          <label>${messages.metric} <select @change=${this.#chooseMetric}>${this.#metricOptions()}</select></label>
          <label>
            ${messages.time}
            <select @change=${this.#chooseSpan}>
              ${LIVE_SPANS.map(
                (span) =>
                  html`<option value=${span} .selected=${span === this.#span}>${span === 'points' ? live(spanText(span, undefined, this.#language)) : longSpans[span]}</option>`,
              )}
            </select>
          </label>
        </form>
        <ul aria-label=${messages.hosts(formatCount(compare.length, this.#language.tag))}>
          ${compare.map((name) => this.#hostView(name))}
        </ul>
        </div>
      </metrics-panel>
    `;
  }

  protected override updated(): void {
    const { state } = this;
    if (state === null) return;
    const labels = state.view.value.compare.map((name) => this.#nameOf(name));
    document.title = [this.#titleOfMetric, labels.join(', '), 'metrics-panel'].join(' · ');
  }

  #hostView(name: string): TemplateResult {
    const { compare } = this.state?.view.value ?? { compare: [] };
    const host = this.#hostOf(name);
    const label = this.#nameOf(name);
    const open = (): void => this.state?.view.step({ page: 'host', host: host?.id ?? name });
    const remove = (): void => this.state?.view.change({ compare: compare.filter((one) => one !== name) });
    const { remove: removeText } = hostComparisonMessages(this.#language);
    return html`<li>
      <a href="?host=${encodeURIComponent(name)}" @click=${this.#plainly(open)}>${label}</a>
      ${
        compare.length < 2
          ? nothing
          : html`<button type="button" title=${removeText(label)} aria-label=${removeText(label)} @click=${remove}>×</button>`
      }
    </li>`;
  }

  #metricOptions(): TemplateResult[] {
    const { messages } = this.#language;
    const known = this.#catalogue;
    const groups = [...new Set(known.map(({ group }) => group))];
    const isKnown = known.some(({ name }) => name === this.#metric);
    return [
      ...(isKnown ? [] : [html`<option value=${this.#metric} selected>${this.#titleOfMetric}</option>`]),
      ...groups.map(
        (group) => html`<optgroup label=${translate(group, messages)}>
          ${known
            .filter((metric) => metric.group === group)
            .map(
              (metric) =>
                html`<option value=${metric.name} .selected=${metric.name === this.#metric}>${labelOf(metric, messages)}</option>`,
            )}
        </optgroup>`,
      ),
    ];
  }

  get #metric(): string {
    return this.state?.view.value.metric ?? DEFAULT_METRIC;
  }

  get #titleOfMetric(): string {
    const metric = this.#catalogue.find(({ name }) => name === this.#metric);
    return metric === undefined ? this.#metric : labelOf(metric, this.#language.messages);
  }

  /** Of all that are compared, as far as they have been described. */
  get #catalogue(): readonly MetricDescriptor[] {
    const { compare } = this.state?.view.value ?? { compare: [] };
    const all = compare.flatMap((name) => this.#hostOf(name)?.catalogue ?? []);
    return [...new Map(all.map((metric) => [metric.name, metric])).values()];
  }

  get #span(): TimeSpan {
    const span = this.state?.view.value.span ?? 'points';
    return isLive(span) ? span : '15m';
  }

  #nameOf(name: string): string {
    const host = this.#hostOf(name);
    return host === undefined ? name : hostNames(this.state?.hosts.introduced ?? [])(host);
  }

  #hostOf(name: string): HostDescription | undefined {
    const welcome = this.state?.connection.welcome.value ?? null;
    return welcome === null ? undefined : findHost(welcome, name);
  }

  readonly #all = (): void => this.state?.view.step({ page: 'hosts' });

  readonly #chooseMetric = ({ target }: Event): void => {
    if (!(target instanceof HTMLSelectElement)) return;
    this.state?.view.change({ metric: target.value === DEFAULT_METRIC ? null : target.value });
  };

  readonly #chooseSpan = ({ target }: Event): void => {
    if (!(target instanceof HTMLSelectElement)) return;
    const span = LIVE_SPANS.find((one) => one === target.value);
    if (span !== undefined) this.state?.view.change({ span });
  };

  /** A click with a key opens a tab or window, as on any link. */
  #plainly(action: () => void): (event: MouseEvent) => void {
    return (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      action();
    };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'host-comparison': HostComparison;
  }
}
