import { quoted } from './problem.ts';

const DURATION_MS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['min', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** What a unit that people write stands for in the units of metrics. */
const UNITS: ReadonlyMap<string, { readonly unit: string; readonly factor: number }> = new Map([
  ...['%', 'percent'].map((name) => [name, { unit: 'percent', factor: 1 }] as const),
  ...['', '/s'].flatMap((end) => [
    [`B${end}`, { unit: `bytes${end}`, factor: 1 }] as const,
    [`bytes${end}`, { unit: `bytes${end}`, factor: 1 }] as const,
    [`KB${end}`, { unit: `bytes${end}`, factor: 1e3 }] as const,
    ...['k', 'M', 'G', 'T', 'P'].map(
      (prefix, index) => [`${prefix}B${end}`, { unit: `bytes${end}`, factor: 1000 ** (index + 1) }] as const,
    ),
    ...['K', 'M', 'G', 'T', 'P'].map(
      (prefix, index) => [`${prefix}iB${end}`, { unit: `bytes${end}`, factor: 1024 ** (index + 1) }] as const,
    ),
  ]),
  ['/s', { unit: '/s', factor: 1 }],
  ['Hz', { unit: 'Hz', factor: 1 }],
  ['kHz', { unit: 'Hz', factor: 1e3 }],
  ['MHz', { unit: 'Hz', factor: 1e6 }],
  ['GHz', { unit: 'Hz', factor: 1e9 }],
  ['°C', { unit: '°C', factor: 1 }],
  ['C', { unit: '°C', factor: 1 }],
  ['rpm', { unit: 'rpm', factor: 1 }],
  ['W', { unit: 'W', factor: 1 }],
  ['kW', { unit: 'W', factor: 1e3 }],
]);

const EXAMPLES: Readonly<Record<string, string>> = {
  percent: '90 %',
  bytes: '2 GB',
  'bytes/s': '50 MB/s',
  s: '2m',
  ms: '250 ms',
  '°C': '80 °C',
  Hz: '2 GHz',
  '/s': '100 /s',
};

/** A number as it was written, whose unit is not compared with a metric's yet. */
export interface Quantity {
  readonly number: number;
  /** As written; `null` for none. */
  readonly unit: string | null;
}

const QUANTITY = /^([+-]?\d{1,15}(?:\.\d{1,9})?) ?([^\d\s.+-][^\d\s]{0,9})?$/u;

/** `90`, `90 %`, `2 GB`; or what is wrong with it. */
export function parseQuantity(value: unknown): Quantity | string {
  if (typeof value === 'number') return { number: value, unit: null };
  const [, number, unit = null] = typeof value === 'string' ? (QUANTITY.exec(value.trim()) ?? []) : [];
  if (number === undefined)
    return `${quoted(value)} is no number: give one such as 90, or with its unit, such as 90 % or 2 GB`;
  return { number: Number(number), unit };
}

/**
 * A quantity in the unit of a metric, or what is wrong with it.
 * @param unit of the metric; `null` if it is not known, which takes every unit
 */
export function quantityIn({ number, unit: written }: Quantity, unit: string | null): number | string {
  if (written === null) return number;
  const durationMs = DURATION_MS.get(written);
  if (durationMs !== undefined && (unit === 's' || unit === 'ms' || unit === null))
    return number * (unit === 'ms' ? durationMs : durationMs / 1000);
  const known = UNITS.get(written);
  if (known !== undefined && (unit === null || unit === known.unit)) return number * known.factor;
  if (unit === null)
    return `${quoted(written)} is no unit: leave it out, and give the number in the metric's`;
  if (unit === 'count' || unit === '')
    return `${quoted(`${number} ${written}`)}: this metric is a count, so give the number alone`;
  return `${quoted(written)} is not the unit of this metric, which is ${unit}: give ${EXAMPLES[unit] ?? `a number in ${unit}`}`;
}

const DURATION = /^(\d{1,9}(?:\.\d{1,3})?) ?(ms|s|m|min|h|d)$/;

/**
 * `90s`, `5m`, `4h` or `1d` in ms, and 0; or what is wrong with it.
 */
export function parseDuration(value: unknown, minMs: number, maxMs: number): number | string {
  const [, count, unit = ''] = typeof value === 'string' ? (DURATION.exec(value.trim()) ?? []) : [];
  const isZero = value === 0 || value === '0';
  if (count === undefined && !isZero) {
    return typeof value === 'number'
      ? `${value} has no unit: write ${value}s, or ${value}m for minutes`
      : `${quoted(value)} is no time: give one such as 90s, 5m, 4h or 1d`;
  }
  const ms = isZero ? 0 : Math.round(Number(count) * (DURATION_MS.get(unit) ?? Number.NaN));
  if (ms < minMs) return `${quoted(value)} is too short: give at least ${durationText(minMs)}`;
  if (ms > maxMs) return `${quoted(value)} is too long: give at most ${durationText(maxMs)}`;
  return ms;
}

/** `5m`, `90s`, `1d`: as `parseDuration` reads it. */
export function durationText(ms: number): string {
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    const count = ms / (DURATION_MS.get(unit) ?? 1);
    if (ms > 0 && Number.isInteger(count)) return `${count}${unit}`;
  }
  return ms === 0 ? '0' : `${ms}ms`;
}

const CLOCK_TIME = /^([01]?\d|2[0-4]):([0-5]\d)$/;

/** `02:30` as minutes after midnight, up to 24:00; or what is wrong with it. */
export function parseClockTime(value: unknown): number | string {
  const [, hours, minutes] = typeof value === 'string' ? (CLOCK_TIME.exec(value.trim()) ?? []) : [];
  const total = Number(hours) * 60 + Number(minutes);
  return total >= 0 && total <= 1440 ? total : `${quoted(value)} is no time of day: give one such as "02:00"`;
}
