import type { TokenRecord } from '../auth/token-record.ts';

const UNITS = [
  ['day', 24 * 60 * 60_000],
  ['hour', 60 * 60_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;
/** Use the largest unit of which there are at least two: 36 hours, not 1 day. Slightly less than 2, for a token that was made for two just now. */
const MIN_COUNT = 1.99;

/** One line for each token, its id first. @param nowMs Unix ms */
export function describeTokens(records: readonly TokenRecord[], nowMs: number): string {
  if (records.length === 0) return 'There are no tokens.\n';
  return records.map((record) => `${record.id}  ${describe(record, nowMs)}\n`).join('');
}

function describe(
  { label, metrics, tables, hosts, origins, may = [], expiresAtMs }: TokenRecord,
  nowMs: number,
): string {
  const parts = [
    label === '' ? '' : `"${label}"`,
    metrics.length > 0 ? `metrics ${metrics.join(',')}` : '',
    tables.length > 0 ? `tables ${tables.join(',')}` : '',
    hosts.includes('*') ? '' : `of the ${hosts.length > 1 ? 'hosts' : 'host'} ${hosts.join(',')} alone`,
    origins.length > 0 ? `on pages of ${origins.join(', ')}` : 'on any page, and for any program',
    may.length > 0 ? `may ${may.join(', ')}` : '',
    expiresAtMs === null ? 'for ever' : `ends ${describeEnd(expiresAtMs, nowMs)}`,
  ];
  return parts.filter((part) => part !== '').join('; ');
}

/** When something will end: `in 90 days, on 27 February 2027`. Both Unix ms. */
export function describeEnd(endsAtMs: number, nowMs: number): string {
  const leftMs = Math.max(1000, endsAtMs - nowMs);
  const [unit, unitMs] = UNITS.find(([, ms]) => leftMs / ms >= MIN_COUNT) ?? UNITS[3];
  const count = Math.round(leftMs / unitMs);
  const end = new Date(endsAtMs);
  const date = end.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
  const time = unit === 'day' ? '' : ` at ${end.toISOString().slice(11, unit === 'second' ? 19 : 16)} UTC`;
  return `in ${count} ${unit}${count === 1 ? '' : 's'}, on ${date}${time}`;
}
