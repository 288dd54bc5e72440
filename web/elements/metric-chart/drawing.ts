import { browserClock } from '../../browser/browser-clock.ts';
import { LazyModule } from '../../browser/lazy-module.ts';

/** Chart.js and the code that draws with it: most of what a page loads, and not needed to show values. Shared by all charts of a page. */
export const drawing = new LazyModule(() => import('./drawn-chart.ts'), browserClock);

/** `<chart-table>`: few readers open one. Here, since a part that loads parts of its own would be more than one chunk. */
export const chartTable = new LazyModule(() => import('./chart-table.ts'), browserClock);
