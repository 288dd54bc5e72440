import { browserClock } from '../../browser-clock.ts';
import { LazyModule } from '../../lazy-module.ts';

/** `<chart-table>`: few readers want one. */
export const chartTable = new LazyModule(() => import('./chart-table.ts'), browserClock);
