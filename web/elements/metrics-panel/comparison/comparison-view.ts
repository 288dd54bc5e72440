import { css, html, nothing, type TemplateResult } from 'lit';
import type { GapSpan } from '../../../charts/gaps.ts';
import { translate, translateSeries } from '../../../locales/agent-texts.ts';
import { formatCount, formatDuration, formatReading } from '../../../locales/format.ts';
import type { Language } from '../../../locales/languages.ts';
import type { Series } from '../../../../shared/protocol/messages.ts';
import { matchesGlob } from '../../../../shared/protocol/globs.ts';
import '../../comparison-chart/comparison-chart.ts';
import type { ComparedLine } from '../../comparison-chart/compared-line.ts';
import { formatTimeOfDay, keyedList } from '../../comparison-chart/from-charts.ts';
import type { Crosshair } from '../../metric-chart/crosshair.ts';
import type { FeedRequest } from '../feed/feed-request.ts';
import { notice } from '../notice.ts';
import { clocksThatAreOff } from './clock-offsets.ts';
import type { ComparedHost } from './compared-host.ts';
import type { ComparisonController } from './comparison-controller.ts';
import { comparisonMessages } from './comparison-messages.ts';

export const comparisonStyles = css`
  .comparison {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(28rem, 100%), 1fr));
    gap: var(--_space-4);
  }
  .comparison ~ p,
  .remark {
    margin: var(--_space-3) 0 0;
    font-size: var(--_size-small);
    color: var(--_text-muted);
  }
`;

/** What a panel shows of several hosts, as it was at one moment. */
export interface ComparisonPicture {
  readonly charts: readonly {
    readonly series: Series;
    readonly lines: readonly ComparedLine[];
  }[];
  readonly span: GapSpan | null;
  readonly remarks: readonly string[];
  /** Names and globs that none of the hosts has. */
  readonly missing: readonly string[];
}

/**
 * @param sums charts of several series, whose metrics are shown apart
 * @param windowMs on the time axis; 0: as much as the points that are requested take
 */
export function comparisonPicture(
  comparison: ComparisonController,
  { metrics, points }: Pick<FeedRequest, 'metrics' | 'points'>,
  sums: readonly string[],
  windowMs: number,
  language: Language,
): ComparisonPicture {
  const { hosts } = comparison;
  const off = clocksThatAreOff(
    new Map(hosts.flatMap(({ id, aheadMs }) => (aheadMs === null ? [] : [[id, aheadMs] as const]))),
  );
  const known = new Map<string, Series>();
  for (const host of hosts) for (const one of host.series) if (!known.has(one.name)) known.set(one.name, one);
  const series = metrics.flatMap((pattern) =>
    [...known.values()].filter(({ name }) => matchesGlob(pattern, name)),
  );
  return {
    charts: translateSeries([...new Set(series)], language.messages).map((one) => ({
      series: one,
      lines: hosts.map((host) => lineOf(host, one.name, comparison, language)),
    })),
    span: spanOf(hosts, off, points, windowMs),
    remarks: remarksOf(comparison, sums, off, language),
    missing: metrics.filter((pattern) => ![...known.keys()].some((name) => matchesGlob(pattern, name))),
  };
}

function lineOf(
  host: ComparedHost,
  metric: string,
  comparison: ComparisonController,
  language: Language,
): ComparedLine {
  const { id, place, intervalMs } = host;
  const label = comparison.nameOf(host);
  const points = host.pointsOf(metric);
  const isStale = comparison.isStale(host);
  return {
    id,
    label,
    place,
    intervalMs,
    points,
    isStale,
    why: whyOf(host, points !== null, isStale, language),
  };
}

/** Why a host has no present value; empty if it has one. */
function whyOf(host: ComparedHost, isMeasured: boolean, isStale: boolean, language: Language): string {
  const messages = comparisonMessages(language);
  const { status, newestMs, series } = host;
  const timeOf = (timestampMs: number): string => formatTimeOfDay(timestampMs, language.tag);
  if (status.state === 'down')
    return status.sinceMs === null ? messages.down : messages.downSince(timeOf(status.sinceMs));
  if (!isMeasured) return series.length > 0 || host.refusal !== null ? messages.noMetric : messages.unknown;
  if (!isStale) return '';
  return newestMs === null ? messages.unknown : messages.silent(timeOf(newestMs));
}

/** Up to the newest sample of the hosts whose clocks are right. */
function spanOf(
  hosts: readonly ComparedHost[],
  off: ReadonlyMap<string, number>,
  points: number,
  windowMs: number,
): GapSpan | null {
  const right = hosts.filter(({ id }) => !off.has(id));
  const live = right.filter(({ status, newestMs }) => status.state !== 'down' && newestMs !== null);
  const of = live.length > 0 ? live : right.some(({ newestMs }) => newestMs !== null) ? right : hosts;
  const newest = of.flatMap(({ newestMs }) => newestMs ?? []);
  if (newest.length === 0) return null;
  const toMs = Math.max(...newest);
  const slowestMs = Math.max(...of.map(({ intervalMs }) => intervalMs));
  return { fromMs: toMs - (windowMs || (points - 1) * slowestMs), toMs };
}

function remarksOf(
  { hosts, count, nameOf }: ComparisonController,
  sums: readonly string[],
  off: ReadonlyMap<string, number>,
  language: Language,
): string[] {
  const messages = comparisonMessages(language);
  const { tag } = language;
  const clocks = hosts.flatMap((host) => {
    const ms = off.get(host.id);
    if (ms === undefined) return [];
    const label = nameOf(host);
    const duration = formatDuration(Math.abs(ms), tag);
    return ms > 0 ? messages.ahead(label, duration) : messages.behind(label, duration);
  });
  const some =
    count > hosts.length && hosts.length > 0
      ? [messages.some(formatReading(hosts.length, 'count', tag), formatCount(count, tag))]
      : [];
  return [...some, ...sums.map((chart) => messages.apart(chart)), ...clocks];
}

export function comparisonView(
  { charts, span, remarks }: ComparisonPicture,
  comparison: ComparisonController,
  names: string,
  crosshair: Crosshair | null,
  badge: TemplateResult | typeof nothing,
  language: Language,
): TemplateResult {
  const messages = comparisonMessages(language);
  const { refusal, isTold, count } = comparison;
  if (refusal !== null) {
    const texts = language.messages;
    return notice(texts.notice.refused, translate(refusal.error, texts), texts.badge.error);
  }
  if (isTold && count === 0) return notice(messages.none, messages.comesLater(names), messages.none);
  return html`
    <div class="comparison">
      ${keyedList(
        charts,
        ({ series }) => series.name,
        ({ series, lines }) => html`<comparison-chart
          data-metric=${series.name}
          exportparts="figure: chart, label, value, plot, legend"
          .label=${series.label}
          .unit=${series.unit}
          .min=${series.min}
          .max=${series.max}
          .lines=${lines}
          .span=${span}
          .crosshair=${crosshair}
          >${series === charts[0]?.series ? badge : nothing}</comparison-chart
        >`,
      )}
    </div>
    ${remarks.map((remark) => html`<p class="remark" part="remark">${remark}</p>`)}
  `;
}
