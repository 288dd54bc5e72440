import { browserClock } from '../../browser-clock.ts';
import { LazyModule } from '../../lazy-module.ts';

/** `<process-table>`: most panels on other people's pages have no table. */
export const tableElement = new LazyModule(() => import('./process-table.ts'), browserClock);
