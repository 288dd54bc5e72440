import { html, nothing, type TemplateResult } from 'lit';
import { keyedList } from '../../keyed-list.ts';
import '../../metric-chart/metric-chart.ts';
import type { ChartThreshold } from '../../metric-chart/chart-series.ts';
import type { ChartsContext, GridSize } from '../charts-view.ts';
import type { GapSpan } from '../../../charts/gaps.ts';
import type { SeriesBuffer } from '../feed/shown-samples.ts';
import type { PlacedSeries } from '../panel-layout.ts';

export { PausedView } from '../feed/paused-view.ts';
export { csvOf } from '../csv.ts';
export { formatTimeOfDay } from '../../../locales/format-moment.ts';
export { Crosshair } from '../../metric-chart/crosshair.ts';
export { selectedTimeTitleOf } from '../selected-time/selected-time-title.ts';
export { keyedList };
/** For what a page makes of the charts that it shows (dashboard/moment-page). */
export { ChartData } from '../../metric-chart/chart-data.ts';
export { PointCache } from '../../metric-chart/point-cache.ts';
/** For comparisons (comparison-chart/from-charts.ts). */
export { GAP_AFTER_INTERVALS } from '../../../charts/gaps.ts';
export { nearestSample } from '../../metric-chart/nearest-sample.ts';
export { placeCrosshair } from '../../metric-chart/crosshair-marks.ts';
export { crosshairStyles } from '../../metric-chart/crosshair.styles.ts';
export { VisibilityController } from '../../visibility-controller.ts';

const NO_THRESHOLDS: readonly ChartThreshold[] = [];

/** The time axis of charts: `span`, or the newest points. */
export function rangeOf(buffer: SeriesBuffer | null, span: GapSpan | null): GapSpan | null {
  if (span !== null || buffer === null || buffer.samples.length === 0) return span;
  const { samples, announcement } = buffer;
  const toMs = samples.timestampAt(samples.length - 1);
  return { fromMs: toMs - (samples.capacity - 1) * announcement.intervalMs, toMs };
}

/** Shows series as charts, in place of values. */
export function gridView(
  size: GridSize,
  members: readonly PlacedSeries[],
  context: ChartsContext,
): TemplateResult | typeof nothing {
  if (members.length === 0) return nothing;
  return html`
    <div class="grid ${size}">
      ${keyedList(
        members,
        ({ series }) => series.name,
        (member) => member.instead ?? chartView(size, member, context),
      )}
    </div>
  `;
}

function chartView(size: GridSize, member: PlacedSeries, context: ChartsContext): TemplateResult {
  const { series, column, hue, combined, thresholds = NO_THRESHOLDS } = member;
  const { buffer, revision, isStale, isSelectable, selectedMs, crosshair, isFrozen, span } = context;
  const { announcement, samples, gaps } = buffer;
  const { current, badgeOf } = context;
  return html`
          <metric-chart
            data-metric=${series.name}
            data-hue=${hue}
            exportparts="figure: chart, label, caption, value, legend, plot, tools"
            ?compact=${size === 'compact'}
            ?sparkline=${size === 'sparkline'}
            .label=${series.label}
            .unit=${series.unit}
            .min=${series.min}
            .max=${series.max}
            .points=${samples.capacity}
            .intervalMs=${announcement.intervalMs}
            .samples=${samples}
            .column=${column}
            .series=${combined?.series ?? null}
            .arrangement=${combined?.arrangement ?? 'lines'}
            .headValue=${combined?.headValue ?? 'column'}
            .thresholds=${thresholds}
            .notice=${member.noticeOf?.(context) ?? null}
            .spread=${buffer.spread}
            .current=${combined === undefined ? current?.(series.name) : undefined}
      .currents=${current && combined?.series.map(({ name }) => current(name))}
            .revision=${revision}
            .gaps=${gaps}
            .alerts=${context.alertsOf?.(series) ?? null}
            .stale=${isStale}
            .selectable=${isSelectable}
            .selectedMs=${selectedMs}
            .crosshair=${crosshair}
            .frozen=${isFrozen}
            .span=${span}
            >${combined === undefined ? context.toolOf?.(series) : nothing}${badgeOf?.(member)}</metric-chart
          >
  `;
}
