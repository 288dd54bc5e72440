import type { PropertyValues } from 'lit';
import { formatCount, formatReading } from '../../locales/format.ts';
import { formatMoment, formatSpread } from '../../locales/format-moment.ts';
import type { Language } from '../../locales/languages.ts';
import type { ChartAlerts } from './chart-alerts.ts';
import type { ChartData, Present } from './chart-data.ts';
import type { ChartNotice } from './chart-series.ts';
import { extremesOf, insideOf } from './shown-line.ts';

/** Writing the text of every chart at each sample would cost as much as drawing: it may be this old, and older off the screen. */
const AGE_MS = 5000;
const OFFSCREEN_AGE_MS = 15_000;
/** Properties that change with each sample, or may. */
const PASSING: readonly PropertyKey[] = ['revision', 'hover', 'current', 'currents', 'caption', 'notice'];

export interface SummarisedChart extends Present {
  readonly label: string;
  readonly unit: string;
  readonly headUnit: string | null;
  readonly stale: boolean;
  readonly frozen: boolean;
  readonly spread: number;
  readonly alerts: ChartAlerts | null;
  readonly notice: ChartNotice | null;
}

/** The text alternative of a chart: `CPU: 3.0 %. Lowest 1.0 %, highest 9.0 % in 20 samples. user 2.0 % (0.5–7.0 %), … Missing in between: …`. */
export class ChartSummary {
  #text = '';
  #writtenAtMs = 0;
  /** Of the notice that it tells of. */
  #level: ChartNotice['level'] | undefined;

  get text(): string {
    return this.#text;
  }

  /** Whether an update of the chart changes more than one sample, or the text is too old. */
  isDue(changed: PropertyValues, isVisible: boolean, notice: ChartNotice | null): boolean {
    if (notice?.level !== this.#level) return true;
    // Without a name: the chart came into view, its drawing was loaded, or its language changed.
    if (changed.size === 0 || ![...changed.keys()].every((name) => PASSING.includes(name))) return true;
    return performance.now() - this.#writtenAtMs >= (isVisible ? AGE_MS : OFFSCREEN_AGE_MS);
  }

  write(chart: SummarisedChart, data: ChartData, language: Language): void {
    this.#text = summaryOf(chart, data, language);
    this.#writtenAtMs = performance.now();
    this.#level = chart.notice?.level;
  }
}

function summaryOf(chart: SummarisedChart, data: ChartData, language: Language): string {
  const { label, unit, headUnit, stale, frozen, spread, alerts, notice } = chart;
  const { gaps, fromMs, toMs, precision } = data.line;
  const { tag, messages } = language;
  const { chart: texts, separator } = messages;
  const head = data.headPoints();
  const newest = head.at(-1);
  const edgeMs = Math.min(fromMs, head[0]?.x ?? fromMs);
  const causes = [
    ...new Set(gaps.filter((gap) => gap.toMs > edgeMs && gap.fromMs < toMs).map((gap) => gap.label)),
  ].join(separator.list);
  const withAlerts = (text: string): string => alerts?.summaryOf(text, fromMs, toMs, language) ?? text;
  const withCauses = (text: string): string => withAlerts(causes === '' ? text : texts.missing(text, causes));
  if (newest === undefined)
    return data.isEmpty && !frozen ? texts.noneYet(label) : withCauses(texts.noneHere(label));
  const say = (value: number | null): string =>
    value === null ? texts.notKnown : formatReading(value, headUnit ?? unit, tag);
  const extremes = extremesOf(head);
  const count = formatCount(head.length, tag);
  const samples = spread === 0 ? texts.samples(count) : texts.steps(count);
  const reading = texts.now(label, say(data.headAt(null, chart)));
  const now = frozen
    ? texts.frozen(reading)
    : stale
      ? texts.stale(reading, formatMoment(newest.x, precision, tag))
      : reading;
  const said = notice === null ? now : texts.noticed(now, texts.levels[notice.level], notice.text);
  const series = seriesOf(chart, data, language);
  const withSeries = (text: string): string => (series === '' ? text : texts.parts(text, series));
  if (extremes === null) return withAlerts(withSeries(texts.within(said, samples)));
  return withCauses(withSeries(texts.range(said, say(extremes.lowest), say(extremes.highest), samples)));
}

/** `user 2.0 % (0.5–7.0 %), system 1.0 %`. */
function seriesOf(chart: SummarisedChart, data: ChartData, { tag, messages }: Language): string {
  const now = data.valuesAt(null, chart);
  return (data.series ?? [])
    .map(({ label }, index) => {
      const value = now[index] ?? null;
      if (value === null) return `${label} ${messages.chart.notKnown}`;
      const extremes = extremesOf(insideOf(data.line, index));
      const spread = { y: value, low: extremes?.lowest, high: extremes?.highest };
      return `${label} ${formatSpread(spread, chart.unit, tag)}`;
    })
    .join(messages.separator.list);
}
