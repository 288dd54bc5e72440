import type { Series } from '../../shared/protocol/messages.ts';
import { Crosshair } from '../elements/metric-chart/crosshair.ts';
import type { ChartsContext } from '../elements/metrics-panel/charts-view.ts';
import { panelLayoutOf, type PlacedSeries } from '../elements/metrics-panel/panel-layout.ts';
import { SeriesBuffer } from '../elements/metrics-panel/feed/shown-samples.ts';
import { formatTimeOfDay } from '../locales/format-moment.ts';
import { preferredLanguage } from '../locales/languages.ts';

export const START_MS = new Date(2026, 0, 1, 14, 3, 0).getTime();

/** The context of charts of `series`, with a row of values for each second from `START_MS` on. */
export function chartsContext(
  series: readonly Series[],
  rows: readonly (readonly (number | null)[])[],
): { context: ChartsContext; members: readonly PlacedSeries[] } {
  const announcement = {
    type: 'subscribed',
    sub: '1',
    host: 'test',
    epoch: 'test',
    seq: 0,
    intervalMs: 1000,
    recovered: false,
    series: [...series],
    tables: [],
  } as const;
  const buffer = SeriesBuffer.of({ ...announcement, series: [...series], tables: [] }, 20, null);
  for (const [row, values] of rows.entries()) {
    buffer.add({ seq: row + 1, timestampMs: START_MS + row * 1000, values });
  }
  const context: ChartsContext = {
    toolOf: undefined,
    language: preferredLanguage(['en']),
    buffer,
    revision: 0,
    isStale: false,
    isSelectable: true,
    selectedMs: null,
    crosshair: new Crosshair(),
    isFrozen: false,
    current: undefined,
    span: null,
    timeOf: formatTimeOfDay,
  };
  return { context, members: panelLayoutOf(series, []).details };
}
