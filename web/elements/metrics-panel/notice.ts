import { html, type TemplateResult } from 'lit';
import type { ConnectionStatus } from '../../../shared/client/connection-status.ts';

/** Stands where the charts would be, and says why there are none. */
export function notice(title: string, text: string): TemplateResult {
  return html`
    <div class="notice" part="notice">
      <h2>${title}</h2>
      <p>${text}</p>
    </div>
  `;
}

/** Stands there until the agent has said what follows. */
export function waitingView(status: ConnectionStatus, agentUrl: string): TemplateResult {
  switch (status.state) {
    case 'reconnecting':
      return notice(status.reason, `Trying ${agentUrl} again by itself. Is the agent running there?`);
    case 'error':
      return notice('No connection', status.reason);
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
