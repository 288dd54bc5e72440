import { browserClock } from '../browser/browser-clock.ts';
import { LazyModule } from '../browser/lazy-module.ts';

/** What the first values do without. */
export const addedParts = new LazyModule(() => import('./added-parts.ts'), browserClock);
