import { formatDuration, isKnownUnit, MINUTE_S, nameOf, scaleOf, shortened, write } from './format.ts';

/** Labels from here on are shortened: `12K`. Sooner than values, because labels are round. */
const COMPACT_TICK_FROM = 10_000;

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
