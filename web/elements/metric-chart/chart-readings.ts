import type { Point } from '../../charts/gaps.ts';
import { formatValue, scaleOf, write } from '../../locales/format.ts';
import type { HeadValue } from './chart-series.ts';
import { insideOf, valueOf, type ShownLine } from './shown-line.ts';

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

/** What the number in the head says, of one reading of each series; `null` if a part of it is not known. */
export function headOf(
  values: readonly (number | null)[],
  head: Exclude<HeadValue, 'column'>,
): number | null {
  if (values.length === 0) return null;
  if (head === 'highest') {
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? null : Math.max(...known);
  }
  return values.reduce((sum, value) => (sum === null || value === null ? null : sum + value), 0);
}

/**
 * The shown points of the number in the head.
 * @param count of the series that it is computed of
 * @param index of the series that it is; `null`: it is computed
 */
export function headPoints(
  line: ShownLine,
  count: number,
  head: HeadValue,
  index: number | null,
): readonly Point[] {
  if (head === 'column' || index !== null) return insideOf(line, index ?? 0);
  const points: Point[] = [];
  for (let at = line.first; at < line.end; at += 1) {
    const y = headOf(valuesAt(line, count, at), head) ?? Number.NaN;
    points.push({ x: line.series[0]?.[at]?.x ?? Number.NaN, y });
  }
  return points;
}

/** The values of the first `count` series at one of their points. */
export function valuesAt(line: ShownLine, count: number, index: number): (number | null)[] {
  return line.series.slice(0, count).map((points) => valueOf(points[index]));
}

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
