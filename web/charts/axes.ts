import { extentOf } from './extent.ts';

/** Ends of a value axis, and the values at its grid lines. */
export interface ValueAxis {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly number[];
}

const DECIMAL_STEPS = [1, 2, 5, 10] as const;
const DAY_S = 86_400;
/** Of steps: 0.3 is not 3 × 0.1. */
const ROUNDING = 1e-6;
const TIME_STEPS_S = [
  1,
  2,
  5,
  10,
  15,
  30,
  60,
  120,
  300,
  600,
  900,
  1800,
  3600,
  7200,
  21_600,
  43_200,
  DAY_S,
] as const;

/**
 * The axis of a series: from `min` to `max` where they are given, else from 0 (or below the lowest negative value) to a round number above
 * the highest, with two to four steps. Steps of bytes are powers of two, those of seconds whole minutes, hours or days, those of counts
 * whole numbers. Where `max` is not a whole number of steps away, there is a grid line in the middle, and one at `max`.
 */
export function valueAxis(
  unit: string,
  values: readonly (number | null)[],
  min: number | undefined,
  max: number | undefined,
): ValueAxis {
  const [lowest, highest] = extentOf(values);
  const low = min ?? Math.min(0, lowest);
  const high = max ?? Math.max(low, highest);
  const span = high - low || 1;
  const step = roundStep(unit, span / 2);
  const first = min ?? Math.floor(low / step) * step;
  const last = max ?? Math.ceil((low + span) / step) * step;
  const count = (last - first) / step;
  // The size of a memory is no round number.
  if (max !== undefined && Math.abs(count - Math.round(count)) > ROUNDING)
    return { min: first, max, ticks: [first, (first + max) / 2, max] };
  return {
    min: first,
    max: last,
    ticks: Array.from({ length: Math.round(count) + 1 }, (_, index) => first + index * step),
  };
}

function roundStep(unit: string, atLeast: number): number {
  switch (unit) {
    case 'bytes':
    case 'bytes/s':
      return Math.max(1, 2 ** Math.ceil(Math.log2(atLeast)));
    case 's':
      return atLeast < 1
        ? decimalStep(atLeast)
        : (TIME_STEPS_S.find((step) => step >= atLeast) ?? DAY_S * decimalStep(atLeast / DAY_S));
    case 'count':
      return Math.max(1, decimalStep(atLeast));
    default:
      return decimalStep(atLeast);
  }
}

function decimalStep(atLeast: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(atLeast));
  return magnitude * (DECIMAL_STEPS.find((step) => step * magnitude >= atLeast) ?? 10);
}
