import type { MetricChart } from '../metric-chart/metric-chart.ts';
import { isChart } from './charts-view.ts';

/** The charts below `root`, those inside other elements included, in the order of the document. */
export function* chartsIn(root: ParentNode | null): Generator<MetricChart> {
  for (const element of root?.querySelectorAll('*') ?? []) {
    if (isChart(element)) yield element;
    else yield* chartsIn(element.shadowRoot);
  }
}
