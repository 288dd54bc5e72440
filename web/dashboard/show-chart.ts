import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';
import { findDeep } from '../browser/find-deep.ts';
import { chartsIn } from '../elements/metrics-panel/charts-in.ts';
import type { MetricsPanel } from '../elements/metrics-panel/metrics-panel.ts';
import { groupOf } from '../elements/metrics-panel/panel-layout.ts';

/** Frames within which an opened section has its charts. */
const PATIENCE = 60;
const FLASH_MS = 1400;

/**
 * Brings the chart of a metric into view and points it out. Of a series whose section is folded, the panel has no chart: the section is opened if
 * `catalogue` says which one it is. Does nothing for a metric without a chart.
 */
export function showChart(
  panel: MetricsPanel,
  metric: string | null,
  catalogue: readonly MetricDescriptor[] = [],
): void {
  if (metric === null) return;
  const descriptor = catalogue.find(({ name }) => name === metric);
  void show(panel, metric, descriptor === undefined ? null : groupOf(descriptor));
}

/** Scrolls to `element`, gives what is in it the focus, and lets its frame light up for a moment. */
export function pointOut(element: Element): void {
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  element.scrollIntoView({ block: 'center', behavior: isCalm ? 'auto' : 'smooth' });
  const [focusable] =
    element.shadowRoot === null ? [] : findDeep(element.shadowRoot, '[tabindex="0"], input, button');
  if (focusable instanceof HTMLElement) focusable.focus({ preventScroll: true });
  const lit = 'var(--page-focus)';
  element.animate(
    [
      { outline: `3px solid ${lit}`, outlineOffset: '2px', borderRadius: '0.875rem' },
      { outline: `3px solid ${lit}`, outlineOffset: '2px', borderRadius: '0.875rem', offset: 0.6 },
      { outline: '3px solid transparent', outlineOffset: '2px', borderRadius: '0.875rem' },
    ],
    FLASH_MS,
  );
}

async function show(panel: MetricsPanel, metric: string, group: string | null): Promise<void> {
  const chart = chartOf(panel, metric) ?? (await chartIn(panel, metric, group));
  if (chart !== undefined) pointOut(chart);
}

/** The chart whose number it is, else one that draws it among others. */
function chartOf({ shadowRoot }: MetricsPanel, metric: string): Element | undefined {
  const charts = [...chartsIn(shadowRoot)];
  return (
    charts.find(({ dataset }) => dataset['metric'] === metric) ??
    charts.find(({ series }) => series?.some(({ name }) => name === metric))
  );
}

/** Opens the fold of that title, as a click would, and waits for its charts. */
async function chartIn(
  panel: MetricsPanel,
  metric: string,
  title: string | null,
): Promise<Element | undefined> {
  if (title === null || panel.shadowRoot === null) return undefined;
  const [fold] = findDeep(panel.shadowRoot, `details[data-section="${CSS.escape(title)}"]`);
  if (!(fold instanceof HTMLDetailsElement)) return undefined;
  fold.open = true;
  for (let frame = 0; frame < PATIENCE; frame += 1) {
    const chart = chartOf(panel, metric);
    if (chart !== undefined) return chart;
    await new Promise(requestAnimationFrame);
  }
  return undefined;
}
