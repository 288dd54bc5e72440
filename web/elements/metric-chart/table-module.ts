import { browserClock } from '../../browser/browser-clock.ts';
import { LazyModule } from '../../browser/lazy-module.ts';

/** `<chart-table>`: few readers open one. */
export const chartTable = new LazyModule(() => import('./chart-table.ts'), browserClock);
