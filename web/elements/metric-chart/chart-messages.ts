import { formatCount, formatReading, formatTime } from '../../format.ts';
import type { Language } from '../../locales/languages.ts';
import { valueOf } from './chart-points.ts';
import type { ShownLine } from './shown-line.ts';

/** What a chart shows, for those who do not see it. */
export interface LineMessages {
  readonly label: string;
  readonly unit: string;
  readonly line: ShownLine;
  readonly isStale: boolean;
  readonly isFrozen: boolean;
}

/** The chart's text alternative: `CPU: 3.0 %. Lowest 1.0 %, highest 9.0 % in 20 samples. Missing in between: …`. */
export function chartMessages(
  { label, unit, line, isStale, isFrozen }: LineMessages,
  { tag, messages }: Language,
): string {
  const { chart, separator } = messages;
  const { inside, gaps, fromMs, toMs } = line;
  const newest = inside.at(-1);
  if (newest === undefined) return line.points.length === 0 ? chart.noneYet(label) : chart.noneHere(label);
  const say = (value: number | null): string =>
    value === null ? chart.notKnown : formatReading(value, unit, tag);
  const known = inside.map(valueOf).filter((value) => value !== null);
  const samples = chart.samples(formatCount(inside.length, tag));
  const reading = chart.now(label, say(valueOf(newest)));
  const now = isFrozen
    ? chart.frozen(reading)
    : isStale
      ? chart.stale(reading, formatTime(newest.x, tag))
      : reading;
  if (known.length === 0) return chart.within(now, samples);
  const range = chart.range(now, say(Math.min(...known)), say(Math.max(...known)), samples);
  const edgeMs = Math.min(fromMs, inside[0]?.x ?? fromMs);
  const causes = new Set(
    gaps.filter((gap) => gap.toMs > edgeMs && gap.fromMs < toMs).map((gap) => gap.label),
  );
  return causes.size === 0 ? range : chart.missing(range, [...causes].join(separator.list));
}
