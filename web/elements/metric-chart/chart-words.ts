import { formatReading } from '../../format.ts';
import { valueOf } from './chart-points.ts';
import type { ShownLine } from './shown-line.ts';

/** What a chart shows, for those who do not see it. */
export interface LineWords {
  readonly label: string;
  readonly unit: string;
  readonly line: ShownLine;
  readonly isStale: boolean;
  readonly isFrozen: boolean;
}

/** The chart's text alternative: `CPU: 3.0 %. Lowest 1.0 %, highest 9.0 % in 20 samples. Missing in between: …`. */
export function chartWords({ label, unit, line, isStale, isFrozen }: LineWords): string {
  const { inside, gaps, fromMs, toMs } = line;
  const newest = inside.at(-1);
  if (newest === undefined) return `${label}: no samples ${line.points.length === 0 ? 'yet' : 'here'}`;
  const say = (value: number | null): string => (value === null ? 'not known' : formatReading(value, unit));
  const known = inside.map(valueOf).filter((value) => value !== null);
  const state = isFrozen ? ', paused' : isStale ? ', no longer live' : '';
  const now = `${label}: ${say(valueOf(newest))}${state}`;
  if (known.length === 0) return `${now} in ${inside.length} samples`;
  const range = `Lowest ${say(Math.min(...known))}, highest ${say(Math.max(...known))} in ${inside.length} samples`;
  const edgeMs = Math.min(fromMs, inside[0]?.x ?? fromMs);
  const causes = new Set(
    gaps.filter((gap) => gap.toMs > edgeMs && gap.fromMs < toMs).map((gap) => gap.label),
  );
  return `${now}. ${range}${causes.size === 0 ? '' : `. Missing in between: ${[...causes].join(', ')}`}`;
}
