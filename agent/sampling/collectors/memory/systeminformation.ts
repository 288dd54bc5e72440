import type { MetricDescriptor } from '../../../shared/catalogue.ts';
import { mem } from 'systeminformation';
import type { Collector } from '../collector.ts';
import { bytes, percent } from '../figures.ts';

const SHARED = { kind: 'gauge', group: 'memory', source: 'systeminformation' } as const;

const METRICS: readonly MetricDescriptor[] = [
  {
    ...SHARED,
    name: 'memory',
    label: 'Memory',
    unit: 'percent',
    min: 0,
    max: 100,
    help: 'Share of physical memory that programs hold: total minus available.',
  },
  {
    ...SHARED,
    name: 'memory.used',
    label: 'Memory used',
    unit: 'bytes',
    help: 'Physical memory that programs hold: total minus available.',
  },
  {
    ...SHARED,
    name: 'memory.available',
    label: 'Memory available',
    unit: 'bytes',
    help: 'Physical memory that a program could still get without swapping; caches that can be dropped are in it.',
  },
  {
    ...SHARED,
    name: 'memory.total',
    label: 'Memory total',
    unit: 'bytes',
    help: 'Physical memory that the operating system can use.',
  },
];

/** Physical memory, from systeminformation's `mem`. Used is total minus available, which is what people mean by it. */
export function memoryCollector(): Collector {
  return {
    subject: 'memory',
    metrics: METRICS,
    async read() {
      const { total, available } = await mem();
      const used = total - available;
      return [percent((used / total) * 100), bytes(used), bytes(available), bytes(total)];
    },
  };
}
