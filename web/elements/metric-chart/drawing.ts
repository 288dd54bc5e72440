import { browserClock } from '../../browser/browser-clock.ts';
import { LazyModule } from '../../browser/lazy-module.ts';

/** Chart.js and the code that draws with it: most of what a page loads, and not needed to show values. Shared by all charts of a page. */
export const drawing = new LazyModule(() => import('./drawn-chart.ts'), browserClock);

/**
 * What few of other people's pages need of a chart: a legend of several series, notices, rows. Until it is there, a chart that needs it draws nothing.
 */
export const several = new LazyModule(() => import('./several.ts'), browserClock, __IS_SINGLE_FILE__);

/** `<chart-table>`: few readers open one. Here, since a part that loads parts of its own would be more than one chunk. */
export const chartTable = new LazyModule(() => import('./chart-table.ts'), browserClock);
