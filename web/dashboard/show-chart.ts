import type { MetricsPanel } from '../elements/metrics-panel/metrics-panel.ts';

/** Brings the chart of a metric into view. Of a series whose section is folded, the panel has no chart. */
export function showChart(panel: MetricsPanel, metric: string | null): void {
  if (metric === null) return;
  panel.shadowRoot
    ?.querySelector(`metric-chart[data-metric="${CSS.escape(metric)}"]`)
    ?.scrollIntoView({ block: 'center' });
}
