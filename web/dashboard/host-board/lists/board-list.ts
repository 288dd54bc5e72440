import { html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { keyedList } from '../../../elements/keyed-list.ts';
import type { PlacedSeries } from '../../../elements/metrics-panel/panel-layout.ts';
import { formatValue } from '../../../locales/format.ts';
import type { Attention, Concern } from '../../../state/attention.ts';
import { severityShape } from '../../alert-shapes.ts';
import type { Row } from '../board-lists.ts';
import { boardMessages, type BoardMessages } from '../board-messages.ts';
import { TimeView } from '../time-view.ts';
import { BusyOrder } from './busy-order.ts';

/**
 * A card with the things of one kind. Where there are more than fit, those in trouble and the busiest come first, and the rest are behind a button.
 *
 * @fires {CustomEvent<string>} showmetric - The reader wants to see the charts of a metric; bubbles out of all elements
 */
export abstract class BoardList extends TimeView {
  @property({ attribute: false }) rows: readonly Row[] = [];
  @property({ attribute: false }) attention: Attention | null = null;
  @property({ type: Boolean, reflect: true }) stale = false;

  @state() private isWhole = false;

  readonly #order = new BusyOrder();

  /** Parts of metrics whose chart shows that something is the matter with a thing. */
  protected abstract readonly alarming: readonly string[];
  protected abstract readonly most: number;

  /** How busy a thing is now; it decides which are shown. */
  protected abstract weightOf(row: Row): number;
  /** A thing that is only shown with all others, such as an interface that never carried anything. */
  protected isMinor(_row: Row): boolean {
    return false;
  }

  protected get messages(): BoardMessages {
    return boardMessages(this.language);
  }

  protected concernOf({ metrics }: Row): Concern | undefined {
    for (const name of this.alarming) {
      const metric = metrics.get(name)?.series.name;
      const concern = metric === undefined ? undefined : this.attention?.of(metric);
      if (concern !== undefined) return concern;
    }
    return undefined;
  }

  /** The rows that are shown. */
  protected get shown(): readonly Row[] {
    if (this.isWhole) return this.rows;
    const major = this.rows.filter((row) => !this.isMinor(row) || this.concernOf(row) !== undefined);
    const rows = major.length === 0 ? this.rows : major;
    const { samples } = this.context?.buffer ?? {};
    const nowMs = samples === undefined || samples.length === 0 ? 0 : samples.timestampAt(samples.length - 1);
    return this.#order
      .of(rows, this.most, nowMs, (row) =>
        this.concernOf(row) === undefined ? this.weightOf(row) : Infinity,
      )
      .slice(0, this.most);
  }

  /** The worst that is the matter with the shown things, as a class of the card. */
  protected levelOf(rows: readonly Row[]): string {
    const levels = rows.map((row) => this.concernOf(row)?.level);
    return levels.includes('trouble') ? 'trouble' : levels.includes('warning') ? 'warning' : '';
  }

  protected headView(kind: keyof BoardMessages['lists']): TemplateResult {
    const { title, what } = this.messages.lists[kind];
    return html`<div class="head"><h2 id="title">${title}</h2><span class="what">${what}</span></div>`;
  }

  protected rowsView(rows: readonly Row[], view: (row: Row) => unknown): unknown {
    return keyedList(rows, ({ part }) => part, view);
  }

  /** The name of a thing, which leads to its charts. */
  protected nameView({ name, metric }: Row): TemplateResult {
    return html`<button
      type="button"
      class="name"
      title=${name}
      aria-label=${this.messages.chartsOf(name)}
      data-metric=${metric}
      @click=${() => this.#show(metric)}
    >${name}</button>`;
  }

  protected markView(concern: Concern | undefined): TemplateResult | typeof nothing {
    return concern === undefined ? nothing : html`${severityShape({ severity: concern.level })} `;
  }

  /** A value in its own box, with a muted unit. */
  protected valueView(value: number | null, unit: string, what = ''): TemplateResult {
    const formatted = formatValue(value, unit, this.language.tag);
    return html`${formatted.number} <span class="unit">${formatted.unit}${what === '' ? '' : ` ${what}`}</span>`;
  }

  protected unitOf(member: PlacedSeries | undefined, otherwise: string): string {
    return member?.series.unit ?? otherwise;
  }

  protected moreView(shown: readonly Row[], text: string): TemplateResult | typeof nothing {
    if (shown.length === this.rows.length && !this.isWhole) return nothing;
    return html`<button
      type="button"
      class="more"
      aria-expanded=${this.isWhole}
      @click=${() => (this.isWhole = !this.isWhole)}
    >${this.isWhole ? this.messages.showFewer : text}</button>`;
  }

  #show(metric: string): void {
    this.dispatchEvent(new CustomEvent('showmetric', { detail: metric, bubbles: true, composed: true }));
  }
}

declare global {
  interface HTMLElementEventMap {
    showmetric: CustomEvent<string>;
  }
}
