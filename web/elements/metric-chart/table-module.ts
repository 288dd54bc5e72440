import { browserClock } from '../../browser-clock.ts';
import { LazyModule } from '../../lazy-module.ts';

/** `<chart-table>`: few readers open one. */
export const chartTable = new LazyModule(() => import('./chart-table.ts'), browserClock);
