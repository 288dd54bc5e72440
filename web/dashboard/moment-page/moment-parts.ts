import { drawing } from '../../elements/metric-chart/drawing.ts';
import { chartsPart, tablesPart } from '../../elements/metrics-panel/parts/panel-parts.ts';
import { deferredParts } from '../lazy-parts.ts';

/** Parts that the page has loaded to show what is sent. What two parts share would else be in the first chunk. */
export interface MomentParts {
  readonly charts: NonNullable<typeof chartsPart.module>;
  readonly drawing: NonNullable<typeof drawing.module>;
  readonly tables: NonNullable<typeof tablesPart.module>;
  readonly deferred: NonNullable<typeof deferredParts.module>;
}

/** `null` while the page does not show all that it will. */
export function momentParts(): MomentParts | null {
  const [charts, drawn, tables, deferred] = [
    chartsPart.module,
    drawing.module,
    tablesPart.module,
    deferredParts.module,
  ];
  if (charts === null || drawn === null || tables === null || deferred === null) return null;
  return { charts, drawing: drawn, tables, deferred };
}
