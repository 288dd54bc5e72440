import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { element } from '../../../elements/define-element.ts';
import { isVirtualInterface, type Row } from '../board-lists.ts';
import { TrafficList } from './traffic-list.ts';

/** What goes over each interface. Virtual ones that carry nothing are folded away until they do. */
@element('interface-list')
export class InterfaceList extends TrafficList {
  static override styles = [
    ...TrafficList.styles,
    css`
      .rows {
        --_columns: minmax(3.875rem, max-content) minmax(2.5rem, 1fr) 5.25rem 5.25rem;
      }
      .name {
        max-width: 8rem;
      }
      @container (width < 20rem) {
        .rows {
          --_columns: minmax(3rem, max-content) minmax(1.5rem, 1fr) 4.375rem 4.375rem;
          column-gap: 0.5rem;
        }
        .name {
          max-width: 4rem;
        }
      }
    `,
  ];

  protected override readonly alarming = ['receive', 'transmit', 'receiveDrops', 'transmitDrops'];
  protected override readonly hue = 'network';
  protected override readonly directions = ['receive', 'transmit'] as const;

  /** Virtual interfaces that have carried something since the page was opened: they stay. */
  readonly #used = new Set<string>();

  protected override isMinor(row: Row): boolean {
    return isVirtualInterface(row) && !this.#used.has(row.part);
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const { size } = this.#used;
    for (const row of this.rows) if ((this.throughputOf(row) ?? 0) > 0) this.#used.add(row.part);
    if (this.#used.size > size) this.canvas.invalidate();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { rows, shown, messages } = this;
    if (rows.length === 0) return nothing;
    const areIdle = rows.every((row) => shown.includes(row) || this.isMinor(row));
    return html`
      <section class="card ${this.levelOf(shown)}" aria-labelledby="title">
        ${this.headView('interfaces')}
        ${this.rowsWithLines(shown, (row) => this.#row(row))}
        ${this.moreView(shown, areIdle ? messages.idle(rows.length - shown.length) : messages.showAll(rows.length))}
      </section>
    `;
  }

  #row(row: Row): TemplateResult {
    const concern = this.concernOf(row);
    const [receive, transmit] = this.directions.map((name) => row.metrics.get(name));
    return html`
      <li class=${concern?.level ?? ''}>
        ${this.nameView(row)}
        <span class="value first tinted" title=${concern?.caption ?? nothing}
          >${this.markView(concern)}${this.valueView(this.read(receive), this.unitOf(receive, 'bytes/s'))}</span
        >
        <span class="value">${this.valueView(this.read(transmit), this.unitOf(transmit, 'bytes/s'))}</span>
      </li>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'interface-list': InterfaceList;
  }
}
