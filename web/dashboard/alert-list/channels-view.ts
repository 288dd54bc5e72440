import { html, nothing, type TemplateResult } from 'lit';
import { keyedList } from '../../elements/keyed-list.ts';
import type { NoticeSupport } from '../alert-notices/notice-support.ts';
import type { Channel } from './agent-alerts.ts';
import type { Words } from './alert-words.ts';

/** Of a test: on its way, arrived as far as known (`null`), or why not. */
export type TestOutcome = 'under way' | { readonly error: string | null };

export interface ChannelsView {
  readonly words: Words;
  readonly channels: readonly Channel[];
  readonly mayWrite: boolean;
  readonly support: NoticeSupport;
  /** Whether the reader wants notifications of this browser. */
  readonly isNotified: boolean;
  testOf(channel: Channel): TestOutcome | null;
  test(channel: Channel): void;
  notify(isOn: boolean): void;
}

const EXAMPLE = `channels:
  phone: { type: ntfy, url: https://ntfy.sh/my-topic }`;

export function channelsView(view: ChannelsView): TemplateResult {
  const { channels, words } = view;
  const { messages } = words;
  return html`
    ${
      channels.length > 0
        ? html`<ul class="rows">
            ${keyedList(
              channels,
              ({ name }) => name,
              (channel) => channelView(channel, view),
            )}
          </ul>`
        : html`<div class="empty">
            <p>${messages.noneYet}</p>
            ${view.mayWrite ? html`<p>${messages.howToChannel}</p><pre tabindex="0">${EXAMPLE}</pre>` : nothing}
          </div>`
    }
    <h3 class="group">${messages.browser}</h3>
    ${browserView(view)}
  `;
}

function channelView(channel: Channel, view: ChannelsView): TemplateResult {
  const { messages } = view.words;
  const outcome = view.testOf(channel);
  const { name, type, problem = null } = channel;
  return html`<li>
    <div>
      <p><strong>${name}</strong> <span class="tag">${type}</span></p>
      ${outcome === null ? html`<p class=${problem === null ? 'muted' : 'problem'}>${problem ?? messages.works}</p>` : nothing}
      <p role="status" class=${isFailed(outcome) ? 'problem' : 'done'}>${outcomeText(outcome, view)}</p>
    </div>
    ${
      view.mayWrite
        ? html`<button
            type="button"
            aria-label=${messages.of(messages.test, name)}
            aria-disabled=${outcome === 'under way' ? 'true' : 'false'}
            @click=${() => {
              if (outcome !== 'under way') view.test(channel);
            }}
          >
            ${messages.test}
          </button>`
        : nothing
    }
  </li>`;
}

function isFailed(outcome: TestOutcome | null): boolean {
  return outcome !== null && outcome !== 'under way' && outcome.error !== null;
}

function outcomeText(outcome: TestOutcome | null, { words: { messages } }: ChannelsView): string {
  if (outcome === null) return '';
  if (outcome === 'under way') return messages.testing;
  return outcome.error === null ? messages.tested : messages.notTested(outcome.error);
}

function browserView({ support, isNotified, notify, words: { messages } }: ChannelsView): TemplateResult {
  const may = support === 'may' || support === 'asks';
  const isOn = isNotified && support === 'may';
  const changed = ({ target }: Event): void => {
    if (target instanceof HTMLInputElement) notify(target.checked);
  };
  return html`
    <label class="check">
      <input type="checkbox" .checked=${isOn} ?disabled=${!may} aria-describedby="notices" @change=${changed} />${messages.notify}
    </label>
    <p class="muted" id="notices">${may ? (isOn ? messages.notices.on : messages.notices.off) : messages.notices[support]}</p>
  `;
}
