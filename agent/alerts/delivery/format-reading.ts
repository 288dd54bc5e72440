const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;
const HERTZ = ['Hz', 'kHz', 'MHz', 'GHz'] as const;

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * A value for people, in English, as the dashboard writes it: `93 %`, `1.5 GiB`, `3 h 20 min` (of 60 seconds or more). Without `Intl`, whose data
 * would stay in the agent's memory (docs/decisions/0026).
 * @param unit as in metric descriptors
 */
export function formatReading(value: number, unit: string): string {
  switch (unit) {
    case 'percent':
      return `${formatShare(value)} %`;
    case 'bytes':
      return scaled(value, 1024, BYTES);
    case 'bytes/s':
      return `${scaled(value, 1024, BYTES)}/s`;
    case 'Hz':
      return scaled(value, 1000, HERTZ);
    case 's':
      return value >= 60 ? formatDuration(value * SECOND_MS) : `${formatNumber(value)} s`;
    case 'count':
    case '':
      return formatNumber(value);
    default:
      return `${formatNumber(value)} ${unit}`;
  }
}

/** `40 s`, `1 min 30 s`, `12 min`, `3 h 20 min`, `2 days 4 h`: the two largest units, seconds only below ten minutes. */
export function formatDuration(durationMs: number): string {
  const ms = Math.max(0, durationMs);
  if (ms < 10 * MINUTE_MS) return inUnits(Math.round(ms / SECOND_MS), 60, 'min', 's');
  if (ms < DAY_MS) return inUnits(Math.floor(ms / MINUTE_MS), 60, 'h', 'min');
  const days = Math.floor(ms / DAY_MS);
  return inUnits(Math.floor(ms / HOUR_MS), 24, days === 1 ? 'day' : 'days', 'h');
}

function inUnits(count: number, size: number, large: string, small: string): string {
  const whole = Math.floor(count / size);
  const rest = count % size;
  if (whole === 0) return `${rest} ${small}`;
  return rest === 0 ? `${whole} ${large}` : `${whole} ${large} ${rest} ${small}`;
}

/** Whole, unless that would hide a difference that matters: small ones, and what is almost but not quite 100. */
function formatShare(value: number): string {
  const isNearEnd = Math.abs(value) < 10 || (value > 99 && value < 100);
  return isNearEnd ? trimmed(Math.trunc(value * 10) / 10, 1) : value.toFixed(0);
}

/** Three significant digits, and thousands apart from 10,000: `0.25`, `1234`, `12,300`. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return 'unknown';
  const size = Math.abs(value);
  if (size < 1000) return trimmed(value, size >= 100 ? 0 : size >= 10 ? 1 : 2);
  const digits = value.toFixed(0);
  return size < 10_000 || digits.includes('e') ? digits : digits.replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

function trimmed(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}

function scaled(value: number, base: number, names: readonly string[]): string {
  let rest = value;
  let exponent = 0;
  while (Math.abs(rest) >= base && exponent < names.length - 1) {
    rest /= base;
    exponent += 1;
  }
  return `${formatNumber(rest)} ${names[exponent]}`;
}
