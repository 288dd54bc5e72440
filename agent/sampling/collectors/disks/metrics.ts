import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';

const SHARED = { kind: 'rate', group: 'Disks' } as const;

/** All physical disks together: read, written (bytes/s). */
export function diskTotals(source: string): readonly MetricDescriptor[] {
  return [
    {
      ...SHARED,
      source,
      name: 'disk.all.read',
      label: 'All disks read',
      unit: 'bytes/s',
      headline: true,
      help: 'Read from all physical disks since the sample before, per second.',
    },
    {
      ...SHARED,
      source,
      name: 'disk.all.write',
      label: 'All disks written',
      unit: 'bytes/s',
      headline: true,
      help: 'Written to all physical disks since the sample before, per second.',
    },
  ];
}

/**
 * One disk: read, written (bytes/s), reads, writes (/s), utilisation (percent), latency (ms).
 * @param part its part of the metrics' names
 * @param label display name
 */
export function diskMetrics(source: string, part: string, label: string): readonly MetricDescriptor[] {
  const shared = { ...SHARED, source, instance: label };
  return [
    {
      ...shared,
      name: `disk.${part}.read`,
      label: `${label} read`,
      unit: 'bytes/s',
      help: 'Read from this disk since the sample before, per second.',
    },
    {
      ...shared,
      name: `disk.${part}.write`,
      label: `${label} written`,
      unit: 'bytes/s',
      help: 'Written to this disk since the sample before, per second.',
    },
    {
      ...shared,
      name: `disk.${part}.reads`,
      label: `${label} reads`,
      unit: '/s',
      help: 'Read requests that this disk completed since the sample before, per second.',
    },
    {
      ...shared,
      name: `disk.${part}.writes`,
      label: `${label} writes`,
      unit: '/s',
      help: 'Write requests that this disk completed since the sample before, per second.',
    },
    {
      ...shared,
      name: `disk.${part}.utilisation`,
      label: `${label} utilisation`,
      unit: 'percent',
      min: 0,
      max: 100,
      help: 'Share of the time since the sample before in which this disk had a request; one that serves many at once is not at its limit at 100.',
    },
    {
      ...shared,
      name: `disk.${part}.latency`,
      label: `${label} latency`,
      unit: 'ms',
      help: 'Mean time, waiting included, of the reads and writes completed since the sample before; not known when there were none.',
    },
  ];
}
