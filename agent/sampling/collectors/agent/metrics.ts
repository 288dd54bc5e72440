import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';

const SHARED = { group: 'Agent', source: 'agent' } as const;
const GAUGE = { ...SHARED, kind: 'gauge' } as const;
const RATE = { ...SHARED, kind: 'rate' } as const;

/** Metrics of the whole process, in the order of the collector's values. */
export const AGENT_METRICS: readonly MetricDescriptor[] = [
  {
    ...RATE,
    name: 'agent.cpu',
    label: 'Agent CPU',
    unit: 'percent',
    min: 0,
    max: 100,
    help: 'Share of one processor that the agent used since the sample before; 100 also stands for more.',
  },
  {
    ...GAUGE,
    name: 'agent.memory',
    label: 'Agent memory',
    unit: 'bytes',
    help: 'Physical memory that the agent holds now, code that it shares with other programs included.',
  },
  {
    ...GAUGE,
    name: 'agent.heap',
    label: 'Agent heap',
    unit: 'bytes',
    help: 'Memory that objects of the agent take now, those that are not yet cleared away included.',
  },
  {
    ...GAUGE,
    name: 'agent.eventLoopLag',
    label: 'Agent lag',
    unit: 'ms',
    help: 'How much later than planned this sample began: so long does anybody wait for the agent when it is busy.',
  },
  {
    ...GAUGE,
    name: 'agent.sampleDuration',
    label: 'Sample duration',
    unit: 'ms',
    help: 'How long it took to take the sample before, waiting included.',
  },
  {
    ...GAUGE,
    name: 'agent.sessions',
    label: 'Sessions',
    unit: 'count',
    help: 'Viewers and programs that are connected to the agent now.',
  },
  {
    ...RATE,
    name: 'agent.sent',
    label: 'Agent sent',
    unit: 'bytes/s',
    help: 'Sent to all sessions since the sample before, per second; what compression saves is not subtracted.',
  },
];

/** Only where a history is kept. */
export const HISTORY_METRICS: readonly MetricDescriptor[] = [
  {
    ...GAUGE,
    name: 'agent.history.size',
    label: 'History size',
    unit: 'bytes',
    help: 'What the history takes on disk now.',
  },
  {
    ...GAUGE,
    name: 'agent.history.behind',
    label: 'History behind',
    unit: 's',
    help: 'How long ago samples were last written to the history: every ten seconds while all is well.',
  },
];

/** `agent.collector.cpu.duration` (ms) and `agent.collector.cpu.failures` (count). */
export function costMetrics(subject: string): readonly MetricDescriptor[] {
  const shared = { ...GAUGE, instance: subject };
  return [
    {
      ...shared,
      name: `agent.collector.${subject}.duration`,
      label: `${subject} duration`,
      unit: 'ms',
      help: 'How long the last reading of this collector took, waiting included.',
    },
    {
      ...shared,
      name: `agent.collector.${subject}.failures`,
      label: `${subject} failures`,
      unit: 'count',
      help: 'Readings of this collector that failed or came too late since the agent started.',
    },
  ];
}
