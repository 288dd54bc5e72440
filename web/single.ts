/**
 * Entry of the package's single file. It contains the parts that /embed loads later, except Chinese, tables, alerts, comparisons and charts of several series: these are files
 * next to it, which may be missing.
 */
import './elements/metric-chart/drawn-chart.ts';
import './elements/metric-chart/chart-table.ts';
import './elements/metrics-panel/parts/charts.ts';
import './elements/metrics-panel/parts/badge.ts';
import './elements/metrics-panel/parts/history.ts';
import './elements/metrics-panel/parts/hosts.ts';
import './elements/metrics-panel/png.ts';
import './elements/metrics-panel/parts/sections.ts';
import './elements/metrics-panel/feed/token-source.ts';
import './transports/one-way-transports.ts';

export * from './embed.ts';
