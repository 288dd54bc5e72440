/** Loaded to show charts in place of values. */
import '../../metric-chart/metric-chart.ts';

export { Crosshair } from '../../metric-chart/crosshair.ts';
export { keyedList } from '../../keyed-list.ts';
export { gridView } from '../grid-view.ts';
export { selectedTimeTitleOf } from '../selected-time/selected-time-title.ts';
