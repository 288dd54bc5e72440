/** A value axis: its ends, and the values at its grid lines. */
export interface ValueAxis {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly number[];
}

const DECIMAL_STEPS = [1, 2, 5, 10] as const;
const TIME_STEPS_S = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400,
] as const;

/**
 * The axis of a series: fixed where its range is given, else from 0 (or the lowest value, when negative) to a round
 * number above the highest, with a grid line about every half. Bytes are round in powers of two.
 */
export function valueAxis(
  unit: string,
  values: readonly (number | null)[],
  min: number | undefined,
  max: number | undefined,
): ValueAxis {
  const known = values.filter((value) => value !== null);
  const low = min ?? Math.min(0, ...known);
  const high = max ?? Math.max(low, ...known);
  const span = high - low || 1;
  const step = unit === 'bytes' ? binaryStep(span / 2) : decimalStep(span / 2);
  const first = min ?? Math.floor(low / step) * step;
  const last = max ?? Math.ceil((low + span) / step) * step;
  const count = Math.floor((last - first) / step);
  return {
    min: first,
    max: last,
    ticks: Array.from({ length: count + 1 }, (_, index) => first + index * step),
  };
}

/** Whole multiples of the smallest step that leaves at most `most` of them in the range. */
export function timeTicks(fromMs: number, toMs: number, most: number): number[] {
  const stepMs = 1000 * (TIME_STEPS_S.find((step) => (toMs - fromMs) / (step * 1000) <= most) ?? 86_400);
  const ticks: number[] = [];
  for (let tick = Math.ceil(fromMs / stepMs) * stepMs; tick <= toMs; tick += stepMs) ticks.push(tick);
  return ticks;
}

function decimalStep(atLeast: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(atLeast));
  return magnitude * (DECIMAL_STEPS.find((step) => step * magnitude >= atLeast) ?? 10);
}

function binaryStep(atLeast: number): number {
  return 2 ** Math.ceil(Math.log2(atLeast));
}
