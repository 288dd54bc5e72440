import { html, nothing, type TemplateResult } from 'lit';
import type { ConnectionStatus } from '../../../shared/client/connection-status.ts';
import { translate } from '../../locales/agent-texts.ts';
import type { Messages } from '../../locales/en.ts';

/** Of a command: not to be broken at its hyphens. */
const FLAG = /(--[a-z-]+)/;

/** In a line of text the only thing to be seen: the rest is its tooltip, and heard. */
export function shortWord(word: string, whole: string): TemplateResult {
  return html`<span class="word" aria-hidden="true" title=${whole}>${word}</span>`;
}

/** Stands where the charts would be, and says why there are none. */
export function notice(title: string, text: string, word: string): TemplateResult {
  return html`
    <div class="notice" part="notice">
      ${shortWord(word, `${title}\n${text}`)}
      <b>${title}</b>
      <p>${text.split(FLAG).map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`))}</p>
    </div>
  `;
}

/** Stands there until the agent has said what follows; `hasOther`: beside what the page shows until then. */
export function waitingView(
  status: ConnectionStatus,
  agentUrl: string,
  messages: Messages,
  hasOther: boolean,
): TemplateResult | typeof nothing {
  const { badge, notice: texts } = messages;
  if (status.state === 'reconnecting' || status.state === 'error') {
    const reason = translate(status.reason, messages);
    if (status.state === 'error') return notice(texts.noConnection, reason, badge.error);
    // What the agent itself says ends in what its operator can do.
    return status.isRefused === true
      ? notice(texts.turnedAway, badge.retrying(reason), badge.reconnecting)
      : notice(reason, texts.retrying(agentUrl), badge.reconnecting);
  }
  return hasOther
    ? nothing
    : html`
        <div class="grid headline" aria-hidden="true">
          <div class="skeleton"></div>
          <div class="skeleton"></div>
        </div>
      `;
}
