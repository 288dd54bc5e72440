import type { PropertyValues } from 'lit';
import { formatCount, formatReading } from '../../locales/format.ts';
import { formatMoment } from '../../locales/format-moment.ts';
import type { Language } from '../../locales/languages.ts';
import type { ChartAlerts } from './chart-alerts.ts';
import { extremesOf, valueOf, type ShownLine } from './chart-plot.ts';

/** Writing the text of every chart at each sample would cost as much as drawing: it may be this old, and older off the screen. */
const AGE_MS = 5000;
const OFFSCREEN_AGE_MS = 15_000;
/** Properties that change with each sample. */
const PASSING: readonly PropertyKey[] = ['revision', 'hover', 'current'];

export interface SummarisedChart {
  readonly label: string;
  readonly unit: string;
  readonly stale: boolean;
  readonly frozen: boolean;
  readonly spread: number;
  readonly current: number | null | undefined;
  readonly alerts: ChartAlerts | null;
}

/** The text alternative of a chart: `CPU: 3.0 %. Lowest 1.0 %, highest 9.0 % in 20 samples. Missing in between: …`. */
export class ChartSummary {
  #text = '';
  #writtenAtMs = 0;

  get text(): string {
    return this.#text;
  }

  /** Whether an update of the chart changes more than one sample, or the text is too old. */
  isDue(changed: PropertyValues, isVisible: boolean): boolean {
    // Without a name: the chart came into view, its drawing was loaded, or its language changed.
    if (changed.size === 0 || ![...changed.keys()].every((name) => PASSING.includes(name))) return true;
    return performance.now() - this.#writtenAtMs >= (isVisible ? AGE_MS : OFFSCREEN_AGE_MS);
  }

  write(chart: SummarisedChart, line: ShownLine, language: Language): void {
    this.#text = summaryOf(chart, line, language);
    this.#writtenAtMs = performance.now();
  }
}

function summaryOf(
  { label, unit, stale, frozen, spread, current, alerts }: SummarisedChart,
  { points, inside, gaps, fromMs, toMs, precision }: ShownLine,
  language: Language,
): string {
  const { tag, messages } = language;
  const { chart, separator } = messages;
  const newest = inside.at(-1);
  const edgeMs = Math.min(fromMs, inside[0]?.x ?? fromMs);
  const causes = [
    ...new Set(gaps.filter((gap) => gap.toMs > edgeMs && gap.fromMs < toMs).map((gap) => gap.label)),
  ].join(separator.list);
  const withAlerts = (text: string): string => alerts?.summaryOf(text, fromMs, toMs, language) ?? text;
  const withCauses = (text: string): string => withAlerts(causes === '' ? text : chart.missing(text, causes));
  if (newest === undefined)
    return points.length + gaps.length === 0 && !frozen
      ? chart.noneYet(label)
      : withCauses(chart.noneHere(label));
  const say = (value: number | null): string =>
    value === null ? chart.notKnown : formatReading(value, unit, tag);
  const known = extremesOf(inside);
  const count = formatCount(inside.length, tag);
  const samples = spread === 0 ? chart.samples(count) : chart.steps(count);
  const reading = chart.now(label, say(current === undefined ? valueOf(newest) : current));
  const now = frozen
    ? chart.frozen(reading)
    : stale
      ? chart.stale(reading, formatMoment(newest.x, precision, tag))
      : reading;
  if (known.length === 0) return withAlerts(chart.within(now, samples));
  const range = chart.range(now, say(Math.min(...known)), say(Math.max(...known)), samples);
  return withCauses(range);
}
