import type { Means } from './tools.ts';
import type { Reading } from './reading.ts';

/** One sample of the agent, and what the observers that looked at that instant saw. */
export interface Row {
  /** By the agent's clock, Unix ms. */
  readonly timestampMs: number;
  readonly values: ReadonlyMap<string, number | null>;
  readonly byHand: Reading;
  readonly others: Map<string, Reading>;
}

export interface Check {
  readonly observer: string;
  readonly agent: number;
  readonly check: number;
  /** Largest difference of a single second, or of a gauge at one instant; `null` where the observer has only a mean. */
  readonly worst: number | null;
}

/** The agent reads filesystems each 10 s: they are compared with the nearest reading of so many samples. */
const LOOK_BACK = 11;

/** What each observer saw of this metric, beside the agent's values of the same time. */
export function checksOf(
  metric: string,
  rows: readonly Row[],
  means: ReadonlyMap<string, Means>,
): readonly Check[] {
  const observers = new Set(rows.flatMap(({ others }) => [...others.keys()]));
  const readings = [
    ['by hand', rows.map(({ byHand }) => byHand)] as const,
    ...[...observers].map((name) => [name, rows.map(({ others }) => others.get(name) ?? null)] as const),
  ];
  const values = rows.map((row) => row.values.get(metric) ?? null);
  const checks: Check[] = readings.flatMap(([observer, seen]) => {
    const check = compareRates(metric, rows, seen) ?? compareGauges(metric, values, seen);
    return check === null ? [] : [{ observer, ...check }];
  });
  for (const [observer, mean] of means) {
    const check = mean.get(metric);
    if (check === undefined || Number.isNaN(check) || !values.some((value) => value !== null)) continue;
    const weighted = checks.find((one) => one.observer === 'by hand')?.agent;
    // The tools average over seconds, however much the kernel counted in each.
    const agent = metric.endsWith('.latency') ? weighted : meanOf(values.slice(1));
    if (agent !== undefined) checks.push({ observer, agent, check, worst: null });
  }
  return checks;
}

type Compared = Omit<Check, 'observer'>;

/**
 * Over the whole window: growth of the part over growth of the whole, beside the weighted mean of the agent's values. Skips seconds
 * whose value is not known on both sides.
 */
function compareRates(
  metric: string,
  rows: readonly Row[],
  seen: readonly (Reading | null)[],
): Compared | null {
  let [parts, wholes, published, weights, worst] = [0, 0, 0, 0, 0];
  for (const [index, row] of rows.entries()) {
    const rate = seen[index]?.rates.get(metric);
    const before = seen[index - 1]?.rates.get(metric);
    const value = row.values.get(metric) ?? null;
    if (rate === undefined || before === undefined || value === null) continue;
    const [part, whole] = [rate[0] - before[0], rate[1] - before[1]];
    const weight = weightOf(metric, rows, index, whole);
    parts += part;
    wholes += whole;
    published += value * weight;
    weights += weight;
    if (whole > 0) worst = Math.max(worst, Math.abs(value - part / whole));
  }
  return weights === 0 ? null : { agent: published / weights, check: parts / wholes, worst };
}

/**
 * Weight of a second's value: completed requests for a latency, time for a rate, ticks or periods for a share. Requests and time are
 * the agent's own, since the windows of both sides differ by milliseconds and a burst may fall into different seconds.
 */
function weightOf(metric: string, rows: readonly Row[], index: number, whole: number): number {
  const [before, row] = [rows[index - 1], rows[index]];
  if (before === undefined || row === undefined) return whole;
  if (metric.endsWith('.latency')) {
    const disk = metric.slice(0, -'.latency'.length);
    return (row.values.get(`${disk}.reads`) ?? 0) + (row.values.get(`${disk}.writes`) ?? 0);
  }
  if (!/^(?:cpu|limit\.throttled)/.test(metric)) return (row.timestampMs - before.timestampMs) / 1000;
  const [from, to] = [before, row].map(({ byHand }) => byHand.rates.get(metric));
  return from === undefined || to === undefined ? whole : to[1] - from[1];
}

function compareGauges(
  metric: string,
  values: readonly (number | null)[],
  seen: readonly (Reading | null)[],
): Compared | null {
  const pairs = values.flatMap((value, index) => {
    const candidates = seen
      .slice(metric.startsWith('filesystem.') ? Math.max(0, index - LOOK_BACK) : index, index + 1)
      .flatMap((reading) => reading?.gauges.get(metric) ?? []);
    if (value === null || candidates.length === 0 || seen[index] === null) return [];
    const nearest = candidates.toSorted((a, b) => Math.abs(a - value) - Math.abs(b - value))[0] ?? Number.NaN;
    return [{ value, nearest }];
  });
  if (pairs.length === 0) return null;
  return {
    agent: meanOf(pairs.map(({ value }) => value)),
    check: meanOf(pairs.map(({ nearest }) => nearest)),
    worst: Math.max(...pairs.map(({ value, nearest }) => Math.abs(value - nearest))),
  };
}

function meanOf(numbers: readonly (number | null)[]): number {
  const known = numbers.filter((number) => number !== null);
  return known.reduce((sum, number) => sum + number, 0) / known.length;
}
