import { csvCell, csvLine } from '../../../shared/csv.ts';
import { Holes } from '../../../shared/holes.ts';
import type { GapSpan } from '../../charts/gaps.ts';
import type { SeriesBuffer } from './feed/shown-samples.ts';

/**
 * The samples of `span`, or all of them, as comma-separated values (RFC 4180): a line per sample, oldest first, with its time
 * (ISO 8601, UTC) and a column per series, titled `name (unit)`; of points that stand for a step of time, two more with the lowest and the highest
 * values. Unknown values are empty cells, and each gap has a line of them.
 */
export function csvOf(buffer: SeriesBuffer, span: GapSpan | null = null): string {
  const { announcement, samples, spread, gaps } = buffer;
  const columns = announcement.series.flatMap(({ name, unit }, column) =>
    ['', ' min', ' max'].slice(0, spread === 0 ? 1 : 3).map((which, index) => ({
      title: `${name}${which} (${unit})`,
      column: column + index * spread,
    })),
  );
  const lines = [['time', ...columns.map(({ title }) => title)].map(csvCell)];
  const holes = new Holes(gaps, announcement.intervalMs);
  const timeOf = (timestampMs: number): string => new Date(timestampMs).toISOString();
  for (let row = 0; row < samples.length; row += 1) {
    const timestampMs = samples.timestampAt(row);
    if (span !== null && (timestampMs < span.fromMs || timestampMs > span.toMs)) continue;
    const holeMs = holes.before(timestampMs);
    if (holeMs !== null) lines.push([timeOf(holeMs), ...columns.map(() => '')]);
    lines.push([
      timeOf(timestampMs),
      ...columns.map(({ column }) => String(samples.valueAt(column, row) ?? '')),
    ]);
  }
  return lines.map(csvLine).join('');
}
