import type { LabelledGap, Point } from '../../charts/gaps.ts';
import { formatCount, formatReading } from '../../format.ts';
import type { Language } from '../../locales/languages.ts';
import { valueOf } from './chart-points.ts';

/** What a chart shows, for those who do not see it. */
export interface ShownLine {
  readonly label: string;
  readonly unit: string;
  /** Oldest first; those before `fromMs` are not on the chart. */
  readonly points: readonly Point[];
  readonly fromMs: number;
  readonly intervalMs: number;
  readonly gaps: readonly LabelledGap[];
  readonly isStale: boolean;
}

/** The chart's text alternative: `CPU: 3.0 %. Lowest 1.0 %, highest 9.0 % in 20 samples. Missing in between: …`. */
export function chartWords(line: ShownLine, { tag, words }: Language): string {
  const { label, unit, points, fromMs, intervalMs, gaps, isStale } = line;
  const { chart, separator } = words;
  const newest = points.at(-1);
  if (newest === undefined) return chart.noneYet(label);
  const say = (value: number | null): string =>
    value === null ? chart.notKnown : formatReading(value, unit, tag);
  // A sample's time jitters by milliseconds: the oldest still counts when it stands on the edge.
  const edgeMs = fromMs - intervalMs / 2;
  const shown = points.filter(({ x }) => x >= edgeMs).map(valueOf);
  const known = shown.filter((value) => value !== null);
  const samples = chart.samples(formatCount(shown.length, tag));
  const reading = chart.now(label, say(valueOf(newest)));
  const now = isStale ? chart.stale(reading) : reading;
  if (known.length === 0) return chart.within(now, samples);
  const range = chart.range(now, say(Math.min(...known)), say(Math.max(...known)), samples);
  const causes = [...new Set(gaps.filter(({ toMs }) => toMs > edgeMs).map((gap) => gap.label))];
  return causes.length === 0 ? range : chart.missing(range, causes.join(separator.list));
}
