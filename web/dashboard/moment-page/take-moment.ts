import { findDeep } from '../../browser/find-deep.ts';
import { GAP_AFTER_INTERVALS } from '../../charts/gaps.ts';
import { hueOf } from '../../elements/hue-of.ts';
import type { MetricChart } from '../../elements/metric-chart/metric-chart.ts';
import { chartsIn } from '../../elements/metrics-panel/charts-in.ts';
import type { MetricsPanel } from '../../elements/metrics-panel/metrics-panel.ts';
import { formatReading } from '../../locales/format.ts';
import type { Language } from '../../locales/languages.ts';
import type { DashboardState } from '../../state/dashboard-state.ts';
import type { Mark } from '../../state/marks.ts';
import { hostSummaryMessages } from '../host-summary/host-summary-messages.ts';
import type { MomentParts } from './moment-parts.ts';
import type { Moment, MomentChart } from './moment.ts';

type ProcessTable = HTMLElementTagNameMap['process-table'];

/** What the page shows now; `null` before there are charts. */
export function takeMoment(
  panel: MetricsPanel,
  state: DashboardState,
  language: Language,
  parts: MomentParts,
): Moment | null {
  const range = panel.shownRange;
  if (range === null) return null;
  const { hosts, marks } = state;
  const charts = new Map<string, MomentChart>();
  for (const chart of chartsIn(panel.shadowRoot)) {
    const taken = takeChart(chart, state, language, parts);
    // A favourite may also be in its section.
    if (taken !== null && !charts.has(taken.id)) charts.set(taken.id, taken);
  }
  const { fromMs, toMs } = range;
  const shown = new Set([...charts.values()].flatMap(({ metrics }) => metrics));
  return {
    host: hosts.shownName ?? null,
    facts: factsOf(state, language),
    sentence: {
      named: sentence(state, language, hosts.shownName, parts),
      unnamed: sentence(state, language, undefined, parts),
    },
    fromMs,
    toMs,
    charts: [...charts.values()],
    marks: withoutRepeats(marks.value.marks).filter(
      ({ timestampMs, metric }) =>
        timestampMs >= fromMs && timestampMs <= toMs && (metric === null || shown.has(metric)),
    ),
    processes: processesOf(panel),
  };
}

/** What several parts of the page know of is told once. */
function withoutRepeats(marks: readonly Mark[]): readonly Mark[] {
  const keyOf = ({ timestampMs, label, metric }: Mark): string =>
    JSON.stringify([timestampMs, label, metric]);
  return [...new Map(marks.map((mark) => [keyOf(mark), mark])).values()];
}

function sentence(
  { attention, connection }: DashboardState,
  language: Language,
  host: string | undefined,
  { deferred: { plainText, sentenceOf } }: MomentParts,
): string {
  const known = {
    outlook: attention.outlook.value,
    concerns: attention.value ?? [],
    last: attention.last.value,
    host,
    status: connection.status.value,
  };
  return plainText(sentenceOf(known, language), language);
}

function factsOf({ hosts }: DashboardState, language: Language): Moment['facts'] {
  const { operatingSystem, cpuModel, cores, memoryTotalBytes } = hosts.shown?.facts ?? {};
  const messages = hostSummaryMessages(language);
  const of = (value: number | undefined, unit: string): string | undefined =>
    value === undefined ? undefined : formatReading(value, unit, language.tag);
  const facts: readonly (readonly [string, string | undefined])[] = [
    [messages.system, operatingSystem],
    [messages.cpu, cpuModel],
    [messages.cores, of(cores, 'count')],
    [messages.memory, of(memoryTotalBytes, 'bytes')],
  ];
  return facts.flatMap(([term, value]) => (value === undefined ? [] : [[term, value] as const]));
}

/** `null` for a chart without a point. */
function takeChart(
  chart: MetricChart,
  { marks }: DashboardState,
  language: Language,
  { charts: { ChartData, PointCache }, drawing: { axisOf } }: MomentParts,
): MomentChart | null {
  const data = new ChartData(chart, language.messages, new PointCache());
  const { line, headIndex } = data;
  if (line.end <= line.first) return null;
  const { fromMs, toMs, first, end } = line;
  const { metric = chart.label } = chart.dataset;
  const series = data.series ?? [
    { name: metric, label: chart.label, column: chart.column, hue: hueOf(metric), shade: 'first' as const },
  ];
  const hasBand = chart.spread > 0;
  const isOfNumber = (chart.headUnit ?? chart.unit) === chart.unit;
  const total = chart.arrangement === 'stacked' && data.series !== null && isOfNumber ? headIndex : null;
  const pointsOf = (index: number): typeof line.times => line.series[index]?.slice(first, end) ?? [];
  const metrics = [...new Set([metric, ...series.map(({ name }) => name)])];
  const fired = marks.value.fired.filter(
    (one) =>
      one.metric !== null &&
      metrics.includes(one.metric) &&
      one.fromMs <= toMs &&
      (one.toMs ?? toMs) >= fromMs,
  );
  const drawn = {
    series: series.map(({ hue, shade, isBelow = false }, index) => ({
      points: pointsOf(index),
      hue,
      shade,
      isBelow,
    })),
    arrangement: chart.arrangement,
    isolated: null,
    thresholds: data.thresholdsOf(chart.thresholds),
    peaks: hasBand && total !== null ? pointsOf(total) : null,
    fromMs,
    toMs,
    gapMs: GAP_AFTER_INTERVALS * chart.intervalMs,
    gaps: line.gaps.filter((gap) => gap.toMs > fromMs && gap.fromMs < toMs),
    unit: chart.unit,
    locale: language.tag,
    isBare: false,
    hasBand,
    selectedMs: chart.selectedMs,
  };
  const { notice } = chart;
  return {
    id: `${chart.dataset['card'] ?? metric} ${metrics.join('+')}`,
    title: chart.label,
    caption: notice?.text ?? chart.caption,
    hasNotice: notice !== null,
    reading: formatReading(data.headAt(data.newest, chart), chart.headUnit ?? chart.unit, language.tag),
    metrics,
    labels: series.map(({ label }) => label),
    line: { ...drawn, axis: axisOf(drawn, chart.unit, chart.min, chart.max) },
    fired,
  };
}

/** Of the selected time, else the newest. */
function processesOf(panel: MetricsPanel): Moment['processes'] {
  const root = panel.shadowRoot;
  if (root === null) return null;
  const tables = [...findDeep(root, 'process-table')].filter(
    (table): table is ProcessTable => isTable(table) && table.descriptor?.name === 'processes',
  );
  const shown = tables.find((table) => table.closest('[part="moment"]') !== null) ?? tables[0];
  if (shown === undefined) return null;
  const { descriptor, table } = shown;
  return descriptor === null || table === null ? null : { descriptor, table };
}

function isTable(element: Element): element is ProcessTable {
  return element.localName === 'process-table';
}
