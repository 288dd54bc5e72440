import type { HostSummary } from '../elements/host-summary/host-summary.ts';
import type { DashboardState } from '../state/dashboard-state.ts';

/** Names the shown host in `summary` and in the page's title. */
export function bindHost(summary: HostSummary, { connection, hosts }: DashboardState): void {
  connection.welcome.onChange((welcome) => {
    summary.welcome = welcome;
    const label = hosts.shown?.label;
    if (label !== undefined) document.title = `${label} · metrics-panel`;
  });
  hosts.sample.onChange((sample) => {
    if (sample === null) return;
    const { timestampMs, series, values } = sample;
    summary.hostTimeMs = timestampMs;
    summary.uptimeS = values[series.findIndex(({ name }) => name === 'system.uptime')] ?? null;
  });
}

/**
 * Gives the page the colours and roughly the width of paper before it is printed, so that charts are drawn for it instead of squeezed.
 * Call it before there are charts: they must hear of the event later.
 */
export function preparePaper(): void {
  const { dataset } = document.documentElement;
  window.addEventListener('beforeprint', () => {
    dataset['paper'] = '';
  });
  window.addEventListener('afterprint', () => {
    delete dataset['paper'];
  });
}

/** Asks the reader for a token, above the panel, while the agent wants one. */
export function bindTokenForm(panel: Element, { access }: DashboardState): void {
  access.request.onChange((request) => {
    if (request === null) document.querySelector('token-form')?.leave();
    else void ask();
  });
  async function ask(): Promise<void> {
    await import('./token-form/token-form.ts');
    let form = document.querySelector('token-form');
    if (form === null) {
      form = document.createElement('token-form');
      form.addEventListener('tokengiven', ({ detail }) => access.give(detail));
      form.hidden = true;
      panel.before(form);
    }
    const request = access.request.value;
    if (request !== null) await form.ask(request.refusal, request.untilMs);
  }
}
