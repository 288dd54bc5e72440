import { browserClock } from '../browser/browser-clock.ts';
import { LazyModule } from '../browser/lazy-module.ts';

/** Not needed to show the first values. */
export const deferredParts = new LazyModule(() => import('./deferred-parts.ts'), browserClock);
