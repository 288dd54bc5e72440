import { browserClock } from '../browser/browser-clock.ts';
import { LazyModule } from '../browser/lazy-module.ts';

/** Not needed to show the first values. */
export const deferredParts = new LazyModule(() => import('./deferred-parts.ts'), browserClock);
/** The page of all hosts; of a single host, nobody loads it. */
export const overviewPart = new LazyModule(() => import('./host-overview/host-overview.ts'), browserClock);
/** What a host's charts stand in: wanted as soon as these are, and with what these need there. */
export const boardPart = new LazyModule(
  async () =>
    (await Promise.all([import('./host-board/board.ts'), import('../elements/metric-chart/several.ts')]))[0],
  browserClock,
);
/** Of readers who arrange the board themselves. */
export const layoutPart = new LazyModule(() => import('./layout-editor/layout-part.ts'), browserClock);
