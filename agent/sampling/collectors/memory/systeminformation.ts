import type { Collector } from '../../collector.ts';
import { bytes, percent } from '../../rounding.ts';
import { THIS_HOST } from '../../kernel/roots.ts';
import { memoryMetrics } from './metrics.ts';
import { ZfsCache } from './zfs-cache.ts';

const METRICS = memoryMetrics('systeminformation');

/** Physical memory from systeminformation's `mem`, corrected for the ZFS cache on Linux. Used is total minus available. */
export function memoryCollector({ proc } = THIS_HOST): Collector {
  const zfs = new ZfsCache(proc);
  return {
    subject: 'memory',
    metrics: METRICS,
    async read(atMs) {
      const { mem } = await import('systeminformation');
      const { total, available: withoutZfs } = await mem();
      const available = Math.min(total, withoutZfs + (zfs.read(atMs)?.reclaimable ?? 0));
      const used = total - available;
      return [percent((used / total) * 100), bytes(used), bytes(available), bytes(total)];
    },
    close() {
      zfs.close();
    },
  };
}
