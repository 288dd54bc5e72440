import type { MetricDescriptor, TableDescriptor } from '../../../../shared/protocol/catalogue.ts';

const GROUP = 'Processes';

/** `process.count` and `process.threads`, in this order. */
export function processMetrics(source: string): readonly MetricDescriptor[] {
  const shared = { unit: 'count', kind: 'gauge', group: GROUP, source } as const;
  return [
    {
      ...shared,
      name: 'process.count',
      label: 'Processes',
      help: 'Processes that the agent can see, those of the kernel included.',
    },
    {
      ...shared,
      name: 'process.threads',
      label: 'Threads',
      help: 'Threads of all processes that the agent can see, those of the kernel included.',
    },
  ];
}

/** The table `processes`. */
export function processTable(source: string, withArguments: boolean): TableDescriptor {
  const columns: TableDescriptor['columns'] = [
    { name: 'pid', label: 'PID', unit: 'id' },
    { name: 'name', label: 'Name', unit: 'text' },
    { name: 'cpu', label: 'CPU', unit: 'percent' },
    { name: 'memory', label: 'Memory', unit: 'bytes' },
    { name: 'threads', label: 'Threads', unit: 'count' },
    { name: 'state', label: 'State', unit: 'text' },
    { name: 'user', label: 'User', unit: 'text', tellsApart: true },
    { name: 'unit', label: 'Unit', unit: 'text', tellsApart: true },
    { name: 'container', label: 'Container', unit: 'text', tellsApart: true },
    { name: 'read', label: 'Read', unit: 'bytes/s' },
    { name: 'write', label: 'Written', unit: 'bytes/s' },
  ];
  if (withArguments) columns.push({ name: 'arguments', label: 'Arguments', unit: 'text' });
  return {
    name: 'processes',
    label: 'Processes',
    group: GROUP,
    columns,
    help: 'The processes with the most processor time since the table before, in percent of all processors, those with the most resident memory, and those that read and write most; once more those that have ended since.',
    source,
  };
}
