import { selectMetrics, type MetricDescriptor } from '../../shared/catalogue.ts';
import type { Series } from '../../shared/messages.ts';
import { RequestError } from './request-error.ts';

/** The metrics of one subscription, resolved. */
export interface MetricSet {
  /** Equal for equal sets in equal order. */
  readonly key: string;
  readonly series: readonly Series[];
  /** Where each series stands in a sample's values. */
  readonly columns: readonly number[];
}

/** Resolves names and globs, all or nothing. @throws RequestError `unknown_metric` */
export function resolveMetrics(
  patterns: readonly string[],
  catalogue: readonly MetricDescriptor[],
): MetricSet {
  const { found, unknown } = selectMetrics(patterns, catalogue);
  if (found === undefined) {
    throw new RequestError(
      'unknown_metric',
      unknown.includes('*') ? `No metric matches ${unknown}` : `Unknown metric: ${unknown}`,
    );
  }
  const columns = found.map((descriptor) => catalogue.indexOf(descriptor));
  return {
    key: columns.join(','),
    columns,
    series: found.map(({ name, label, unit, min, max }) => ({ name, label, unit, min, max })),
  };
}
