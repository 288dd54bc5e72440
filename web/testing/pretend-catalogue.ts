import type { Series } from '../../shared/protocol/messages.ts';

/** How much a pretended host has, and what it lacks. */
export interface PretendParts {
  readonly cores?: number;
  readonly disks?: readonly string[];
  readonly interfaces?: readonly string[];
  readonly filesystems?: readonly string[];
  readonly containers?: readonly string[];
  /** Whether it is a Linux: states of processors, pressure, caches, blocked tasks. */
  readonly isLinux?: boolean;
  readonly hasSwap?: boolean;
  /** A limit of a container that the agent itself is in. */
  readonly hasLimits?: boolean;
}

/** The catalogue of a host, in an agent's order and with its names, labels, units and groups. */
export function pretendCatalogue({
  cores = 2,
  disks = ['nvme0n1'],
  interfaces = ['eth0', 'lo'],
  filesystems = ['/'],
  containers = [],
  isLinux = true,
  hasSwap = true,
  hasLimits = false,
}: PretendParts = {}): Series[] {
  const linux = <Item>(...items: Item[]): Item[] => (isLinux ? items : []);
  return [
    percent('cpu', 'CPU', 'CPU'),
    ...linux('user', 'nice', 'system', 'iowait', 'irq', 'softirq', 'steal').map((state) =>
      percent(`cpu.${state}`, `CPU ${state}`, 'CPU'),
    ),
    ...Array.from({ length: cores }, (_, core) =>
      percent(`cpu.core.${core}`, `Core ${core}`, 'CPU', `Core ${core}`),
    ),
    percent('memory', 'Memory', 'Memory'),
    ...['used', 'available', 'total', ...linux('cached', 'buffers', 'dirty', 'slab')].map((part) =>
      series(`memory.${part}`, `Memory ${part}`, 'bytes', 'Memory'),
    ),
    ...(hasSwap
      ? [
          percent('memory.swap', 'Swap', 'Memory'),
          series('memory.swapUsed', 'Swap used', 'bytes', 'Memory'),
          series('memory.swapTotal', 'Swap total', 'bytes', 'Memory'),
        ]
      : []),
    ...['receive', 'transmit'].map((direction) => ({
      ...series(`network.all.${direction}`, `Network ${direction}`, 'bytes/s', 'Network'),
      headline: true,
    })),
    ...interfaces.flatMap((name, index) =>
      ['receive', 'transmit', 'receiveDrops', 'transmitDrops'].map((metric) =>
        series(
          `network.${partOf(name, index)}.${metric}`,
          `${name} ${metric}`,
          metric.endsWith('Drops') ? '/s' : 'bytes/s',
          'Network',
          name,
        ),
      ),
    ),
    ...['read', 'write'].map((direction) => ({
      ...series(`disk.all.${direction}`, `All disks ${direction}`, 'bytes/s', 'Disks'),
      headline: true,
    })),
    ...disks.flatMap((name, index) => [
      series(`disk.${partOf(name, index)}.read`, `${name} read`, 'bytes/s', 'Disks', name),
      series(`disk.${partOf(name, index)}.write`, `${name} written`, 'bytes/s', 'Disks', name),
      ...linux(
        percent(`disk.${partOf(name, index)}.utilisation`, `${name} utilisation`, 'Disks', name),
        series(`disk.${partOf(name, index)}.latency`, `${name} latency`, 'ms', 'Disks', name),
      ),
    ]),
    ...filesystems.flatMap((name, index) => [
      percent(`filesystem.${partOf(name, index)}.used`, `${name} used`, 'Filesystems', name),
      ...['usedBytes', 'availableBytes', 'totalBytes'].map((metric) =>
        series(
          `filesystem.${partOf(name, index)}.${metric}`,
          `${name} ${metric}`,
          'bytes',
          'Filesystems',
          name,
        ),
      ),
      ...linux(
        percent(`filesystem.${partOf(name, index)}.inodes`, `${name} inodes used`, 'Filesystems', name),
      ),
    ]),
    ...linux('cpu', 'memory', 'io').flatMap((kind) =>
      ['some', 'full'].map((extent) => ({
        ...percent(`pressure.${kind}.${extent}`, `${kind} pressure, ${extent}`, 'Pressure'),
        ...(kind === 'cpu' && extent === 'some' ? { headline: true } : {}),
      })),
    ),
    ...['load', 'load.5', 'load.15'].map((name) => series(name, name, 'count', 'System')),
    ...linux(series('system.processesBlocked', 'Processes blocked', 'count', 'System')),
    series('system.uptime', 'Uptime', 's', 'System'),
    ...(hasLimits
      ? [
          percent('limit.memory', 'Memory limit used', 'Limits'),
          series('limit.memoryMax', 'Memory limit', 'bytes', 'Limits'),
          percent('limit.cpu', 'CPU limit used', 'Limits'),
          series('limit.cpuCores', 'CPU limit', 'count', 'Limits'),
          series('limit.pidsMax', 'Process limit', 'count', 'Limits'),
        ]
      : []),
    ...containers.flatMap((name, index) => [
      percent(`container.${partOf(name, index)}.cpu`, `${name} CPU`, 'Containers', name),
      series(`container.${partOf(name, index)}.memory`, `${name} memory`, 'bytes', 'Containers', name),
      series(
        `container.${partOf(name, index)}.memoryMax`,
        `${name} memory limit`,
        'bytes',
        'Containers',
        name,
      ),
    ]),
  ];
}

/** Names of `count` things: `sda0`, `sda1`. */
export function manyOf(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

function percent(name: string, label: string, group: string, instance?: string): Series {
  return { ...series(name, label, 'percent', group, instance), min: 0, max: 100 };
}

function series(name: string, label: string, unit: string, group: string, instance?: string): Series {
  return { name, label, unit, group, ...(instance === undefined ? {} : { instance }) };
}

/** A part of a metric's name, which has no dots and is never empty. */
function partOf(name: string, index: number): string {
  return name.replaceAll(/[^\w-]/g, '') || `thing${index}`;
}
