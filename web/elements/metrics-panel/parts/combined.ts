/** Loaded for charts of several series and for thresholds. */
export { chartsOf } from '../combined/combined-charts.ts';
