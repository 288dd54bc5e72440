import { chartsPart } from '../metrics-panel/parts/panel-parts.ts';

const { module } = chartsPart;
// A panel loads this part after its charts.
if (module === null) throw new Error('The charts are missing');

/** What comparisons share with other charts. Imported by both, it would stand in what every panel loads. */
export const {
  crosshairStyles,
  formatTimeOfDay,
  GAP_AFTER_INTERVALS,
  keyedList,
  nearestSample,
  placeCrosshair,
  VisibilityController,
} = module;
