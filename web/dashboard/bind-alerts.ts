import type { MetricsPanel } from '../elements/metrics-panel/metrics-panel.ts';
import type { Language } from '../locales/languages.ts';
import { AlertNews } from '../state/alert-news.ts';
import type { DashboardState } from '../state/dashboard-state.ts';
import type { AlertBell } from './alert-bell/alert-bell.ts';
import { followNotices } from './alert-notices/follow-notices.ts';
import { showChart } from './show-chart.ts';

/** Shows alerts in `bell`, in notifications if the reader wants them, and in a list that is loaded when it is opened. */
export function bindAlerts(
  panel: MetricsPanel,
  bell: AlertBell,
  language: Language,
  state: DashboardState,
): void {
  const news = new AlertNews(state.alerts);
  bell.state = state;
  bell.news = news;
  const open = (): void => void showList(panel, state);
  bell.addEventListener('click', open);

  let leave = (): void => {};
  state.notices.follow((isOn) => {
    leave();
    leave = isOn ? followNotices(state, news, language, open) : () => {};
  });
}

async function showList(panel: MetricsPanel, state: DashboardState): Promise<void> {
  await import('./alert-list/alert-list.ts');
  let list = document.querySelector('alert-list');
  if (list === null) {
    list = document.createElement('alert-list');
    list.state = state;
    list.addEventListener('showincharts', ({ detail }) =>
      showChart(panel, detail.metric, state.hosts.catalogue),
    );
    document.body.append(list);
  }
  await list.show();
}
