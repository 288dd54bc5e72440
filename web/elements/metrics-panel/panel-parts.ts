import { browserClock } from '../../browser-clock.ts';
import { LazyModule } from '../../lazy-module.ts';
import type { MetricChart } from '../metric-chart/metric-chart.ts';

/** Charts: values show without. */
export const chartsPart = new LazyModule(() => import('./charts.ts'), browserClock);
/** Headings that fold, and the search. */
export const sectionsPart = new LazyModule(() => import('./sections.ts'), browserClock);
/** Tokens that the page gives when they are needed: most agents on other people's pages ask for none, or the page has it. */
export const tokensPart = new LazyModule(() => import('./token-source.ts'), browserClock);
/** Tables and chosen moments: most panels on other people's pages have none. */
export const tablesPart = new LazyModule(() => import('./tables.ts'), browserClock, __IS_SINGLE_FILE__);

export function isChart(target: EventTarget | null): target is MetricChart {
  return target instanceof Element && target.matches('metric-chart');
}
