import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';
import type { Collector } from '../sampling/collector.ts';

/** A descriptor with nothing remarkable in it. */
export function metric(name: string): MetricDescriptor {
  return { name, label: name, unit: 'percent', kind: 'gauge', group: name, help: '', source: 'test' };
}

/** A collector of one metric that does as it is told. */
export function fakeCollector(subject: string, read: () => Promise<number | null>): Collector {
  return { subject, metrics: [metric(subject)], read: async () => [await read()] };
}
