import { html, type nothing, type TemplateResult } from 'lit';
import type { Series } from '../../../shared/protocol/messages.ts';
import type { GapSpan } from '../../charts/gaps.ts';
import { formatReading } from '../../locales/format.ts';
import type { Language } from '../../locales/languages.ts';
import type { ChartAlerts } from '../metric-chart/chart-alerts.ts';
import type { ChartSeries } from '../metric-chart/chart-series.ts';
import type { Crosshair } from '../metric-chart/crosshair.ts';
import type { MetricChart } from '../metric-chart/metric-chart.ts';
import type { SeriesBuffer } from './feed/shown-samples.ts';
import type { PanelLayout, PlacedSeries } from './panel-layout.ts';

/** What the charts of a panel have in common. */
export interface ChartsContext {
  readonly language: Language;
  readonly buffer: SeriesBuffer;
  /** The present value of a metric, where `buffer` is of the past and goes on with the present. */
  readonly current: ((metric: string) => number | null) | undefined;
  readonly revision: number;
  readonly isStale: boolean;
  readonly isFrozen: boolean;
  readonly isSelectable: boolean;
  readonly selectedMs: number | null;
  readonly crosshair: Crosshair | null;
  /** A stretch of time instead of the newest points. */
  readonly span: GapSpan | null;
  /** Writes times of the buffer. */
  readonly timeOf: (timestampMs: number, locale?: string) => string;
  /** What alerts have to say of the chart of a series. */
  readonly alertsOf?: ((series: Series) => ChartAlerts) | undefined;
  /** The badge, `slot="badge"`, for the card that has it in its head. */
  readonly badgeOf?: ((member: PlacedSeries) => TemplateResult | typeof nothing) | undefined;
  /** What the page adds to the card of a chart. */
  readonly toolOf: ((series: Series) => TemplateResult) | undefined;
}

/** How charts without sections are arranged. */
export type Layout = 'grid' | 'row' | 'compact' | 'sparkline';
/** How large the charts of a group are. */
export type GridSize = 'headline' | 'detail' | Exclude<Layout, 'grid'>;

/** Shows some series; nothing if there are none. */
export type GridView = (
  size: GridSize,
  members: readonly PlacedSeries[],
  context: ChartsContext,
) => TemplateResult | typeof nothing;

/** @param gridView shows charts, or only values */
export function flatView(
  { headlines, details }: PanelLayout,
  context: ChartsContext,
  layout: Layout,
  gridView: GridView,
): TemplateResult {
  if (layout !== 'grid') return html`${gridView(layout, [...headlines, ...details], context)}`;
  return html`${gridView('headline', headlines, context)} ${gridView('detail', details, context)}`;
}

/** The row of the newest sample shown, -1 before the first. */
export function newestRow({ buffer: { samples }, span }: ChartsContext): number {
  const endMs = span?.toMs ?? Number.POSITIVE_INFINITY;
  let row = samples.length - 1;
  while (row >= 0 && samples.timestampAt(row) > endMs) row -= 1;
  return row;
}

/** Of the newest sample, also where the charts show the past until now; `null` if it is not known. */
export function newestValue(
  { series, column, combined }: PlacedSeries,
  context: ChartsContext,
): number | null {
  return combined === undefined
    ? newestOf({ name: series.name, column }, context)
    : combined.headOf(combined.series.map((one) => newestOf(one, context)));
}

/** The same of a single series. */
export function newestOf(
  { name, column }: Pick<ChartSeries, 'name' | 'column'>,
  context: ChartsContext,
): number | null {
  const { buffer, current } = context;
  if (current !== undefined) return current(name);
  const row = newestRow(context);
  return row < 0 ? null : buffer.samples.valueAt(column, row);
}

export function newestReading(member: PlacedSeries, context: ChartsContext): string {
  return formatReading(newestValue(member, context), member.series.unit, context.language.tag);
}

export function isChart(target: EventTarget | null): target is MetricChart {
  return target instanceof Element && target.matches('metric-chart');
}
