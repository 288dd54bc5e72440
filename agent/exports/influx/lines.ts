import type { Reading } from '../reading.ts';
import { seriesPath } from '../series-path.ts';

/**
 * A reading in InfluxDB's line protocol with times in ms: one line for each thing, with a field for each of its known values.
 * @returns `null` if nothing is known
 */
export function toLines({ host, timestampMs, metrics, values }: Reading): string | null {
  const fields = new Map<string, string[]>();
  for (const [index, metric] of metrics.entries()) {
    const value = values[index] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    const { subject, kind, thing, field } = seriesPath(metric);
    const own = kind === null || thing === null ? '' : tag(kind, thing);
    const series = `${escapeMeasurement(subject)}${tag('host', host.label)}${own}`;
    const fieldOf = `${escapeTag(field === '' ? 'value' : field.replaceAll('.', '_'))}=${value}`;
    const line = fields.get(series);
    if (line === undefined) fields.set(series, [fieldOf]);
    else line.push(fieldOf);
  }
  if (fields.size === 0) return null;
  return [...fields].map(([series, line]) => `${series} ${line.join(',')} ${timestampMs}\n`).join('');
}

/** An empty value is no tag. */
function tag(key: string, value: string): string {
  const escaped = escapeTag(value);
  return escaped === '' ? '' : `,${escapeTag(key)}=${escaped}`;
}

function escapeMeasurement(text: string): string {
  return clean(text).replaceAll('.', '_').replaceAll(/[, ]/g, '\\$&');
}

function escapeTag(text: string): string {
  return clean(text).replaceAll(/[,= ]/g, '\\$&');
}

/** The format has no way to write a line break, or a backslash before what must be escaped. */
function clean(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ').replaceAll('\\', '/');
}
