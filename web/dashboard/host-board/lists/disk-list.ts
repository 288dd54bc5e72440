import { css, html, nothing, type TemplateResult } from 'lit';
import { element } from '../../../elements/define-element.ts';
import type { Row } from '../board-lists.ts';
import { TrafficList } from './traffic-list.ts';

/** What each disk reads and writes, how much of the time it is busy, and how long a request takes. */
@element('disk-list')
export class DiskList extends TrafficList {
  static override styles = [
    ...TrafficList.styles,
    css`
      .rows {
        --_columns: minmax(3.875rem, max-content) minmax(1.5rem, 1fr) 5.25rem 5.5rem 3.75rem;
      }
      .name {
        max-width: 8rem;
      }
      @container (width < 26rem) {
        .rows {
          --_columns: minmax(3.875rem, max-content) minmax(1.5rem, 1fr) 5.25rem 5.5rem;
        }
        .latency {
          display: none;
        }
      }
      @container (width < 20rem) {
        .rows {
          --_columns: minmax(3rem, max-content) minmax(1.25rem, 1fr) 4.375rem 5rem;
          column-gap: 0.5rem;
        }
        .name {
          max-width: 4rem;
        }
      }
      /* Only what is read and written is known. */
      .bare .rows {
        --_columns: minmax(3rem, max-content) minmax(1.5rem, 1fr) 5.25rem;
      }
      .bare :is(.busy, .latency) {
        display: none;
      }
    `,
  ];

  protected override readonly alarming = ['utilisation', 'latency', 'read', 'write'];
  protected override readonly hue = 'disk';
  protected override readonly directions = ['read', 'write'] as const;

  /** A disk of many small requests is busy, however little it reads. */
  protected override weightOf(row: Row): number {
    return this.read(row.metrics.get('utilisation')) ?? super.weightOf(row);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { rows, shown } = this;
    if (rows.length === 0) return nothing;
    const isBare = rows.every(({ metrics }) => !metrics.has('utilisation') && !metrics.has('latency'));
    return html`
      <section class="card ${this.levelOf(shown)} ${isBare ? 'bare' : ''}" aria-labelledby="title">
        ${this.headView('disks')}
        ${this.rowsWithLines(shown, (row) => this.#row(row))}
        ${this.moreView(shown, this.messages.showAll(rows.length))}
      </section>
    `;
  }

  #row(row: Row): TemplateResult {
    const { metrics } = row;
    const concern = this.concernOf(row);
    const [read, busy, latency] = ['read', 'utilisation', 'latency'].map((name) => metrics.get(name));
    return html`
      <li class=${concern?.level ?? ''}>
        ${this.nameView(row)}
        <span class="value first">${this.valueView(this.throughputOf(row), this.unitOf(read, 'bytes/s'))}</span>
        <span class="value busy tinted" title=${concern?.caption ?? nothing}
          >${this.markView(concern)}${busy === undefined ? nothing : this.valueView(this.read(busy), busy.series.unit, this.messages.busy)}</span
        >
        <span class="value latency"
          >${latency === undefined ? nothing : this.valueView(this.read(latency), latency.series.unit)}</span
        >
      </li>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'disk-list': DiskList;
  }
}
