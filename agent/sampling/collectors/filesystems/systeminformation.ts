import type { Systeminformation } from 'systeminformation';
import type { Collector, Values } from '../../collector.ts';
import { bytes, percent } from '../../rounding.ts';
import { Instances } from '../../instances.ts';
import { throttled } from '../../throttled-collector.ts';
import { filesystemMetrics, INODES_POSITION } from './metrics.ts';

/** It runs `df`, and filesystems fill slowly. */
const READ_EVERY_MS = 10_000;

/**
 * Space of each filesystem, every 10 s, from systeminformation's `fsSize`. A device with several mounts is shown at its shortest mount point.
 * While a remote filesystem hangs, so does `fsSize`, and the values are unknown. It reports a failure as an empty list, which makes the known
 * values unknown.
 */
export function filesystemsCollector(): Collector {
  const instances = new Instances((part, label) =>
    filesystemMetrics('systeminformation', part, label).slice(0, INODES_POSITION),
  );
  const read = async (): Promise<Values> => {
    const { fsSize } = await import('systeminformation');
    const sizes = onePerDevice(await fsSize());
    if (sizes.length === 0) return instances.metrics.map(() => null);
    instances.update(sizes.map(({ mount }) => mount));
    return sizes.flatMap(({ size, used, available }) => [
      percent((used / (used + available)) * 100),
      bytes(used),
      bytes(available),
      bytes(size),
    ]);
  };
  const collector: Collector = {
    subject: 'filesystems',
    get metrics() {
      return instances.metrics;
    },
    async prime() {
      await read();
    },
    read,
  };
  return throttled(collector, READ_EVERY_MS);
}

type Size = Pick<Systeminformation.FsSizeData, 'fs' | 'mount' | 'size' | 'used' | 'available'>;

/** Devices with any capacity, by mount point. */
function onePerDevice(sizes: readonly Size[]): Size[] {
  const byDevice = new Map<string, Size>();
  for (const candidate of sizes) {
    // Overlays and the like have no device of their own.
    const device = candidate.fs.startsWith('/') ? candidate.fs : candidate.mount;
    const known = byDevice.get(device);
    if (!(candidate.size > 0) || (known !== undefined && known.mount.length <= candidate.mount.length))
      continue;
    byDevice.set(device, candidate);
  }
  return [...byDevice.values()].toSorted((a, b) => (a.mount < b.mount ? -1 : 1));
}
