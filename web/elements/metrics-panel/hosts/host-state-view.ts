import { css, html, type TemplateResult } from 'lit';
import { translate } from '../../../locales/agent-texts.ts';
import type { Language } from '../../../locales/languages.ts';
import { notice, shortWord } from '../notice.ts';
import { hostMessages } from './host-messages.ts';
import type { ShownHost } from './shown-host.ts';

export const hostStyles = css`
  .host-state {
    margin: 0 0 var(--_space-4);
    padding: var(--_space-2) var(--_space-3);
    font-size: 0.9375rem;
    font-weight: 550;
    color: var(--_bad);
    overflow-wrap: anywhere;
    background: color-mix(in srgb, var(--_bad) 7%, var(--_surface));
    border: 1px solid color-mix(in srgb, var(--_bad) 30%, transparent);
    border-radius: calc(var(--_radius) / 2);
  }
  .host-state.unknown {
    color: var(--_text-muted);
    background: var(--_surface);
    border-color: var(--_border);
  }
  :host([layout='sparkline']:not([sections])) .host-state {
    display: contents;
    color: inherit;
    font-weight: inherit;
  }
`;

const MOST_IDS = 4;

/**
 * Above the charts: that the host is down, since when and why.
 * @param hasPicture whether there are samples of it
 * @param timeOf writes a time
 */
export function hostStateView(
  { label, status: { state, sinceMs, reason } }: ShownHost,
  hasPicture: boolean,
  timeOf: (timestampMs: number, locale?: string) => string,
  language: Language,
): TemplateResult {
  const messages = hostMessages(language);
  const { badge } = language.messages;
  const isDown = state === 'down';
  const sentence = !isDown
    ? messages.unknown(label)
    : sinceMs === null
      ? messages.down(label)
      : messages.downSince(label, timeOf(sinceMs, language.tag));
  const why =
    reason === undefined
      ? sentence
      : messages.because(sentence, translate(reason, language.messages).replace(/[.。]$/, ''));
  return stateView(
    `${why} ${hasPicture ? messages.lastPicture : messages.noPicture}`,
    isDown ? badge.hostDown : badge.hostUnknown,
    isDown,
  );
}

/** Above the last picture of a host that the agent does not know any more. */
export function hostGoneView(name: string, language: Language): TemplateResult {
  return stateView(hostMessages(language).gone(name), language.messages.badge.hostUnknown, false);
}

/**
 * In place of the charts: there is no such host yet, or more than one.
 * @param ids of those of this name; `null` before the agent has told
 */
export function noHostView(name: string, ids: readonly string[] | null, language: Language): TemplateResult {
  const messages = hostMessages(language);
  if (ids === null) return notice(messages.noHost(name), messages.comesLater, `${name} –`);
  if (ids.length === 0) return notice(messages.noHost(name), messages.noneIs, `${name} –`);
  const some = [...ids.slice(0, MOST_IDS), ...(ids.length > MOST_IDS ? ['…'] : [])];
  return notice(messages.several(name), messages.severalAre(some.join(messages.separator)), `${name} –`);
}

function stateView(text: string, word: string, isDown: boolean): TemplateResult {
  return html`<p class=${isDown ? 'host-state' : 'host-state unknown'} part="host" role="status">
    ${shortWord(word, text)}<span>${text}</span>
  </p>`;
}
