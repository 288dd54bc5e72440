/** The code a chart needs only to draw its line. */
import type { LabelFormat } from '../../charts/rolling-line.ts';
import { formatTick, formatTimeTick } from '../../locales/format-tick.ts';

export { axisOf, shownThresholds } from '../../charts/arranged.ts';
export { valueAxis } from '../../charts/axes.ts';
export { reducePoints } from '../../charts/reduce.ts';
export { runsOf, tracesOf } from '../../charts/traces.ts';
export { RollingLineChart } from '../../charts/rolling-line-chart.ts';

export const labelFormat: LabelFormat = { value: formatTick, time: formatTimeTick };
