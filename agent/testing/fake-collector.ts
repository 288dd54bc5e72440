import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';
import type { Collector } from '../sampling/collector.ts';

/** A minimal descriptor. */
export function metric(name: string): MetricDescriptor {
  return { name, label: name, unit: 'percent', kind: 'gauge', group: name, help: '', source: 'test' };
}

/** A collector of one metric with the given `read`. */
export function fakeCollector(subject: string, read: () => Promise<number | null>): Collector {
  return { subject, metrics: [metric(subject)], read: async () => [await read()] };
}
