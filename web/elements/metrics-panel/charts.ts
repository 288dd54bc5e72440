/** All that a panel needs to show charts instead of bare values; sections need it, too. */
import '../metric-chart/metric-chart.ts';

export { gridView } from './grid-view.ts';
