import type { MetricSet, Instrument } from './metric-set.ts';
import type { RawTable } from './raw-table.ts';

/**
 * Adds the host metrics of OpenTelemetry's semantic conventions 1.45 (`system.*`) that come from the kernel's own counters. There are none on platforms
 * whose counters the agent does not read.
 */
export function addSystemMetrics(set: MetricSet, raw: RawTable): void {
  addCpu(set, raw);
  addMemory(set, raw);
  addPaging(set, raw);
  addDisks(set, raw);
  addFilesystems(set, raw);
  addNetwork(set, raw);
  addProcesses(set, raw);
}

const counter = (name: string, unit: string): Instrument => ({
  name: `system.${name}`,
  unit,
  type: 'counter',
  isInteger: unit !== 's',
});
const upDown = (name: string, unit: string): Instrument => ({
  name: `system.${name}`,
  unit,
  type: 'updown',
  isInteger: true,
});
const ratio = (name: string): Instrument => ({ name: `system.${name}`, unit: '1', type: 'gauge' });

const CPU_TIME = counter('cpu.time', 's');
const CPU_FREQUENCY: Instrument = {
  name: 'system.cpu.frequency',
  unit: 'Hz',
  type: 'gauge',
  isInteger: true,
};
const CPU_COUNT = upDown('cpu.logical.count', '{cpu}');

function addCpu(set: MetricSet, raw: RawTable): void {
  const processors = new Set<string>();
  const times = raw.of('node_cpu_seconds_total');
  for (const { labels, value, timestampMs } of times) {
    const { cpu = '', mode = '' } = labels;
    processors.add(cpu);
    const attributes = {
      'cpu.logical_number': Number(cpu),
      'cpu.mode': mode === 'irq' ? 'interrupt' : mode,
    };
    set.add(CPU_TIME, attributes, value, timestampMs);
  }
  for (const { labels, value, timestampMs } of raw.of('node_cpu_scaling_frequency_hertz'))
    set.add(CPU_FREQUENCY, { 'cpu.logical_number': Number(labels['cpu']) }, value, timestampMs);
  if (times[0] !== undefined) set.add(CPU_COUNT, {}, processors.size, times[0].timestampMs);
}

const MEMORY_USAGE = upDown('memory.usage', 'By');
const MEMORY_UTILIZATION = ratio('memory.utilization');
const MEMORY_LIMIT = upDown('memory.limit', 'By');
const MEMORY_AVAILABLE = upDown('memory.linux.available', 'By');
const MEMORY_SHARED = upDown('memory.linux.shared', 'By');
const MEMORY_SLAB = upDown('memory.linux.slab.usage', 'By');

function addMemory(set: MetricSet, raw: RawTable): void {
  const bytes = (field: string): number => raw.one(`node_memory_${field}_bytes`)?.value ?? Number.NaN;
  const total = raw.one('node_memory_MemTotal_bytes');
  if (total === undefined) return;
  const { value: limit, timestampMs } = total;
  const [free, cached, buffers] = [bytes('MemFree'), bytes('Cached'), bytes('Buffers')];
  // The states of this metric add up to the total.
  const usage = { used: limit - free - cached - buffers, free, cached, buffers };
  for (const [state, value] of Object.entries(usage)) {
    const attributes = { 'system.memory.state': state };
    set.add(MEMORY_USAGE, attributes, value, timestampMs);
    set.add(MEMORY_UTILIZATION, attributes, value / limit, timestampMs);
  }
  set.add(MEMORY_LIMIT, {}, limit, timestampMs);
  set.add(MEMORY_AVAILABLE, {}, bytes('MemAvailable'), timestampMs);
  set.add(MEMORY_SHARED, {}, bytes('Shmem'), timestampMs);
  for (const [state, field] of Object.entries({
    reclaimable: 'SReclaimable',
    unreclaimable: 'SUnreclaim',
  }))
    set.add(MEMORY_SLAB, { 'system.memory.linux.slab.state': state }, bytes(field), timestampMs);
}

const PAGING_USAGE = upDown('paging.usage', 'By');
const PAGING_UTILIZATION = ratio('paging.utilization');
const PAGING_FAULTS = counter('paging.faults', '{fault}');
const PAGING_OPERATIONS = counter('paging.operations', '{operation}');

function addPaging(set: MetricSet, raw: RawTable): void {
  const total = raw.one('node_memory_SwapTotal_bytes');
  const free = raw.one('node_memory_SwapFree_bytes')?.value ?? Number.NaN;
  if (total !== undefined && total.value > 0) {
    for (const [state, value] of Object.entries({ used: total.value - free, free })) {
      const attributes = { 'system.paging.state': state };
      set.add(PAGING_USAGE, attributes, value, total.timestampMs);
      set.add(PAGING_UTILIZATION, attributes, value / total.value, total.timestampMs);
    }
  }
  const all = raw.one('node_vmstat_pgfault');
  const major = raw.one('node_vmstat_pgmajfault');
  if (all !== undefined && major !== undefined) {
    const faults = { major: major.value, minor: all.value - major.value };
    for (const [type, value] of Object.entries(faults))
      set.add(PAGING_FAULTS, { 'system.paging.fault.type': type }, value, all.timestampMs);
  }
  for (const [direction, family] of Object.entries({
    in: 'node_vmstat_pswpin',
    out: 'node_vmstat_pswpout',
  })) {
    const pages = raw.one(family);
    const attributes = { 'system.paging.fault.type': 'major', 'system.paging.direction': direction };
    if (pages !== undefined) set.add(PAGING_OPERATIONS, attributes, pages.value, pages.timestampMs);
  }
}

/** By family without `node_disk_`. */
const DISKS: readonly (readonly [family: string, direction: 'read' | 'write' | null, Instrument])[] = [
  ['read_bytes_total', 'read', counter('disk.io', 'By')],
  ['written_bytes_total', 'write', counter('disk.io', 'By')],
  ['reads_completed_total', 'read', counter('disk.operations', '{operation}')],
  ['writes_completed_total', 'write', counter('disk.operations', '{operation}')],
  ['reads_merged_total', 'read', counter('disk.merged', '{operation}')],
  ['writes_merged_total', 'write', counter('disk.merged', '{operation}')],
  ['read_time_seconds_total', 'read', counter('disk.operation_time', 's')],
  ['write_time_seconds_total', 'write', counter('disk.operation_time', 's')],
  ['io_time_seconds_total', null, counter('disk.io_time', 's')],
];

function addDisks(set: MetricSet, raw: RawTable): void {
  for (const [family, direction, instrument] of DISKS) {
    for (const { labels, value, timestampMs } of raw.of(`node_disk_${family}`)) {
      const attributes = {
        'system.device': labels['device'] ?? '',
        ...(direction === null ? {} : { 'disk.io.direction': direction }),
      };
      set.add(instrument, attributes, value, timestampMs);
    }
  }
}

const FILESYSTEM_USAGE = upDown('filesystem.usage', 'By');
const FILESYSTEM_UTILIZATION = ratio('filesystem.utilization');
const FILESYSTEM_LIMIT = upDown('filesystem.limit', 'By');

function addFilesystems(set: MetricSet, raw: RawTable): void {
  const byMount = (family: string): ReadonlyMap<string | undefined, number> =>
    new Map(raw.of(family).map(({ labels, value }) => [labels['mountpoint'], value]));
  const frees = byMount('node_filesystem_free_bytes');
  const availables = byMount('node_filesystem_avail_bytes');
  const readOnly = byMount('node_filesystem_readonly');
  for (const { labels, value: size, timestampMs } of raw.of('node_filesystem_size_bytes')) {
    const { device = '', fstype = '', mountpoint = '' } = labels;
    const attributes = {
      'system.device': device,
      'system.filesystem.mountpoint': mountpoint,
      'system.filesystem.type': fstype,
      'system.filesystem.mode': readOnly.get(mountpoint) === 1 ? 'ro' : 'rw',
    };
    const free = frees.get(mountpoint) ?? Number.NaN;
    const available = availables.get(mountpoint) ?? Number.NaN;
    for (const [state, value] of Object.entries({
      used: size - free,
      free: available,
      reserved: free - available,
    })) {
      const ofState = { ...attributes, 'system.filesystem.state': state };
      set.add(FILESYSTEM_USAGE, ofState, value, timestampMs);
      if (size > 0) set.add(FILESYSTEM_UTILIZATION, ofState, value / size, timestampMs);
    }
    set.add(FILESYSTEM_LIMIT, attributes, size, timestampMs);
  }
}

/** By family, with `receive` or `transmit` for `*`. Two of the four name the interface differently; so do the conventions. */
const NETWORK: readonly (readonly [family: string, interfaceKey: string, Instrument])[] = [
  ['node_network_*_bytes_total', 'network.interface.name', counter('network.io', 'By')],
  ['node_network_*_packets_total', 'system.device', counter('network.packet.count', '{packet}')],
  ['node_network_*_drop_total', 'network.interface.name', counter('network.packet.dropped', '{packet}')],
  ['node_network_*_errs_total', 'network.interface.name', counter('network.errors', '{error}')],
];
const CONNECTIONS = upDown('network.connection.count', '{connection}');

function addNetwork(set: MetricSet, raw: RawTable): void {
  for (const [pattern, interfaceKey, instrument] of NETWORK) {
    for (const direction of ['receive', 'transmit']) {
      for (const { labels, value, timestampMs } of raw.of(pattern.replace('*', direction))) {
        const attributes = {
          [interfaceKey]: labels['device'] ?? '',
          'network.io.direction': direction,
        };
        set.add(instrument, attributes, value, timestampMs);
      }
    }
  }
  for (const [state, family] of Object.entries({
    established: 'node_netstat_Tcp_CurrEstab',
    time_wait: 'node_sockstat_TCP_tw',
  })) {
    const count = raw.one(family);
    const attributes = { 'network.transport': 'tcp', 'network.connection.state': state };
    if (count !== undefined) set.add(CONNECTIONS, attributes, count.value, count.timestampMs);
  }
}

const PROCESS_COUNT = upDown('process.count', '{process}');
const PROCESS_CREATED = counter('process.created', '{process}');

function addProcesses(set: MetricSet, raw: RawTable): void {
  const count = raw.one('node_processes_pids');
  if (count !== undefined) set.add(PROCESS_COUNT, {}, count.value, count.timestampMs);
  const forks = raw.one('node_forks_total');
  if (forks !== undefined) set.add(PROCESS_CREATED, {}, forks.value, forks.timestampMs);
}
