import {
  formatDuration,
  formatTime,
  isKnownUnit,
  kept,
  MINUTE_S,
  nameOf,
  scaleOf,
  shortened,
  write,
} from './format.ts';

/** Labels from here on are shortened: `12K`. Sooner than values, because labels are round. */
const COMPACT_TICK_FROM = 10_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const MONTH_MS = 28 * DAY_MS;

/** As `formatReading`, for a grid line: round numbers have no decimals. Only charts need it, which load later than `format.ts`. */
export function formatTick(value: number, unit: string, locale?: string): string {
  if (unit === 's' && value >= MINUTE_S) return formatDuration(value * 1000, locale, 'narrow');
  const { divisor, prefixed } = scaleOf(value, unit);
  const scaled = value / divisor;
  const digits =
    isKnownUnit(unit) && Math.abs(scaled) >= COMPACT_TICK_FROM
      ? shortened(scaled, COMPACT_TICK_FROM)
      : { maximumFractionDigits: 2 };
  const shown = unit === 'percent' ? '%' : prefixed === unit ? nameOf(unit) : prefixed;
  return `${write(scaled, digits, locale)}${shown === '/s' ? '' : ' '}${shown}`.trimEnd();
}

/** Label of a time axis whose labels are `stepMs` apart: `14:03:22`, `14:03`, `Nov 29` for midnight, `Nov`, `2026` for the new year. */
export function formatTimeTick(timestampMs: number, stepMs: number, locale?: string): string {
  if (stepMs < MINUTE_MS) return formatTime(timestampMs, locale);
  const time = new Date(timestampMs);
  const isMidnight = time.getHours() + time.getMinutes() === 0;
  const format: Intl.DateTimeFormatOptions =
    stepMs < DAY_MS && !isMidnight
      ? { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
      : stepMs < MONTH_MS
        ? { month: 'short', day: 'numeric' }
        : time.getMonth() === 0
          ? { year: 'numeric' }
          : { month: 'short' };
  const key = `${locale} ${Object.keys(format).join(' ')}`;
  return kept(formats, key, () => new Intl.DateTimeFormat(locale, format)).format(timestampMs);
}

const formats = new Map<string, Intl.DateTimeFormat>();
