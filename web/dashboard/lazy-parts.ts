import { browserClock } from '../browser/browser-clock.ts';
import { LazyModule } from '../browser/lazy-module.ts';

/** Not needed to show the first values. */
export const deferredParts = new LazyModule(() => import('./deferred-parts.ts'), browserClock);
/** What a host's charts stand in: wanted as soon as these are. */
export const boardPart = new LazyModule(() => import('./host-board/board.ts'), browserClock);
