import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';

/** Which controllers a container's cgroup has. */
export interface ContainerParts {
  readonly hasCpu: boolean;
  readonly hasMemory: boolean;
  readonly hasMemoryMax: boolean;
  readonly hasPids: boolean;
  readonly hasIo: boolean;
}

/**
 * The metrics of one container, in the order cpu, memory, memoryMax, pids, read, write, without those it does not have.
 * @param part its part of the metrics' names
 * @param label display name
 */
export function containerMetrics(part: string, label: string, parts: ContainerParts): MetricDescriptor[] {
  const shared = { group: 'Containers', instance: label, source: 'linux' } as const;
  const gauge = { ...shared, kind: 'gauge' } as const;
  const rate = { ...shared, kind: 'rate' } as const;
  const metrics: MetricDescriptor[] = [];
  if (parts.hasCpu) {
    metrics.push({
      ...rate,
      name: `container.${part}.cpu`,
      label: `${label} CPU`,
      unit: 'percent',
      min: 0,
      max: 100,
      help: "Share of the host's whole CPU time that the container used since the reading before.",
    });
  }
  if (parts.hasMemory) {
    metrics.push({
      ...gauge,
      name: `container.${part}.memory`,
      label: `${label} memory`,
      unit: 'bytes',
      help: 'Memory that the container holds now: in use minus the file cache that has not been touched of late.',
    });
  }
  if (parts.hasMemoryMax) {
    metrics.push({
      ...gauge,
      name: `container.${part}.memoryMax`,
      label: `${label} memory limit`,
      unit: 'bytes',
      help: 'Memory that the container may use before the kernel ends one of its processes.',
    });
  }
  if (parts.hasPids) {
    metrics.push({
      ...gauge,
      name: `container.${part}.pids`,
      label: `${label} processes`,
      unit: 'count',
      min: 0,
      help: 'Processes and threads of the container now.',
    });
  }
  if (parts.hasIo) {
    metrics.push(
      {
        ...rate,
        name: `container.${part}.read`,
        label: `${label} read`,
        unit: 'bytes/s',
        help: 'What the container read from disks per second, since the reading before.',
      },
      {
        ...rate,
        name: `container.${part}.write`,
        label: `${label} written`,
        unit: 'bytes/s',
        help: 'What the container wrote to disks per second, since the reading before.',
      },
    );
  }
  return metrics;
}
