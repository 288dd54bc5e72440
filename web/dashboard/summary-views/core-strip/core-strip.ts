import { html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { element } from '../../../elements/define-element.ts';
import type { PlacedSeries } from '../../../elements/metrics-panel/panel-layout.ts';
import { tokens } from '../../../elements/tokens.styles.ts';
import { formatTick } from '../../../locales/format-tick.ts';
import { formatCount, formatReading } from '../../../locales/format.ts';
import { SummaryView } from '../summary-view.ts';
import { summaryMessages } from '../summary-messages.ts';
import { styles } from './core-strip.styles.ts';

/** Cores; with more, the cells have no name and value below them. */
const MAX_NAMED = 16;

/**
 * The load of all cores as a strip of cells; a stronger colour is a higher load. A sentence sums them up; hovering or the arrow keys
 * read single cores.
 */
@element('core-strip')
export class CoreStrip extends SummaryView {
  static override styles = [tokens, styles];

  @state() private read: number | null = null;

  protected override render(): TemplateResult | typeof nothing {
    const { members } = this;
    if (members.length === 0) return nothing;
    const messages = summaryMessages(this.language);
    const { context } = this;
    const { timestampMs, isPast } = this.shownTime;
    const read = this.read === null ? undefined : members[this.read];
    const isFew = members.length <= MAX_NAMED;
    return html`
      <div class="summary">
        <span id="summary">${this.#summary()}</span>
        ${
          context !== null && isPast && timestampMs !== null
            ? html`<span>${this.language.messages.chart.at(context.timeOf(timestampMs, this.language.tag))}</span>`
            : nothing
        }
        <span class="scale" aria-hidden="true">${this.#end(0)}<i></i>${this.#end(100)}</span>
      </div>
      <div
        class="cells ${isFew ? 'few' : ''}"
        role="listbox"
        tabindex="0"
        aria-label=${messages.cores}
        aria-describedby="summary"
        aria-orientation="horizontal"
        aria-activedescendant=${this.read === null ? nothing : `core-${this.read}`}
        @keydown=${this.#step}
        @focus=${this.#enter}
        @blur=${this.#leave}
        @pointerleave=${this.#leave}
      >
        ${members.map((member, index) => this.#cell(member, index, isFew))}
      </div>
      ${
        isFew
          ? nothing
          : html`<p class="reading" aria-hidden="true">${read === undefined ? '' : this.#reading(read)}</p>`
      }
    `;
  }

  #cell(member: PlacedSeries, index: number, isFew: boolean): TemplateResult {
    const value = this.valueAt(member);
    const isRead = index === this.read;
    return html`
      <div
        id="core-${index}"
        class="cell ${value === null ? 'unknown' : ''} ${isRead ? 'is-read' : ''}"
        role="option"
        aria-selected=${isRead}
        aria-label=${this.#reading(member)}
        @pointerenter=${() => (this.read = index)}
      >
        <div class="heat" .style=${`--_load: ${Math.min(1, Math.max(0, (value ?? 0) / 100)).toFixed(2)}`}></div>
        ${
          isFew
            ? html`<div class="name">
                <span>${nameOf(member)}</span> <b>${formatReading(value, 'percent', this.language.tag)}</b>
              </div>`
            : nothing
        }
      </div>
    `;
  }

  #end(value: number): string {
    return formatTick(value, 'percent', this.language.tag);
  }

  #summary(): string {
    const { tag } = this.language;
    const messages = summaryMessages(this.language);
    const known = this.members.flatMap((member) => {
      const value = this.valueAt(member);
      return value === null ? [] : { member, value };
    });
    const count = formatCount(this.members.length, tag);
    const [busiest] = known.toSorted((one, other) => other.value - one.value);
    if (busiest === undefined) return messages.noCores(count);
    const average = known.reduce((sum, { value }) => sum + value, 0) / known.length;
    const say = (value: number): string => formatReading(value, 'percent', tag);
    return messages.coresSummary(count, say(average), nameOf(busiest.member), say(busiest.value));
  }

  #reading(member: PlacedSeries): string {
    const { tag, messages } = this.language;
    const value = this.valueAt(member);
    const reading = value === null ? messages.chart.notKnown : formatReading(value, 'percent', tag);
    return messages.chart.now(nameOf(member), reading);
  }

  readonly #step = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const last = this.members.length - 1;
    const now = this.read ?? 0;
    const targets: Readonly<Record<string, number>> = {
      ArrowLeft: now - 1,
      ArrowUp: now - 1,
      ArrowRight: now + 1,
      ArrowDown: now + 1,
      Home: 0,
      End: last,
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    this.read = Math.min(last, Math.max(0, target));
  };

  readonly #enter = (): void => {
    this.read ??= 0;
  };

  readonly #leave = (): void => {
    this.read = null;
  };
}

function nameOf({ series: { instance, label } }: PlacedSeries): string {
  return instance ?? label;
}

declare global {
  interface HTMLElementTagNameMap {
    'core-strip': CoreStrip;
  }
}
