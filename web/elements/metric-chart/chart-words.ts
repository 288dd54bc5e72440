import type { LabelledGap, Point } from '../../charts/gaps.ts';
import { formatReading } from '../../format.ts';
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
export function chartWords({ label, unit, points, fromMs, intervalMs, gaps, isStale }: ShownLine): string {
  const newest = points.at(-1);
  if (newest === undefined) return `${label}: no samples yet`;
  const say = (value: number | null): string => (value === null ? 'not known' : formatReading(value, unit));
  // A sample's time jitters by milliseconds: the oldest still counts when it stands on the edge.
  const edgeMs = fromMs - intervalMs / 2;
  const shown = points.filter(({ x }) => x >= edgeMs).map(valueOf);
  const known = shown.filter((value) => value !== null);
  const now = `${label}: ${say(valueOf(newest))}${isStale ? ', no longer live' : ''}`;
  if (known.length === 0) return `${now} in ${shown.length} samples`;
  const range = `Lowest ${say(Math.min(...known))}, highest ${say(Math.max(...known))} in ${shown.length} samples`;
  const causes = [...new Set(gaps.filter(({ toMs }) => toMs > edgeMs).map((gap) => gap.label))];
  return `${now}. ${range}${causes.length === 0 ? '' : `. Missing in between: ${causes.join(', ')}`}`;
}
