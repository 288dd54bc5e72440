import { formatValue, scaleOf, write } from '../../locales/format.ts';

/** Room for the widest value of a unit in a legend, in digits. */
const WIDTHS: Readonly<Record<string, number>> = {
  percent: 4,
  '°C': 5,
  bytes: 7.5,
  'bytes/s': 9,
  Hz: 8,
  ms: 8,
  s: 10,
};
const OTHER_WIDTH = 5;
/** Where one decimal would round to a fourth digit. */
const WHOLE_PERCENT = 99.95;

/** A value of a legend, with its unit unless all values of a card have the same, which stands in its head. */
export function legendReading(value: number | null, unit: string, headUnit: string, locale: string): string {
  const { number, unit: own } = formatValue(value, unit, locale);
  // Three digits at most.
  if (unit === 'percent' && value !== null && value >= WHOLE_PERCENT)
    return write(value, { maximumFractionDigits: 0 }, locale);
  const isInHead = unit === headUnit && scaleOf(1, unit).prefixed === unit;
  return isInHead ? number : `${number} ${own}`.trimEnd();
}

/** Room for any value of a unit in a legend, in digits, so that nothing moves when values change. */
export function legendWidth(unit: string): number {
  return WIDTHS[unit] ?? OTHER_WIDTH;
}
