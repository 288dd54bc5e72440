import { selectMetrics, type MetricDescriptor } from '../../shared/protocol/catalogue.ts';
import type { Series } from '../../shared/protocol/messages.ts';
import { RequestError } from '../sessions/request-error.ts';

/** The metrics of one subscription, resolved. */
export interface MetricSet {
  /** Equal for equal sets in equal order. */
  readonly key: string;
  readonly series: readonly Series[];
  /** The same as JSON: of many metrics it is long, and asked for often. */
  readonly seriesText: string;
  /** Where each series stands in the ring; `undefined` for one that is not kept. */
  readonly columns: readonly (number | undefined)[];
  /** Whether each series is a rate. */
  readonly areRates: readonly boolean[];
  /** Those of the columns that hold rates. */
  readonly rateColumns: readonly number[];
}

/** Resolves names and globs, all or nothing. @throws RequestError `unknown_metric` */
export function requireMetrics(
  patterns: readonly string[],
  catalogue: readonly MetricDescriptor[],
): readonly MetricDescriptor[] {
  // Many stars say what one does; whoever writes that out 64 times has it looked for once.
  const written = new Map(patterns.map((pattern) => [pattern.replaceAll(/\*+/g, '*'), pattern]));
  const { found, unknown: missing } = selectMetrics([...written.keys()], catalogue);
  if (found !== undefined) return found;
  const unknown = written.get(missing) ?? missing;
  throw new RequestError(
    'unknown_metric',
    unknown.includes('*') ? `No metric matches ${unknown}` : `Unknown metric: ${unknown}`,
  );
}

/** @param columnOf where a metric stands in the ring @param generation of the columns: differs when one holds another metric */
export function metricSet(
  descriptors: readonly MetricDescriptor[],
  columnOf: (name: string) => number | undefined,
  generation: number,
): MetricSet {
  const columns = descriptors.map(({ name }) => columnOf(name));
  const series = descriptors.map(({ name, label, unit, min, max, group, instance, headline }) => ({
    name,
    label,
    unit,
    min,
    max,
    group,
    instance,
    headline,
  }));
  return {
    key: `${generation}:${descriptors.map(({ name }, index) => columns[index] ?? name).join(',')}`,
    columns,
    areRates: descriptors.map(({ kind }) => kind === 'rate'),
    rateColumns: descriptors.flatMap(({ kind }, index) => (kind === 'rate' ? (columns[index] ?? []) : [])),
    series,
    seriesText: JSON.stringify(series),
  };
}
