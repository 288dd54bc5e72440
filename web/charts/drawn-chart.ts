/** All that a chart needs only where its line is drawn, and that is loaded then. */
export { placeCrosshair } from '../elements/metric-chart/crosshair-marks.ts';
export { valueAxis } from './axes.ts';
export { RollingLineChart } from './rolling-line-chart.ts';
