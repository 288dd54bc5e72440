import { formatReading, formatTime, formatValue, kept } from './format.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** How exactly a time of a chart is written. */
export interface Precision {
  /** Its day is not obvious. */
  readonly hasDate: boolean;
  /** Distance of the points: a time that stands for a minute has no seconds, one that stands for a day no time. */
  readonly stepMs: number;
}

/** To the second, and of today. */
export const LIVE: Precision = { hasDate: false, stepMs: 1000 };

/** For times between `fromMs` and `toMs`: with the date unless all of them are of today. */
export function precisionOf(fromMs: number, toMs: number, stepMs: number): Precision {
  const today = dayOf(Date.now());
  return { hasDate: dayOf(fromMs) !== today || dayOf(toMs) !== today, stepMs };
}

/** Time of the reader's clock as exactly as needed: `14:03:22`, `14:03`, `Nov 29, 14:03`, `Nov 29, 2025`. */
export function formatMoment(timestampMs: number, { hasDate, stepMs }: Precision, locale?: string): string {
  if (!hasDate && stepMs < MINUTE_MS) return formatTime(timestampMs, locale);
  const hasTime = !hasDate || stepMs < DAY_MS;
  return write(timestampMs, locale, {
    ...(hasDate ? dateOf(timestampMs) : {}),
    ...(hasTime ? { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } : {}),
    ...(hasTime && stepMs < MINUTE_MS ? { second: '2-digit' } : {}),
  });
}

/** Time to the second, with the date unless it is of today. */
export function formatTimeOfDay(timestampMs: number, locale?: string): string {
  return formatMoment(timestampMs, precisionOf(timestampMs, timestampMs, 0), locale);
}

/** `12.3 % (3.1–98.2 %)`; the reading alone without extremes, or if they read the same. */
export function formatSpread(
  {
    y,
    low,
    high,
  }: { readonly y: number; readonly low: number | undefined; readonly high: number | undefined },
  unit: string,
  locale?: string,
): string {
  const reading = formatReading(y, unit, locale);
  const spread = formatExtremes(low, high, unit, locale);
  return spread === '' ? reading : `${reading} (${spread})`;
}

/** `3.1–98.2 %`, `512 KiB–3.1 MiB`; empty without extremes, or if they read the same. */
export function formatExtremes(
  low: number | undefined,
  high: number | undefined,
  unit: string,
  locale?: string,
): string {
  if (low === undefined || high === undefined || Number.isNaN(low + high)) return '';
  const lowest = formatValue(low, unit, locale);
  const highest = formatReading(high, unit, locale);
  if (formatReading(low, unit, locale) === highest) return '';
  return lowest.unit === formatValue(high, unit, locale).unit
    ? `${lowest.number}–${highest}`
    : `${formatReading(low, unit, locale)}–${highest}`;
}

/** With the year if it is not this one. */
function dateOf(timestampMs: number): Intl.DateTimeFormatOptions {
  const isThisYear = new Date(timestampMs).getFullYear() === new Date().getFullYear();
  return { month: 'short', day: 'numeric', ...(isThisYear ? {} : { year: 'numeric' }) };
}

function dayOf(timestampMs: number): string {
  return new Date(timestampMs).toDateString();
}

const formats = new Map<string, Intl.DateTimeFormat>();

function write(timestampMs: number, locale: string | undefined, options: Intl.DateTimeFormatOptions): string {
  const key = `${locale} ${Object.keys(options).join(' ')}`;
  return kept(formats, key, () => new Intl.DateTimeFormat(locale, options)).format(timestampMs);
}
