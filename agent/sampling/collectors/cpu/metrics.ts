import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';

const SHARED = { unit: 'percent', kind: 'rate', min: 0, max: 100, group: 'CPU' } as const;

/** Processor states: last part of the metric's name, label, and description. */
const STATES = [
  ['user', 'user', 'programs that run at normal priority'],
  ['nice', 'nice', 'programs that run at low priority'],
  ['system', 'system', 'work of the operating system'],
  ['iowait', 'I/O wait', 'nothing while a program waited for a disk'],
  ['irq', 'interrupts', 'interrupts of devices'],
  ['softirq', 'soft interrupts', 'work that interrupts leave for later, such as that of the network'],
  ['steal', 'stolen', 'other guests of the same hypervisor'],
] as const;

/** `cpu`, percent: busy time of all processors together. */
export function cpuMetric(source: string): MetricDescriptor {
  return {
    ...SHARED,
    name: 'cpu',
    label: 'CPU',
    help: 'Share of time that all processors together were busy since the sample before.',
    source,
  };
}

/** `cpu.user` to `cpu.steal`, percent: states of all processors together. */
export function cpuStateMetrics(source: string): readonly MetricDescriptor[] {
  return STATES.map(([state, suffix, spent]) => ({
    ...SHARED,
    name: `cpu.${state}`,
    label: `CPU ${suffix}`,
    help: `Share of the time of all processors together that went to ${spent} since the sample before.`,
    source,
  }));
}

/** `cpu.frequency`, Hz. */
export function cpuFrequencyMetric(source: string): MetricDescriptor {
  return {
    name: 'cpu.frequency',
    label: 'CPU frequency',
    unit: 'Hz',
    kind: 'gauge',
    group: 'CPU',
    help: 'Clock frequency now, the mean over all processors.',
    source,
  };
}

/** Level of detail for one processor. */
export interface CoreDetail {
  readonly withStates: boolean;
  readonly withFrequency: boolean;
}

/**
 * One logical processor: `cpu.core.0` (busy, percent), and on demand `cpu.core.0.user` to `cpu.core.0.steal` and `cpu.core.0.frequency` (Hz).
 */
export function coreMetrics(
  core: string,
  { withStates, withFrequency }: CoreDetail,
  source: string,
): readonly MetricDescriptor[] {
  const instance = `Core ${core}`;
  const shares: MetricDescriptor[] = [
    {
      ...SHARED,
      name: `cpu.core.${core}`,
      label: instance,
      instance,
      help: 'Share of time that this processor was busy since the sample before.',
      source,
    },
    ...(withStates ? STATES : []).map(([state, suffix, spent]) => ({
      ...SHARED,
      name: `cpu.core.${core}.${state}`,
      label: `${instance} ${suffix}`,
      instance,
      help: `Share of the time of this processor that went to ${spent} since the sample before.`,
      source,
    })),
  ];
  if (!withFrequency) return shares;
  return [
    ...shares,
    {
      name: `cpu.core.${core}.frequency`,
      label: `${instance} frequency`,
      unit: 'Hz',
      kind: 'gauge',
      group: 'CPU',
      instance,
      help: 'Clock frequency of this processor now.',
      source,
    },
  ];
}
