/**
 * Entry of the package's one file. What /embed loads when it is needed is in it, but for Chinese and tables: these are files beside it,
 * and it works without them.
 */
import './charts/drawn-chart.ts';
import './elements/metric-chart/chart-table.ts';
import './elements/metrics-panel/parts/charts.ts';
import './elements/metrics-panel/png.ts';
import './elements/metrics-panel/parts/sections.ts';
import './elements/metrics-panel/feed/token-source.ts';
import './transports/one-way-transports.ts';

export * from './embed.ts';
