/** A figure for people: the number and its unit, apart, since they are set in different type. */
export interface FormattedValue {
  readonly number: string;
  readonly unit: string;
}

const BINARY_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** What is shown for a value that is not known. Never 0. */
export const UNKNOWN: FormattedValue = { number: '–', unit: '' };

/**
 * Formats a value in the unit its descriptor names: `percent` with one decimal, `bytes` with three significant digits and
 * a binary prefix, anything else as written.
 * @param locale BCP 47; left out: the reader's
 */
export function formatValue(value: number | null, unit: string, locale?: string): FormattedValue {
  if (value === null) return UNKNOWN;
  if (unit === 'percent') {
    return { number: fixed(value, 1, locale), unit: '%' };
  }
  if (unit === 'bytes') {
    const { divisor, prefix } = binaryPrefix(value);
    const scaled = value / divisor;
    return {
      number: fixed(scaled, divisor === 1 || scaled >= 100 ? 0 : scaled >= 10 ? 1 : 2, locale),
      unit: prefix,
    };
  }
  return { number: new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(value), unit };
}

/** The same for a grid line, which stands on a round number: no decimals that say nothing. */
export function formatTick(value: number, unit: string, locale?: string): string {
  const { divisor, prefix } = unit === 'bytes' ? binaryPrefix(value) : { divisor: 1, prefix: unit };
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(value / divisor);
  return `${number} ${unit === 'percent' ? '%' : prefix}`;
}

/** The power of 1024 that leaves 1 to 1023 in front of the unit. */
export function binaryPrefix(bytes: number): { readonly divisor: number; readonly prefix: string } {
  const exponent = Math.min(
    BINARY_UNITS.length - 1,
    Math.max(0, Math.floor(Math.log2(Math.max(1, Math.abs(bytes))) / 10)),
  );
  return { divisor: 1024 ** exponent, prefix: BINARY_UNITS[exponent] ?? 'B' };
}

const timeFormat = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** Wall-clock time to the second in the reader's time zone, over 24 hours: `14:03:22`. */
export function formatTime(timestampMs: number): string {
  return timeFormat.format(timestampMs);
}

/** `3 days 4 hr`, `4 hr 12 min`, `12 min`, `40 sec`: the two largest parts. */
export function formatDuration(durationMs: number, locale?: string): string {
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
    .map(([count, unit]) =>
      new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(count),
    )
    .join(' ');
}

function fixed(value: number, digits: number, locale: string | undefined): string {
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}
