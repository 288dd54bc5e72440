import type { Counted } from './en.ts';

/** A number and its unit, separate because they are styled differently. */
export interface FormattedValue {
  readonly number: string;
  readonly unit: string;
}

type Digits = Intl.NumberFormatOptions;

const BINARY_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;
const HERTZ_UNITS = ['Hz', 'kHz', 'MHz', 'GHz'] as const;
/** Values from here on are shortened: `123K`. */
const COMPACT_FROM = 100_000;
export const MINUTE_S = 60;

const THREE_DIGITS: Digits = { maximumSignificantDigits: 3 };
const WHOLE: Digits = { maximumFractionDigits: 0 };
const TO_THE_SECOND: Intl.DateTimeFormatOptions = {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
};

/** Shown for an unknown value, never 0. */
export const UNKNOWN: FormattedValue = { number: '–', unit: '' };

/**
 * Formats a value in the unit its descriptor names (`shared/protocol/catalogue.ts`): `percent` with one decimal, bytes and hertz with
 * three significant digits and a prefix, 60 seconds or more as a duration, `count` without a unit. Unknown units are shown unchanged.
 * @param locale BCP 47; default: the reader's
 */
export function formatValue(value: number | null, unit: string, locale?: string): FormattedValue {
  if (value === null) return UNKNOWN;
  if (unit === 'percent' || unit === '°C') {
    return { number: fixed(value, 1, locale), unit: unit === 'percent' ? '%' : unit };
  }
  const { divisor, prefixed } = scaleOf(value, unit);
  if (divisor !== 1 || prefixed !== unit) {
    const scaled = value / divisor;
    return {
      number: fixed(scaled, divisor === 1 || scaled >= 100 ? 0 : scaled >= 10 ? 1 : 2, locale),
      unit: prefixed,
    };
  }
  if (unit === 's' && value >= MINUTE_S) return { number: formatDuration(value * 1000, locale), unit: '' };
  const digits = Math.abs(value) < 1000 ? { maximumFractionDigits: 2 } : shortened(value, COMPACT_FROM);
  return {
    number: write(value, isKnownUnit(unit) ? digits : { maximumFractionDigits: 2 }, locale),
    unit: nameOf(unit),
  };
}

/** `formatValue` as one text: `12.3 %`, `3 days 4 hr`. */
export function formatReading(value: number | null, unit: string, locale?: string): string {
  const formatted = formatValue(value, unit, locale);
  return `${formatted.number} ${formatted.unit}`.trimEnd();
}

/** Wall-clock time to the second in the reader's time zone, in 24-hour format: `14:03:22`. */
export function formatTime(timestampMs: number, locale?: string): string {
  return kept(timeFormats, String(locale), () => new Intl.DateTimeFormat(locale, TO_THE_SECOND)).format(
    timestampMs,
  );
}

/** A whole number and its plural category, for messages. */
export function formatCount(count: number, locale?: string): Counted {
  return {
    text: write(count, WHOLE, locale),
    plural: kept(pluralRules, String(locale), () => new Intl.PluralRules(locale)).select(count),
  };
}

/** `3 days 4 hr`, `4 hr 12 min`, `12 min`, `40 sec`: the two largest units; `narrow` gives `3d 4h`. */
export function formatDuration(
  durationMs: number,
  locale?: string,
  unitDisplay: 'short' | 'narrow' = 'short',
): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000));
  const parts = [
    [Math.floor(seconds / 86_400), 'day'],
    [Math.floor(seconds / 3600) % 24, 'hour'],
    [Math.floor(seconds / 60) % 60, 'minute'],
    [seconds % 60, 'second'],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  const shown =
    first < 0 ? parts.slice(-1) : first >= 2 ? parts.slice(first, first + 1) : parts.slice(first, first + 2);
  return shown
    .filter(([count], index) => index === 0 || count > 0)
    .map(([count, unit]) => write(count, { style: 'unit', unit, unitDisplay }, locale))
    .join(' ');
}

/** The prefix that leaves 1 to 1023 (bytes) or 1 to 999 (hertz) in front of the unit; other units stay. */
export function scaleOf(
  value: number,
  unit: string,
): { readonly divisor: number; readonly prefixed: string } {
  if (unit === 'bytes' || unit === 'bytes/s') {
    const { divisor, name } = prefixOf(value, 1024, BINARY_UNITS);
    return { divisor, prefixed: unit === 'bytes' ? name : `${name}/s` };
  }
  if (unit === 'Hz') {
    const { divisor, name } = prefixOf(value, 1000, HERTZ_UNITS);
    return { divisor, prefixed: name };
  }
  return { divisor: 1, prefixed: unit };
}

function prefixOf(
  value: number,
  base: number,
  names: readonly string[],
): { readonly divisor: number; readonly name: string } {
  let exponent = 0;
  let divisor = 1;
  while (exponent < names.length - 1 && Math.abs(value) >= divisor * base) {
    exponent += 1;
    divisor *= base;
  }
  return { divisor, name: names[exponent] ?? '' };
}

/** Whether large numbers of a unit may be shortened. Values in other units are written in full, since their meaning is not known here. */
export function isKnownUnit(unit: string): boolean {
  return ['count', '/s', 'ms', 's', 'rpm', 'W', 'Hz'].includes(unit);
}

export function nameOf(unit: string): string {
  return unit === 'count' ? '' : unit;
}

export function shortened(value: number, from: number): Digits {
  return Math.abs(value) >= from ? { notation: 'compact', ...THREE_DIGITS } : WHOLE;
}

function fixed(value: number, digits: number, locale: string | undefined): string {
  return write(value, { minimumFractionDigits: digits, maximumFractionDigits: digits }, locale);
}

export function write(value: number, digits: Digits, locale: string | undefined): string {
  const key = `${locale} ${JSON.stringify(digits)}`;
  return kept(numberFormats, key, () => new Intl.NumberFormat(locale, digits)).format(value);
}

/** Creating a format costs a hundred times as much as using it, and only a few different ones are needed. */
const numberFormats = new Map<string, Intl.NumberFormat>();
const timeFormats = new Map<string, Intl.DateTimeFormat>();
const pluralRules = new Map<string, Intl.PluralRules>();

export function kept<Format>(formats: Map<string, Format>, key: string, make: () => Format): Format {
  const format = formats.get(key) ?? make();
  formats.set(key, format);
  return format;
}
