import type { ConnectionBadge } from '../elements/connection-badge/connection-badge.ts';
import type { HostSummary } from './host-summary/host-summary.ts';
import type { MetricsPanel } from '../elements/metrics-panel/metrics-panel.ts';
import type { Language } from '../locales/languages.ts';
import type { DashboardState } from '../state/dashboard-state.ts';
import { isOfHost } from '../state/view.ts';
import type { PauseButton } from './pause-button/pause-button.ts';
import { rangeText } from './time-chip/range-text.ts';

/** Shows the shown host in `summary`. What only holds for the present is not shown in the past. */
export function bindHost(summary: HostSummary, { connection, hosts, time }: DashboardState): void {
  hosts.onChange(() => {
    summary.welcome = connection.welcome.value;
    summary.host = hosts.chosen;
  });
  summary.host = hosts.chosen;
  const update = (): void => {
    const sample = time.value.range === null ? hosts.sample.value : null;
    const uptime = sample?.series.findIndex(({ name }) => name === 'system.uptime') ?? -1;
    summary.hostTimeMs = sample?.timestampMs ?? null;
    summary.uptimeS = sample?.values[uptime] ?? null;
  };
  hosts.sample.onChange(update);
  time.onChange(update);
}

/** Shows in `badge` the connection and, on the dashboard of a host, whether its samples arrive. */
export function bindBadge(badge: ConnectionBadge, panel: MetricsPanel, state: DashboardState): void {
  const { connection, view } = state;
  const update = (): void => {
    badge.status = isOfHost(view.value) ? panel.standing : connection.status.value;
  };
  panel.addEventListener('standingchange', update);
  connection.status.onChange(update);
  view.onChange(update);
  // Defined with the deferred parts.
  const details = document.createElement('connection-details');
  details.state = state;
  badge.append(details);
}

/**
 * Names the shown host in the page's title, before it how many alerts ask for attention, and in `pauseButton` and the title the time that is shown, unless it
 * is the present.
 */
export function bindPast(
  pauseButton: PauseButton,
  language: Language,
  { alerts, hosts, time, view }: DashboardState,
): void {
  const update = (): void => {
    // The other pages name themselves.
    if (!isOfHost(view.value)) return;
    const { range } = time.value;
    const count = alerts.loud.length;
    const past = range === null ? null : rangeText(range, language.tag);
    pauseButton.past = past;
    const title = [past, hosts.shownName ?? hosts.chosen, 'metrics-panel'].filter(Boolean).join(' · ');
    document.title = count === 0 ? title : `(${count}) ${title}`;
  };
  hosts.onChange(update);
  alerts.onChange(update);
  time.follow(update);
  view.onChange(update);
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

/** Asks the reader for a token, at the top of `main`, while the agent wants one. */
export function bindTokenForm(main: Element, { access }: DashboardState): void {
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
      main.prepend(form);
    }
    const request = access.request.value;
    if (request !== null) await form.ask(request.refusal, request.untilMs);
  }
}
