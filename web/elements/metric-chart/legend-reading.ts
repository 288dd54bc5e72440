import { formatReading, formatValue, scaleOf, write } from '../../locales/format.ts';

/** Room for the widest value of a unit in a legend, in digits. */
const WIDTHS: Readonly<Record<string, number>> = {
  percent: 4,
  '°C': 5,
  bytes: 7.5,
  'bytes/s': 9,
  Hz: 8,
  ms: 8,
  s: 10,
  count: 5,
};
const OTHER_WIDTH = 6;
/** Where one decimal would round to a fourth digit. */
const WHOLE_PERCENT = 99.95;

/** Whether the values of a legend have units: not if all of them have the same, which stands in the head. */
export function hasUnits(unit: string, headUnit: string): boolean {
  return unit !== headUnit || scaleOf(1, unit).prefixed !== unit;
}

/** A value of a legend. */
export function legendReading(value: number | null, unit: string, headUnit: string, locale: string): string {
  if (hasUnits(unit, headUnit)) return formatReading(value, unit, locale);
  // Three digits at most.
  return unit === 'percent' && value !== null && value >= WHOLE_PERCENT
    ? write(value, { maximumFractionDigits: 0 }, locale)
    : formatValue(value, unit, locale).number;
}

/** Room for any value of a unit in a legend, in digits, so that nothing moves when values change. */
export function legendWidth(unit: string): number {
  return WIDTHS[unit] ?? OTHER_WIDTH;
}
