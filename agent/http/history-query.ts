import { checkHistoryRequest, MessageError } from '../../shared/protocol/codec.ts';
import type { HistoryRequest } from '../../shared/protocol/messages.ts';
import { guardMessage } from '../sessions/message-guard.ts';
import { parseIsoTime } from '../iso-time.ts';

const HOUR_MS = 3_600_000;
const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: HOUR_MS,
  d: 24 * HOUR_MS,
  w: 7 * 24 * HOUR_MS,
  y: 365 * 24 * HOUR_MS,
};
const DEFAULT_SPAN_MS = HOUR_MS;

const UNIX_MS = /^\d+$/;
const BEFORE_NOW = /^-(\d{1,9})([smhdwy])$/;
/** A day, or a moment with its time zone. An unencoded `+` in an address is read as a space. */
const ISO_8601 = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+ -]\d\d:\d\d))?$/;

/**
 * Reads the query of `GET /history`: `metrics` and `tables` separated by commas, `from` and `to` as Unix ms, in ISO 8601, as `now`, or before now as
 * in `-24h`; by default the last hour.
 * @param nowMs of the host's clock
 * @throws MessageError `invalid_message`, with a sentence that names the parameter and the fix
 */
export function readHistoryQuery(query: URLSearchParams, nowMs: number): HistoryRequest {
  const to = readTime('to', query.get('to'), nowMs) ?? nowMs;
  const from = readTime('from', query.get('from'), nowMs) ?? Math.max(0, to - DEFAULT_SPAN_MS);
  const points = query.get('points');
  const fields = {
    host: query.get('host') ?? undefined,
    metrics: readList(query.getAll('metrics')),
    tables: readList(query.getAll('tables')),
    from,
    to,
    points: points === null ? undefined : Number(points),
  };
  guardMessage(JSON.stringify(fields));
  return checkHistoryRequest(fields);
}

function readList(values: readonly string[]): string[] {
  return values.flatMap((value) => value.split(',')).filter((name) => name !== '');
}

function readTime(name: string, text: string | null, nowMs: number): number | undefined {
  if (text === null) return undefined;
  if (text === 'now') return nowMs;
  if (UNIX_MS.test(text)) return Number(text);
  const [, count, unit = ''] = BEFORE_NOW.exec(text) ?? [];
  if (count !== undefined) return Math.max(0, nowMs - Number(count) * (UNITS_MS[unit] ?? 0));
  const isoMs = ISO_8601.test(text) ? parseIsoTime(text.replace(' ', '+')) : Number.NaN;
  if (!Number.isNaN(isoMs)) return isoMs;
  throw new MessageError(
    'invalid_message',
    `Invalid ${name}: expected Unix ms, ISO 8601 such as 2026-11-30T01:00:00Z, "now", or a time before now such as -24h`,
  );
}
