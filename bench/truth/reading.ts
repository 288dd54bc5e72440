import { availableParallelism } from 'node:os';

/**
 * What one observer saw at one instant, by the names of the agent's metrics and in their units.
 *
 * A rate is kept as two counters, `[part, whole]`, so that it is right over any window: growth of the part over growth of the
 * whole. For what is counted per second the whole is the seconds themselves.
 */
export interface Reading {
  readonly rates: Map<string, readonly [part: number, whole: number]>;
  readonly gauges: Map<string, number>;
}

export function emptyReading(): Reading {
  return { rates: new Map(), gauges: new Map() };
}

/** `other` into `reading`. */
export function addReading(reading: Reading, other: Reading): void {
  for (const [name, rate] of other.rates) reading.rates.set(name, rate);
  for (const [name, gauge] of other.gauges) reading.gauges.set(name, gauge);
}

/** A label in a metric's name: `/` is `root`, other signs than letters and digits are `-`. */
export function partOf(label: string): string {
  return label === '/' ? 'root' : label.replaceAll(/[^\w:@+]+/g, '-').replaceAll(/^-+|-+$/g, '');
}

export const PROCESSORS = availableParallelism();
