import { browserClock } from '../browser/browser-clock.ts';
import { byId, only } from '../browser/documents.ts';
import { isForBrowser } from '../browser/for-browser.ts';
import { LazyModule } from '../browser/lazy-module.ts';
import { dashboardMessages } from './dashboard-messages.ts';
import { overviewPart } from './lazy-parts.ts';
import { whenLoaded } from '../browser/when-loaded.ts';
import type { MetricsPanel } from '../elements/metrics-panel/metrics-panel.ts';
import type { Language } from '../locales/languages.ts';
import type { DashboardState } from '../state/dashboard-state.ts';

/** What else the dashboard shows; of a single host, nobody loads it. */
const parts = {
  hosts: overviewPart,
  compare: new LazyModule(() => import('./host-comparison/host-comparison.ts'), browserClock),
  switch: new LazyModule(() => import('./host-switch/host-switch.ts'), browserClock),
};

/** Shows the page that the address names in the place of `panel`: that, an overview of hosts or a comparison. Leads between hosts where there are several. */
export function bindPages(
  panel: MetricsPanel,
  language: Language,
  state: DashboardState,
  search: () => void,
): void {
  const { hosts, view } = state;
  byId('page-title').textContent = dashboardMessages(language).hosts;
  let shown: Element = panel;
  const show = (element: Element): void => {
    shown.replaceWith(element);
    shown = element;
  };
  let leave = (): void => {};
  let turned: string | null = null;
  view.follow(({ page }) => {
    if (page === turned) return;
    document.documentElement.dataset['page'] = page;
    if (turned !== null) scrollTo(0, 0);
    turned = page;
    leave();
    if (page !== 'hosts' && page !== 'compare') {
      show(panel);
      return;
    }
    // Out of the document, the panel follows nothing.
    show(document.createElement('div'));
    leave = whenLoaded<unknown>(parts[page], () => {
      const element = document.createElement(page === 'hosts' ? 'host-overview' : 'host-comparison');
      element.state = state;
      show(element);
    });
  });

  const offerOthers = (): void => {
    const { count } = hosts;
    if (count === undefined || (count === 1 && hosts.shown !== undefined) || view.value.isWall) return;
    unfollow();
    whenLoaded(parts.switch, () => {
      const hostSwitch = document.createElement('host-switch');
      hostSwitch.slot = 'hosts';
      hostSwitch.state = state;
      const summary = only(document, 'host-summary');
      hostSwitch.addEventListener('hostchosen', () => summary.close());
      hostSwitch.addEventListener('hostsearch', () => {
        summary.close();
        search();
      });
      summary.append(hostSwitch);
      bindBrand(view, dashboardMessages(language).allHosts);
    });
  };
  const unfollow = hosts.onChange(offerOthers);
}

/** The mark of the page leads to all hosts. With a key it opens a tab or window, as any link. */
function bindBrand(view: DashboardState['view'], name: string): void {
  const brand = byId('brand');
  brand.ariaLabel = name;
  brand.title = name;
  brand.setAttribute('href', '?hosts');
  brand.addEventListener('click', (event) => {
    if (isForBrowser(event)) return;
    event.preventDefault();
    view.step({ page: 'hosts' });
  });
}
