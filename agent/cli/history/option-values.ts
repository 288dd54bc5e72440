import { InvalidArgumentError } from 'commander';
import { parseIsoTime } from '../../iso-time.ts';

const UNITS_MS: ReadonlyMap<string, number> = new Map([
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** Separated by commas. */
export function names(text: string): readonly string[] {
  return text.split(',').map((part) => part.trim());
}

/** `5m` as ms. */
export function step(text: string): number {
  const ms = lengthOf(text);
  if (ms === undefined) throw new InvalidArgumentError('Give a time such as 10s, 5m, 1h or 1d.');
  return ms;
}

/** ISO 8601, Unix ms, or before now, as Unix ms. */
export function moment(text: string): number {
  const ago = text.startsWith('-') ? lengthOf(text.slice(1)) : undefined;
  if (ago !== undefined) return Date.now() - ago;
  if (text === 'now') return Date.now();
  const ms = /^\d{5,}$/.test(text) ? Number(text) : parseIsoTime(text);
  if (Number.isNaN(ms)) {
    throw new InvalidArgumentError(
      'Give a time such as 2026-11-30, 2026-11-30T10:00:00Z, Unix ms, -24h or now.',
    );
  }
  return ms;
}

function lengthOf(text: string): number | undefined {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const unitMs = UNITS_MS.get(unit);
  return count === undefined || unitMs === undefined || Number(count) === 0
    ? undefined
    : Number(count) * unitMs;
}
