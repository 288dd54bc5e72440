import { html, type TemplateResult } from 'lit';
import type { ConnectionStatus } from '../../../shared/client/connection-status.ts';
import { translate } from '../../locales/agent-texts.ts';
import type { Words } from '../../locales/en.ts';

/** Of a command: not to be broken at its hyphens. */
const FLAG = /(--[a-z-]+)/;

/** Stands where the charts would be, and says why there are none. */
export function notice(title: string, text: string): TemplateResult {
  return html`
    <div class="notice" part="notice">
      <h2>${title}</h2>
      <p>${text.split(FLAG).map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`))}</p>
    </div>
  `;
}

/** The same in a line of text: a word, and all that there is to say for who points at it or hears it. */
export function shortNotice(part: 'notice' | 'missing', word: string, whole: string): TemplateResult {
  return html`<span class="short" part=${part} role="status"
    ><span aria-hidden="true" title=${whole}>${word}</span><span class="said">${whole}</span></span
  >`;
}

/** @param word for where there is no room for more */
export type Say = (title: string, text: string, word: string) => TemplateResult;

/** Stands there until the agent has said what follows. */
export function waitingView(
  status: ConnectionStatus,
  agentUrl: string,
  words: Words,
  say: Say,
): TemplateResult {
  const { badge } = words;
  switch (status.state) {
    case 'reconnecting':
      // What the agent itself says ends in what its operator can do.
      if (status.isRefused === true)
        return say(
          words.notice.turnedAway,
          badge.retrying(translate(status.reason, words)),
          badge.reconnecting,
        );
      return say(translate(status.reason, words), words.notice.retrying(agentUrl), badge.reconnecting);
    case 'error':
      return say(words.notice.noConnection, translate(status.reason, words), badge.error);
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
