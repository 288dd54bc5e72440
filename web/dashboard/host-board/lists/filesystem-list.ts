import { css, html, nothing, type TemplateResult } from 'lit';
import { element } from '../../../elements/define-element.ts';
import { tokens } from '../../../elements/tokens.styles.ts';
import { formatReading } from '../../../locales/format.ts';
import type { Concern } from '../../../state/attention.ts';
import type { Row } from '../board-lists.ts';
import { BoardList } from './board-list.ts';
import { listStyles, rowStyles } from './list.styles.ts';

/** How full the filesystems are: a bar for each with a mark where trouble begins, and the space that is left. */
@element('filesystem-list')
export class FilesystemList extends BoardList {
  static override styles = [
    tokens,
    listStyles,
    rowStyles,
    css`
      .rows {
        --_columns: minmax(3.5rem, max-content) minmax(2.5rem, 1fr) 3.75rem minmax(6.5rem, max-content);
      }
      .name {
        max-width: 9rem;
      }
      .bar {
        position: relative;
        height: 0.375rem;
        overflow: hidden;
        background: light-dark(#eef2f6, #18212d);
        border-radius: 0.1875rem;
      }
      .bar::before {
        content: '';
        position: absolute;
        inset: 0 auto 0 0;
        width: calc(var(--_share) * 100%);
        background: var(--_neutral);
      }
      li.warning .bar::before {
        background: var(--_warn-shape);
      }
      li.trouble .bar::before {
        background: var(--_bad);
      }
      /* From here on it is trouble. */
      .bar::after {
        content: '';
        position: absolute;
        inset-block: 0;
        inset-inline-start: 90%;
        width: 1px;
        background: var(--_text-muted);
      }
      :host([stale]) .bar {
        filter: grayscale(1);
        opacity: 0.65;
      }
      .bar,
      .bar::before,
      .bar::after {
        print-color-adjust: exact;
      }
      .share {
        font-weight: 600;
      }
      @container (width < 20rem) {
        .rows {
          --_columns: minmax(3.5rem, 1fr) 3.75rem minmax(5rem, max-content);
        }
        .bar {
          position: absolute;
          inset: auto 0 0.125rem;
          height: 0.25rem;
        }
      }
      @media (forced-colors: active) {
        .bar {
          border: 1px solid CanvasText;
        }
        .bar::before {
          forced-color-adjust: none;
          background: CanvasText;
        }
      }
    `,
  ];

  protected override readonly alarming = ['used', 'inodes'];
  protected override readonly most = 6;

  protected override weightOf({ metrics }: Row): number {
    return this.read(metrics.get('used')) ?? 0;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { rows, shown } = this;
    if (rows.length === 0) return nothing;
    return html`
      <section class="card ${this.levelOf(shown)}" aria-labelledby="title">
        ${this.headView('filesystems')}
        <div class="rows">
          <ul>
            ${this.rowsView(shown, (row) => this.#row(row))}
          </ul>
        </div>
        ${this.moreView(shown, this.messages.showAll(rows.length))}
      </section>
    `;
  }

  #row(row: Row): TemplateResult {
    const { name, metrics } = row;
    const { tag } = this.language;
    const share = this.read(metrics.get('used'));
    const reading = formatReading(share, 'percent', tag);
    const concern = this.concernOf(row);
    const available = metrics.get('availableBytes');
    const left =
      available === undefined
        ? ''
        : this.messages.left(formatReading(this.read(available), available.series.unit, tag));
    // The share says the rest.
    const text = this.#forecastOf(row)?.caption ?? left;
    return html`
      <li class=${concern?.level ?? ''}>
        ${this.nameView(row)}
        <span
          class="bar"
          role="meter"
          aria-label=${name}
          aria-valuemin="0"
          aria-valuemax="100"
          aria-valuenow=${share === null ? 0 : Math.round(share)}
          aria-valuetext=${reading}
          .style=${`--_share: ${Math.min(1, Math.max(0, (share ?? 0) / 100)).toFixed(4)}`}
        ></span>
        <span class="value share tinted">${this.markView(concern)}${reading}</span>
        <span class="value ${concern === undefined ? 'muted' : 'tinted'}" title=${this.#detail(row)}>${text}</span>
      </li>
    `;
  }

  /** That it is full soon, if that is known. */
  #forecastOf({ metrics }: Row): Concern | undefined {
    const metric = metrics.get('used')?.series.name;
    return this.attention?.value?.find(
      (one) => one.metric === metric && one.kind === 'filesystem-soon-full' && !one.isMuted,
    );
  }

  /** `38.2 GiB left, 63.1 GiB in all, 2.1 % of its inodes used`. */
  #detail({ metrics }: Row): string {
    const { tag } = this.language;
    const { messages } = this;
    const say = (name: string): string | null => {
      const member = metrics.get(name);
      const value = this.read(member);
      return member === undefined || value === null ? null : formatReading(value, member.series.unit, tag);
    };
    const [available, total, inodes] = [say('availableBytes'), say('totalBytes'), say('inodes')];
    return [
      available === null ? '' : messages.left(available),
      total === null ? '' : messages.inAll(total),
      inodes === null ? '' : messages.inodes(inodes),
    ]
      .filter(Boolean)
      .join(messages.list);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'filesystem-list': FilesystemList;
  }
}
