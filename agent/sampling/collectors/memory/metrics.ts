import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';

const SHARED = { kind: 'gauge', group: 'Memory' } as const;

/** Known to every source: `memory` (percent), `memory.used`, `memory.available`, `memory.total` (bytes). */
export function memoryMetrics(source: string): readonly MetricDescriptor[] {
  return [
    {
      ...SHARED,
      name: 'memory',
      label: 'Memory',
      unit: 'percent',
      min: 0,
      max: 100,
      help: 'Share of physical memory that is not available: what programs and the kernel hold, and huge pages that are set aside.',
      source,
    },
    {
      ...SHARED,
      name: 'memory.used',
      label: 'Memory used',
      unit: 'bytes',
      help: 'Physical memory that is not available: what programs and the kernel hold, and huge pages that are set aside.',
      source,
    },
    {
      ...SHARED,
      name: 'memory.available',
      label: 'Memory available',
      unit: 'bytes',
      help: 'Physical memory that a program could still get without swapping; caches that can be dropped are in it, that of ZFS too.',
      source,
    },
    {
      ...SHARED,
      name: 'memory.total',
      label: 'Memory total',
      unit: 'bytes',
      help: 'Physical memory that the operating system can use.',
      source,
    },
  ];
}

/** Kernel use of memory: `memory.cached`, `memory.buffers`, `memory.dirty`, `memory.slab`, bytes. */
export function cacheMetrics(source: string): readonly MetricDescriptor[] {
  return [
    {
      ...SHARED,
      name: 'memory.cached',
      label: 'Memory file cache',
      unit: 'bytes',
      help: 'Physical memory that holds contents of files (page cache), memory shared by programs included; ZFS has a cache of its own.',
      source,
    },
    {
      ...SHARED,
      name: 'memory.buffers',
      label: 'Memory buffers',
      unit: 'bytes',
      help: 'Physical memory that holds blocks of disks outside of files, a cache as well.',
      source,
    },
    {
      ...SHARED,
      name: 'memory.dirty',
      label: 'Memory dirty',
      unit: 'bytes',
      help: 'Physical memory that waits to be written to a disk.',
      source,
    },
    {
      ...SHARED,
      name: 'memory.slab',
      label: 'Memory slab',
      unit: 'bytes',
      help: 'Physical memory that holds structures of the kernel, those that it can drop included.',
      source,
    },
  ];
}

/** `memory.zfsCache`, bytes. */
export function zfsCacheMetrics(source: string): readonly MetricDescriptor[] {
  return [
    {
      ...SHARED,
      name: 'memory.zfsCache',
      label: 'Memory ZFS cache (ARC)',
      unit: 'bytes',
      help: 'Physical memory in which ZFS keeps contents of files (ARC); all above its minimum is available to programs.',
      source,
    },
  ];
}

/** Reserved huge pages: `memory.hugePages`, and their free part `memory.hugePagesUnused`, bytes. */
export function hugePagesMetrics(source: string): readonly MetricDescriptor[] {
  return [
    {
      ...SHARED,
      name: 'memory.hugePages',
      label: 'Memory in huge pages',
      unit: 'bytes',
      help: 'Physical memory that is set aside as huge pages of any size, for programs that ask for such; it is in what is used.',
      source,
    },
    {
      ...SHARED,
      name: 'memory.hugePagesUnused',
      label: 'Huge pages unused',
      unit: 'bytes',
      help: 'Huge pages that are set aside and hold nothing: no other program can have this memory.',
      source,
    },
  ];
}

/** `memory.swap` (percent), `memory.swapUsed`, `memory.swapTotal` (bytes), `memory.swapIn`, `memory.swapOut` (bytes/s). */
export function swapMetrics(source: string): readonly MetricDescriptor[] {
  return [
    {
      ...SHARED,
      name: 'memory.swap',
      label: 'Swap',
      unit: 'percent',
      min: 0,
      max: 100,
      help: 'Share of swap space that is in use.',
      source,
    },
    {
      ...SHARED,
      name: 'memory.swapUsed',
      label: 'Swap used',
      unit: 'bytes',
      help: 'Swap space that is in use.',
      source,
    },
    {
      ...SHARED,
      name: 'memory.swapTotal',
      label: 'Swap total',
      unit: 'bytes',
      help: 'Swap space that there is.',
      source,
    },
    {
      ...SHARED,
      kind: 'rate',
      name: 'memory.swapIn',
      label: 'Swapped in',
      unit: 'bytes/s',
      help: 'Memory read back from swap space since the sample before, per second.',
      source,
    },
    {
      ...SHARED,
      kind: 'rate',
      name: 'memory.swapOut',
      label: 'Swapped out',
      unit: 'bytes/s',
      help: 'Memory written to swap space since the sample before, per second.',
      source,
    },
  ];
}

/** `memory.oomKills`, a count. Since Linux 4.13. */
export function oomKillsMetric(source: string): MetricDescriptor {
  return {
    ...SHARED,
    name: 'memory.oomKills',
    label: 'Killed for want of memory',
    unit: 'count',
    min: 0,
    help: 'Processes that the kernel has killed for want of memory since the host booted, those at a limit of their own included.',
    source,
  };
}
