import { html, nothing, type TemplateResult } from 'lit';
import type { SubscriptionError } from '../../../shared/client/client-subscription.ts';
import type { ConnectionStatus } from '../../../shared/client/connection-status.ts';
import { translate } from '../../locales/agent-texts.ts';
import type { Messages } from '../../locales/en.ts';

/** Set as code, which does not wrap at its hyphens. */
const FLAG = /(--[a-z-]+)/;

/** Explains, in place of the charts, why there are none. @param word the only text that a sparkline shows */
export function notice(title: string, text: string, word: string): TemplateResult {
  return html`
    <div class="notice" part="notice">
      ${shortWord(word, `${title}\n${text}`)}
      <b>${title}</b>
      <p>${text.split(FLAG).map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`))}</p>
    </div>
  `;
}

/** The only text that a sparkline shows; the full message is in its tooltip, and for screen readers. */
export function shortWord(word: string, whole: string): TemplateResult {
  return html`<span class="word" aria-hidden="true" title=${whole}>${word}</span>`;
}

/** The agent refused the subscription. @param names metrics that it does not have */
export function refusalView(refusal: SubscriptionError, names: string, messages: Messages): TemplateResult {
  const { badge, notice: texts } = messages;
  return refusal.code === 'unknown_metric'
    ? notice(texts.refused, texts.missing(names), `${names} –`)
    : notice(texts.refused, translate(refusal.error, messages), badge.error);
}

/** Below the charts. @param names metrics that the agent does not have or does not show */
export function missingView(names: string, { notice: texts }: Messages): TemplateResult | typeof nothing {
  if (names === '') return nothing;
  const missing = texts.missing(names);
  return html`<p class="missing" part="missing" role="status">${shortWord(`${names} –`, missing)}<span>${missing}</span></p>`;
}

/** In place of the charts until the agent has announced the series. @param hasOther the page shows something of its own until then */
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
    // A refusal already says what the agent's operator can do.
    return status.isRefused === true
      ? notice(texts.turnedAway, badge.retrying(reason), badge.reconnecting)
      : notice(reason, texts.retrying(agentUrl), badge.reconnecting);
  }
  return hasOther ? nothing : skeletonView();
}

export function skeletonView(): TemplateResult {
  return html`
    <div class="grid headline" aria-hidden="true">
      <div class="skeleton"></div>
      <div class="skeleton"></div>
    </div>
  `;
}
