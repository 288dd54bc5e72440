import { browserClock } from '../browser-clock.ts';
import { LazyModule } from '../lazy-module.ts';

/** What draws: Chart.js is more than half of all that a page loads, and not needed to show values. One for all charts of a page. */
export const drawing = new LazyModule(() => import('./drawn-chart.ts'), browserClock);
