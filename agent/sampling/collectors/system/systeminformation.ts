import os from 'node:os';
import type { Collector } from '../../collector.ts';
import { rounded } from '../../rounding.ts';
import { loadMetrics, uptimeMetric } from './metrics.ts';

const SOURCE = 'node:os';

/** Load and uptime from `os.loadavg()` and `os.uptime()`, the source of systeminformation as well. No load on Windows. */
export function systemCollector(platform: NodeJS.Platform = process.platform): Collector {
  const hasLoad = platform !== 'win32';
  return {
    subject: 'system',
    metrics: [...(hasLoad ? loadMetrics(SOURCE) : []), uptimeMetric(SOURCE)],
    read() {
      const load = hasLoad ? os.loadavg().map((value) => rounded(value, 2)) : [];
      return [...load, rounded(os.uptime(), 0)];
    },
  };
}
