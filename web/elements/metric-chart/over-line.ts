import type { ChartThreshold, ChartNotice } from './chart-series.ts';

/** Whether a value is over the line that a notice is about: what crossed it carries the tint. @param now the values of the series */
export function isOverLine(
  value: number | null,
  { level }: ChartNotice,
  thresholds: readonly ChartThreshold[],
  now: readonly (number | null)[],
): boolean {
  return (
    value !== null &&
    thresholds.some(
      (line) =>
        line.level === level && value >= line.value && (line.of === undefined || now[line.of] === value),
    )
  );
}
