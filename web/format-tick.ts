import { formatDuration, isKnownUnit, MINUTE_S, nameOf, scaleOf, shortened, write } from './format.ts';

/** From here on a label, which is round, is shortened: `12K`; sooner than a value. */
const COMPACT_TICK_FROM = 10_000;

/** A figure as `formatReading`, for a grid line, which stands on a round number: no decimals that say nothing. */
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
