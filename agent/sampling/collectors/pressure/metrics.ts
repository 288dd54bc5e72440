import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';

/** The files of `/proc/pressure`. */
export const RESOURCES = ['cpu', 'memory', 'io'] as const;
export type Resource = (typeof RESOURCES)[number];

/** `some`: at least one task stalled; `full`: all non-idle tasks stalled. */
export type Extent = 'some' | 'full';

const WORDS = {
  cpu: ['CPU', 'a processor'],
  memory: ['Memory', 'memory'],
  io: ['I/O', 'a disk'],
} as const;

/** `pressure.cpu.some` etc., percent. */
export function pressureMetric(resource: Resource, extent: Extent, source: string): MetricDescriptor {
  const [title, what] = WORDS[resource];
  return {
    name: `pressure.${resource}.${extent}`,
    label: `${title} pressure, ${extent}`,
    unit: 'percent',
    kind: 'rate',
    min: 0,
    max: 100,
    group: 'Pressure',
    // Almost every shortage shows here first, before the host becomes slow.
    ...(resource === 'cpu' && extent === 'some' ? { headline: true } : {}),
    help: help(resource, extent, what),
    source,
  };
}

function help(resource: Resource, extent: Extent, what: string): string {
  const who = extent === 'some' ? 'at least one task' : 'every task that had something to do';
  const sentence = `Share of time in which ${who} was held up for want of ${what} since the sample before`;
  return resource === 'cpu' && extent === 'full'
    ? `${sentence}; newer kernels always tell 0 of a whole host.`
    : `${sentence}.`;
}
