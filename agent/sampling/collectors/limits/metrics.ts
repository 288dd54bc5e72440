import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';

const GAUGE = { kind: 'gauge', group: 'Limits', source: 'linux' } as const;
const PERCENT_RATE = { ...GAUGE, kind: 'rate', unit: 'percent', min: 0, max: 100 } as const;

export const MEMORY_LIMIT_METRICS: readonly MetricDescriptor[] = [
  {
    ...GAUGE,
    name: 'limit.memory',
    label: 'Memory limit used',
    unit: 'percent',
    min: 0,
    max: 100,
    help: 'Share of the memory limit that programs hold now: in use minus the file cache that has not been touched of late.',
  },
  {
    ...GAUGE,
    name: 'limit.memoryUsed',
    label: 'Memory used within the limit',
    unit: 'bytes',
    help: 'Memory that programs below the limit hold now: in use minus the file cache that has not been touched of late.',
  },
  {
    ...GAUGE,
    name: 'limit.memoryMax',
    label: 'Memory limit',
    unit: 'bytes',
    help: 'Memory that the control group may use before the kernel ends one of its processes.',
  },
];

/** Since Linux 4.13. */
export const OOM_KILLS_METRIC: MetricDescriptor = {
  ...GAUGE,
  name: 'limit.oomKills',
  label: 'Killed at the memory limit',
  unit: 'count',
  min: 0,
  help: 'Processes of the control group that the kernel has killed for want of memory since the group began.',
};

export const CPU_LIMIT_METRICS: readonly MetricDescriptor[] = [
  {
    ...PERCENT_RATE,
    name: 'limit.cpu',
    label: 'CPU limit used',
    help: 'Share of the allowed CPU time that was used since the sample before.',
  },
  {
    ...GAUGE,
    name: 'limit.cpuCores',
    label: 'CPU limit',
    unit: 'count',
    min: 0,
    help: 'Processors that the control group may keep busy: its quota of CPU time per period.',
  },
  {
    ...PERCENT_RATE,
    name: 'limit.throttled',
    label: 'Throttled',
    help: 'Share of the periods since the sample before in which the control group had to wait because its CPU time was used up.',
  },
];

export const PIDS_LIMIT_METRICS: readonly MetricDescriptor[] = [
  {
    ...GAUGE,
    name: 'limit.pids',
    label: 'Processes within the limit',
    unit: 'count',
    min: 0,
    help: 'Processes and threads of the control group now.',
  },
  {
    ...GAUGE,
    name: 'limit.pidsMax',
    label: 'Process limit',
    unit: 'count',
    min: 0,
    help: 'Processes and threads that the control group may have before it can start no more.',
  },
];
