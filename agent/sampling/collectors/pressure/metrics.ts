import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';

/** What tasks can be short of, as in `/proc/pressure`. */
export const RESOURCES = ['cpu', 'memory', 'io'] as const;
export type Resource = (typeof RESOURCES)[number];

/** `some` of the tasks were held up, or all that had something to do: `full`. */
export type Extent = 'some' | 'full';

const WORDS = {
  cpu: ['CPU', 'a processor'],
  memory: ['Memory', 'memory'],
  io: ['I/O', 'a disk'],
} as const;

/** `pressure.cpu.some` and its like, percent. */
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
    // Nearly every want shows in this one, and a host has it before it is slow.
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
