import type { Collector } from '../../collector.ts';
import { bytes, percent } from '../../figures.ts';
import { memoryMetrics } from './metrics.ts';

const METRICS = memoryMetrics('systeminformation');

/** Physical memory, from systeminformation's `mem`. Used is total minus available, which is what people mean by it. */
export function memoryCollector(): Collector {
  return {
    subject: 'memory',
    metrics: METRICS,
    async read() {
      const { mem } = await import('systeminformation');
      const { total, available } = await mem();
      const used = total - available;
      return [percent((used / total) * 100), bytes(used), bytes(available), bytes(total)];
    },
  };
}
