import { enterLayer } from '../browser/layers.ts';
import type { MetricsPanel } from '../elements/metrics-panel/metrics-panel.ts';
import type { Language } from '../locales/languages.ts';
import type { DashboardState } from '../state/dashboard-state.ts';
import { isOfHost } from '../state/view.ts';
import { dashboardMessages } from './dashboard-messages.ts';

/** Says above the charts which of them are shown while only those of a search are, with the way back to all, which Escape is too. */
export function bindSearch(panel: MetricsPanel, language: Language, { view }: DashboardState): void {
  const messages = dashboardMessages(language);
  const end = (): void => view.change({ search: '' });
  let line: HTMLElement | null = null;
  let leaveLayer = (): void => {};
  view.follow((value) => {
    const search = isOfHost(value) ? value.search : '';
    if (search === '') {
      leaveLayer();
      line?.remove();
      line = null;
      return;
    }
    if (line === null) {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'tool';
      button.textContent = messages.allCharts;
      button.addEventListener('click', end);
      line = document.createElement('p');
      line.className = 'searching';
      line.append(document.createElement('span'), button);
      panel.before(line);
      leaveLayer = enterLayer(panel, end);
    }
    line.firstElementChild?.replaceChildren(messages.chartsWith(search));
  });
}
