/** All that a panel needs to show charts instead of bare values. */
import '../metric-chart/metric-chart.ts';

export { gridView } from './grid-view.ts';
