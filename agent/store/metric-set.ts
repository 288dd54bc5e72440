import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';
import type { Series } from '../../shared/protocol/messages.ts';

/** The series of a subscription, and how to read them from a store. */
export interface MetricSet {
  /** Equal for equal sets in equal order. */
  readonly key: string;
  readonly series: readonly Series[];
  /** `series` as JSON, cached: it is long and often needed. */
  readonly seriesText: string;
  /** The column of each series; `undefined` if the store does not keep it. */
  readonly columns: readonly (number | undefined)[];
  /** Whether each series is a rate. */
  readonly areRates: readonly boolean[];
  /** The columns that hold rates. */
  readonly rateColumns: readonly number[];
}

/** @param generation changes when a column is reused for another metric */
export function metricSet(
  descriptors: readonly MetricDescriptor[],
  columnOf: (name: string) => number | undefined,
  generation: number,
): MetricSet {
  const columns = descriptors.map(({ name }) => columnOf(name));
  const series = seriesOf(descriptors);
  return {
    key: `${generation}:${descriptors.map(({ name }, index) => columns[index] ?? name).join(',')}`,
    columns,
    areRates: descriptors.map(({ kind }) => kind === 'rate'),
    rateColumns: descriptors.flatMap(({ kind }, index) => (kind === 'rate' ? (columns[index] ?? []) : [])),
    series,
    seriesText: JSON.stringify(series),
  };
}

/** What clients are told of metrics before their values. */
export function seriesOf(descriptors: readonly MetricDescriptor[]): Series[] {
  return descriptors.map(({ name, label, unit, min, max, group, instance, headline }) => ({
    name,
    label,
    unit,
    min,
    max,
    group,
    instance,
    headline,
  }));
}
