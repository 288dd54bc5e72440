import { html, nothing, type TemplateResult } from 'lit';
import { BADGE_ICONS } from '../../../elements/connection-badge/badge-icons.ts';
import { icon } from '../../../elements/icon.ts';
import { keyedList } from '../../../elements/keyed-list.ts';
import { element } from '../../../elements/define-element.ts';
import { tokens } from '../../../elements/tokens.styles.ts';
import { formatReading } from '../../../locales/format.ts';
import { SummaryView } from '../summary-view.ts';
import { summaryMessages } from '../summary-messages.ts';
import { styles } from './filesystem-bars.styles.ts';
import { filesystemsOf, reserveOf, usableOf, type Filesystem } from './filesystem.ts';

/** Percent of space or inodes. */
const NEARLY_FULL = 90;

/** How full the filesystems are: a bar per mount point with used, available and reserved space, and a warning where little is left. */
@element('filesystem-bars')
export class FilesystemBars extends SummaryView {
  static override styles = [tokens, styles];

  protected override render(): TemplateResult | typeof nothing {
    const filesystems = filesystemsOf(this.members);
    if (filesystems.length === 0) return nothing;
    const { context } = this;
    const { timestampMs, isPast } = this.shownTime;
    const { tag, messages } = this.language;
    return html`
      ${
        context !== null && isPast && timestampMs !== null
          ? html`<p class="as-of">${messages.chart.at(context.timeOf(timestampMs, tag))}</p>`
          : nothing
      }
      <ul aria-label=${summaryMessages(this.language).filesystems}>
        ${keyedList(
          filesystems,
          ({ mountPoint }) => mountPoint,
          (filesystem) => this.#row(filesystem),
        )}
      </ul>
    `;
  }

  #row({ mountPoint, metrics }: Filesystem): TemplateResult {
    const { tag } = this.language;
    const messages = summaryMessages(this.language);
    const share = this.valueAt(metrics.get('used'));
    const inodeShare = this.valueAt(metrics.get('inodes'));
    const isFull = share !== null && share >= NEARLY_FULL;
    const isOutOfInodes = inodeShare !== null && inodeShare >= NEARLY_FULL;
    const reading =
      share === null ? this.language.messages.chart.notKnown : formatReading(share, 'percent', tag);
    const bytes = (value: number | null): string => formatReading(value, 'bytes', tag);
    const space = {
      used: this.valueAt(metrics.get('usedBytes')),
      available: this.valueAt(metrics.get('availableBytes')),
      total: this.valueAt(metrics.get('totalBytes')),
    };
    const reserve = reserveOf(space) ?? 0;
    return html`
      <li class="${isFull || isOutOfInodes ? 'full' : ''} ${share === null ? 'unknown' : ''}">
        <span class="name" title=${mountPoint}>${mountPoint}</span>
        <span
          class="bar"
          role="meter"
          aria-label=${mountPoint}
          aria-valuemin="0"
          aria-valuemax="100"
          aria-valuenow=${share === null ? 0 : Math.round(share)}
          aria-valuetext=${reading}
          .style=${`--_share: ${Math.min(1, Math.max(0, (share ?? 0) / 100)).toFixed(4)}`}
        ></span>
        <span class="share">${reading}</span>
        <span class="values">
          ${isFull ? warning(messages.nearlyFull) : nothing}
          <span>${messages.usedOf(bytes(space.used), bytes(usableOf(space)))}</span>
          <span>${messages.available(bytes(space.available))}</span>
          ${
            reserve > 0
              ? html`<span class="reserve" title=${messages.whatReserveIs}
                  >${messages.reserve(bytes(reserve), bytes(space.total))}</span
                >`
              : nothing
          }
          ${isOutOfInodes ? warning(messages.inodes(formatReading(inodeShare, 'percent', tag))) : nothing}
        </span>
      </li>
    `;
  }
}

function warning(text: string): TemplateResult {
  return html`<strong class="warning"
    >${icon(BADGE_ICONS.error)}${text}</strong
  >`;
}

declare global {
  interface HTMLElementTagNameMap {
    'filesystem-bars': FilesystemBars;
  }
}
