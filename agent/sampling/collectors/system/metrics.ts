import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';

const GAUGE = { kind: 'gauge', group: 'System' } as const;
const RATE = { kind: 'rate', group: 'System', unit: '/s' } as const;

/** `load`, `load.5`, `load.15`: counts. */
export function loadMetrics(source: string): readonly MetricDescriptor[] {
  return [
    ['load', 'Load, 1 minute', 'minute'],
    ['load.5', 'Load, 5 minutes', '5 minutes'],
    ['load.15', 'Load, 15 minutes', '15 minutes'],
  ].map(([name = '', label = '', time]) => ({
    ...GAUGE,
    name,
    label,
    unit: 'count',
    help: `Tasks that ran, were ready to run or waited for a disk: their damped mean over about the last ${time}.`,
    source,
  }));
}

/** `system.contextSwitches`, `system.interrupts`, `system.forks` (/s), `system.processesRunning`, `system.processesBlocked` (counts). */
export function activityMetrics(source: string): readonly MetricDescriptor[] {
  return [
    {
      ...RATE,
      name: 'system.contextSwitches',
      label: 'Context switches',
      help: 'How often processors changed from one task to another since the sample before, per second.',
      source,
    },
    {
      ...RATE,
      name: 'system.interrupts',
      label: 'Interrupts',
      help: 'Interrupts that processors served since the sample before, per second.',
      source,
    },
    {
      ...RATE,
      name: 'system.forks',
      label: 'Forks',
      help: 'Processes and threads that were started since the sample before, per second.',
      source,
    },
    {
      ...GAUGE,
      name: 'system.processesRunning',
      label: 'Processes running',
      unit: 'count',
      help: 'Tasks that run or are ready to run now, the one that takes this sample included.',
      source,
    },
    {
      ...GAUGE,
      name: 'system.processesBlocked',
      label: 'Processes blocked',
      unit: 'count',
      help: 'Tasks that wait for a disk now.',
      source,
    },
  ];
}

/** `system.fileHandles`, a count. */
export function fileHandlesMetric(source: string): MetricDescriptor {
  return {
    ...GAUGE,
    name: 'system.fileHandles',
    label: 'File handles',
    unit: 'count',
    help: 'Files, sockets and the like that are open now on the whole host.',
    source,
  };
}

/** `system.uptime`, s. */
export function uptimeMetric(source: string): MetricDescriptor {
  return {
    ...GAUGE,
    name: 'system.uptime',
    label: 'Uptime',
    unit: 's',
    help: 'Time since the host was started, time in standby included.',
    source,
  };
}
