/** All that a chart needs only where its line is drawn, and that is loaded then. */
export { valueAxis } from './axes.ts';
export { RollingLineChart } from './rolling-line-chart.ts';
