import { browserClock } from '../../../browser/browser-clock.ts';
import { LazyModule } from '../../../browser/lazy-module.ts';

/** Without it, a panel shows values. */
export const chartsPart = new LazyModule(() => import('./charts.ts'), browserClock);
/** The badge; charts need not wait for it. */
export const badgePart = new LazyModule(() => import('./badge.ts'), browserClock);
/** For charts of several series and for thresholds; with it comes what such a chart needs itself. */
export const combinedPart = new LazyModule(
  async () => (await Promise.all([import('./combined.ts'), import('../../metric-chart/several.ts')]))[0],
  browserClock,
  __IS_SINGLE_FILE__,
);
/** For `sections` and for a search. */
export const sectionsPart = new LazyModule(() => import('./sections.ts'), browserClock);
/** A window or range that live samples do not hold. */
export const historyPart = new LazyModule(() => import('./history.ts'), browserClock);
/** For `alerts`: most panels on other people's pages show none. */
export const alertsPart = new LazyModule(() => import('./alerts.ts'), browserClock);
/** For a host that is down, or not known. */
export const hostsPart = new LazyModule(() => import('./hosts.ts'), browserClock);
/** For several hosts: most panels show one. Load it after the charts. */
export const comparisonPart = new LazyModule(
  () => import('./comparison.ts'),
  browserClock,
  __IS_SINGLE_FILE__,
);
/** Tables and selected times: most panels on other people's pages have none. */
export const tablesPart = new LazyModule(() => import('./tables.ts'), browserClock, __IS_SINGLE_FILE__);
