import type { Collector } from '../../collector.ts';
import { cpuMetric } from './metrics.ts';
import { busyShare, readTimes } from './os-times.ts';

/**
 * CPU use since the previous read from `os.cpus()` (os-times.ts), as systeminformation's `currentLoad` defines it; that one repeats its value
 * within 200 ms and starts processes. `null` at the first read.
 */
export function cpuCollector(): Collector {
  let before: ReturnType<typeof readTimes> = [];
  return {
    subject: 'cpu',
    metrics: [cpuMetric('node:os')],
    async prime() {
      before = readTimes();
    },
    async read() {
      const now = readTimes();
      const share = busyShare(before, now);
      before = now;
      return [share];
    },
  };
}
