import { availableParallelism } from 'node:os';

/**
 * What one observer saw at one instant, by the agent's metric names and in their units. A rate is two counters, `[part, whole]`:
 * growth of the part over growth of the whole is right for any window. For a rate per second the whole is the time in seconds.
 */
export interface Reading {
  readonly rates: Map<string, readonly [part: number, whole: number]>;
  readonly gauges: Map<string, number>;
}

export function emptyReading(): Reading {
  return { rates: new Map(), gauges: new Map() };
}

/** Copies `other` into `reading`. */
export function addReading(reading: Reading, other: Reading): void {
  for (const [name, rate] of other.rates) reading.rates.set(name, rate);
  for (const [name, gauge] of other.gauges) reading.gauges.set(name, gauge);
}

/** A label as part of a metric's name (docs/metrics.md). */
export function partOf(label: string): string {
  return label === '/' ? 'root' : label.replaceAll(/[^\w:@+]+/g, '-').replaceAll(/^-+|-+$/g, '');
}

export const PROCESSORS = availableParallelism();
