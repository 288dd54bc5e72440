import type { GapSpan } from '../../charts/gaps.ts';
import type { SeriesBuffer } from './series-buffer.ts';

/** A cell that a program for tables would take for a formula begins so (CSV injection). */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * What a panel shows as comma-separated values (RFC 4180): a line for each sample, oldest first, with its time (ISO 8601, UTC) and
 * one column per series, of `span` alone if there is one, `name (unit)`. What is not known is an empty cell.
 */
export function csvOf({ announcement, window }: SeriesBuffer, span: GapSpan | null = null): string {
  const lines = [['time', ...announcement.series.map(({ name, unit }) => `${name} (${unit})`)].map(cellOf)];
  for (let row = 0; row < window.length; row += 1) {
    const timestampMs = window.timestampAt(row);
    if (span !== null && (timestampMs < span.fromMs || timestampMs > span.toMs)) continue;
    lines.push([
      new Date(timestampMs).toISOString(),
      ...announcement.series.map((_series, column) => String(window.valueAt(column, row) ?? '')),
    ]);
  }
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('');
}

function cellOf(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
