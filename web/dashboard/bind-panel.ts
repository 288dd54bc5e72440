import { afterPaint } from '../browser/after-paint.ts';
import { only } from '../browser/documents.ts';
import type { MetricsPanel } from '../elements/metrics-panel/metrics-panel.ts';
import type { Language } from '../locales/languages.ts';
import type { DashboardState } from '../state/dashboard-state.ts';
import { isLive, pointsIn } from '../state/time-span.ts';
import { bindLayout } from './bind-layout.ts';
import { boardPart, deferredParts } from './lazy-parts.ts';
import { dashboardAdditions, NARROW } from './dashboard-additions.ts';
import { whenLoaded } from '../browser/when-loaded.ts';

/** Shows `state` in the page's panel, and passes the panel's events on to it. */
export function bindPanel(panel: MetricsPanel, language: Language, state: DashboardState): void {
  const { alerts, connection, hosts, view, time, pause } = state;
  connection.token.follow((token) => {
    panel.token = token;
  });
  panel.addEventListener('ready', ({ detail }) => hosts.intervalMs.set(detail.intervalMs));
  panel.addEventListener('sample', ({ detail }) => hosts.sample.set(detail));
  panel.toggleAttribute('alerts', true);
  panel.addEventListener('alertschange', ({ detail }) => alerts.told(detail));

  const fitPoints = (): void => {
    const { span } = time.value;
    // A paused panel would lose the samples that it holds.
    if (pause.isPaused.value || !isLive(span)) return;
    panel.points = pointsIn(span, hosts.intervalMs.value, connection.welcome.value?.limits.maxBackfill);
  };
  hosts.intervalMs.onChange(fitPoints);
  connection.welcome.onChange(fitPoints);

  const showTime = (): void => {
    const { span, range, momentMs } = time.value;
    const zoom = pause.zoom.value;
    // A range of what the agent still holds, where there is no history.
    if (range === null && zoom !== null && zoom.fromMs < (panel.shownRange?.fromMs ?? 0))
      panel.points = pointsIn('15m', hosts.intervalMs.value, connection.welcome.value?.limits.maxBackfill);
    panel.window = isLive(span) ? null : span;
    panel.range = range ?? zoom;
    if (range !== null) panel.moment = momentMs;
    panel.paused = pause.isPaused.value;
    fitPoints();
  };
  showTime();
  // The controls show a choice at once; charts take longer.
  const showTimeSoon = afterPaint(showTime);
  time.onChange(showTimeSoon);
  pause.zoom.onChange(showTimeSoon);
  pause.isPaused.onChange(showTimeSoon);

  view.follow(({ host, search }) => {
    const isOther = host !== panel.host;
    panel.host = host;
    panel.search = search;
    if (isOther) showTime();
  });
  panel.addEventListener('momentchange', ({ detail }) => time.select(detail));
  panel.openSections = view.value.open;
  panel.addEventListener('sectionschange', ({ detail }) => view.change({ open: detail }));

  addParts(panel, language, state);
  if (!view.value.isWall) return;
  // At once, so that nothing of the page shows first.
  document.documentElement.dataset['wall'] = '';
  whenLoaded(deferredParts, ({ showOnWall }) => showOnWall(panel, state));
}

function addParts(panel: MetricsPanel, language: Language, state: DashboardState): void {
  const arrange = bindLayout(panel, state);
  const add = (): void => {
    panel.additions = dashboardAdditions(state, arrange);
  };
  state.favourites.follow(add);
  boardPart.follow(add);
  const update = (): void => panel.requestUpdate();
  state.attention.onChange(update);
  matchMedia(NARROW).addEventListener('change', update);
  whenLoaded(deferredParts, ({ bindAlerts, bindSentence, bindTime, showChart }) => {
    panel.addEventListener('showmetric', ({ detail }) => showChart(panel, detail, state.hosts.catalogue));
    bindTime(panel, only(document, 'time-chip'), only(document, 'time-lane'), state);
    bindAlerts(panel, only(document, 'alert-bell'), language, state);
    bindSentence(language, state);
  });
}
