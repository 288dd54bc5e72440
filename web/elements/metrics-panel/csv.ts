import { csvCell, csvLine } from '../../../shared/csv.ts';
import type { GapSpan } from '../../charts/gaps.ts';
import type { SeriesBuffer } from './feed/shown-samples.ts';

/**
 * The samples of `span`, or all of them, as comma-separated values (RFC 4180): a line per sample, oldest first, with its time
 * (ISO 8601, UTC) and a column per series, titled `name (unit)`. Unknown values are empty cells.
 */
export function csvOf({ announcement, samples }: SeriesBuffer, span: GapSpan | null = null): string {
  const lines = [['time', ...announcement.series.map(({ name, unit }) => `${name} (${unit})`)].map(csvCell)];
  for (let row = 0; row < samples.length; row += 1) {
    const timestampMs = samples.timestampAt(row);
    if (span !== null && (timestampMs < span.fromMs || timestampMs > span.toMs)) continue;
    lines.push([
      new Date(timestampMs).toISOString(),
      ...announcement.series.map((_series, column) => String(samples.valueAt(column, row) ?? '')),
    ]);
  }
  return lines.map(csvLine).join('');
}
