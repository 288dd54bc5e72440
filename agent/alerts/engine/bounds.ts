import type { AlertRule, Condition } from '../alert-rule.ts';

/** A condition as two numbers of its reading. */
export interface Bounds {
  readonly isAbove: boolean;
  readonly threshold: number;
  readonly clear: number;
  /** Readings of this many make one of what people see. */
  readonly scale: number;
  /** What people see; `null` for that of the metric. */
  readonly unit: string | null;
}

/** A rule whose condition holds for a while. */
export type WatchedRule = AlertRule & {
  readonly condition: Extract<Condition, { readonly kind: 'threshold' | 'forecast' | 'unheard' }>;
};

const MS_PER_S = 1000;
/** A forecast is over when the level is out of reach for half as long again. */
const CLEAR_FORECAST = 1.5;

/** Readings are in the metric's unit; of a forecast, the ms until it reaches its level; of a host, the ms since it was heard. */
export function boundsOf({ condition, forMs }: WatchedRule): Bounds {
  if (condition.kind === 'threshold') {
    const { direction, threshold, clear } = condition;
    return { isAbove: direction === 'above', threshold, clear, scale: 1, unit: null };
  }
  const inSeconds = { scale: MS_PER_S, unit: 's' };
  if (condition.kind === 'unheard') return { isAbove: true, threshold: forMs, clear: forMs, ...inSeconds };
  const { withinMs } = condition;
  return { isAbove: false, threshold: withinMs, clear: withinMs * CLEAR_FORECAST, ...inSeconds };
}

/** Whether the condition holds. */
export function holds({ isAbove, threshold }: Bounds, reading: number): boolean {
  return isAbove ? reading >= threshold : reading <= threshold;
}

/** Whether there is a reading, and the condition does not hold. */
export function isFine({ isAbove, threshold }: Bounds, reading: number): boolean {
  return isAbove ? reading < threshold : reading > threshold;
}

/** Whether it is clearly over: beyond the second threshold. */
export function isClear({ isAbove, clear }: Bounds, reading: number): boolean {
  return isAbove ? reading < clear : reading > clear;
}

/** Whether `reading` is farther beyond the threshold than `other`. */
export function isWorse({ isAbove }: Bounds, reading: number, other: number): boolean {
  return isAbove ? reading > other : reading < other;
}

/** A reading for people; `null` for what is no number of theirs, as the time until a level that is never reached. */
export function shown({ scale }: Bounds, reading: number | null): number | null {
  return reading === null || !Number.isFinite(reading) ? null : reading / scale;
}

/** A reading that people have seen. */
export function readingOf({ scale }: Bounds, value: number | null): number | null {
  return value === null ? null : value * scale;
}
