import type { MetricsPanel } from '../elements/metrics-panel/metrics-panel.ts';
import type { Language } from '../locales/languages.ts';
import type { DashboardState } from '../state/dashboard-state.ts';
import { deferredParts } from './lazy-parts.ts';

/**
 * Follows the alerts through `panel`. Shows them in the bell, the list and notifications, or on a wall in a strip above the panel; each is loaded when
 * it is needed. Returns what opens the list.
 */
export function bindAlerts(panel: MetricsPanel, language: Language, state: DashboardState): () => void {
  const { alerts, notices, view } = state;
  panel.toggleAttribute('alerts', true);
  panel.addEventListener('alertschange', ({ detail }) => alerts.told(detail));

  if (view.value.isWall) {
    const unfollow = alerts.onChange(() => {
      if (alerts.loud.length === 0) return;
      unfollow();
      void showStrip();
    });
    return () => {};
  }

  const open = (): void => void showList();
  const bell = document.querySelector('alert-bell');
  bell?.addEventListener('click', open);
  const unfollow = deferredParts.follow(() => {
    if (deferredParts.module === null) return;
    unfollow();
    if (bell !== null) bell.state = state;
  });

  let leave = (): void => {};
  notices.follow((isOn) => {
    leave();
    leave = isOn ? notify() : () => {};
  });
  return open;

  async function showStrip(): Promise<void> {
    await import('./alert-strip/alert-strip.ts');
    const strip = document.createElement('alert-strip');
    strip.state = state;
    panel.before(strip);
  }

  async function showList(): Promise<void> {
    await import('./alert-list/alert-list.ts');
    let list = document.querySelector('alert-list');
    if (list === null) {
      list = document.createElement('alert-list');
      list.state = state;
      list.addEventListener('showincharts', ({ detail }) => showChart(detail.metric));
      document.body.append(list);
    }
    await list.show();
  }

  /** Of one whose section is folded, the panel has none. */
  function showChart(metric: string | null): void {
    if (metric === null) return;
    panel.shadowRoot
      ?.querySelector(`metric-chart[data-metric="${CSS.escape(metric)}"]`)
      ?.scrollIntoView({ block: 'center' });
  }

  function notify(): () => void {
    let undo: (() => void) | null = null;
    let isLeft = false;
    void begin();
    return () => {
      isLeft = true;
      undo?.();
    };
    async function begin(): Promise<void> {
      const { followNotices } = await import('./alert-notices/follow-notices.ts');
      if (!isLeft) undo = followNotices(state, language, open);
    }
  }
}
