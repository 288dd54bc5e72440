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

/** Stands there until the agent has said what follows. */
export function waitingView(status: ConnectionStatus, agentUrl: string, words: Words): TemplateResult {
  switch (status.state) {
    case 'reconnecting':
      // What the agent itself says ends in what its operator can do.
      if (status.isRefused === true)
        return notice(words.notice.turnedAway, words.badge.retrying(translate(status.reason, words)));
      return notice(translate(status.reason, words), words.notice.retrying(agentUrl));
    case 'error':
      return notice(words.notice.noConnection, translate(status.reason, words));
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
