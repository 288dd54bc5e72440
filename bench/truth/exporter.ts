import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { emptyReading, partOf, PROCESSORS, type Reading } from './reading.ts';

/** Prometheus' node_exporter as another opinion. */
export interface Exporter {
  scrape(): Promise<Reading>;
  stop(): void;
}

/** `null` where it is not installed. */
export async function startExporter(): Promise<Exporter | null> {
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    'prometheus-node-exporter',
    [`--web.listen-address=${address}`, '--collector.processes'],
    {
      stdio: 'ignore',
    },
  );
  process.once('exit', () => child.kill());
  const failure = once(child, 'error').then(
    () => true,
    () => true,
  );
  const url = `http://${address}/metrics`;
  const isThere = await Promise.race([failure.then(() => false), answers(url)]);
  if (!isThere) return stopped(child);
  return {
    scrape: async () => toReading(await (await fetch(url)).text()),
    stop: () => void child.kill(),
  };
}

function stopped(child: ChildProcess): null {
  child.kill();
  return null;
}

async function answers(url: string): Promise<boolean> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    try {
      if ((await fetch(url)).ok) return true;
    } catch {
      await wait(100);
    }
  }
  return false;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

type Labels = Readonly<Record<string, string>>;

function toReading(text: string): Reading {
  const reading = emptyReading();
  const values = [...text.matchAll(/^node_(\w+?)(?:\{(.*)\})? (\S+)$/gm)].map(
    ([, name = '', labels = '', value]) => ({ name, labels: labelsIn(labels), value: Number(value) }),
  );
  const first = (name: string): number => values.find((one) => one.name === name)?.value ?? Number.NaN;
  const seconds = performance.now() / 1000;
  for (const [metric, name, scale = 1] of RATES) reading.rates.set(metric, [first(name) * scale, seconds]);
  for (const [metric, name] of GAUGES) reading.gauges.set(metric, first(name));
  reading.rates.set('tcp.opened', [
    first('netstat_Tcp_ActiveOpens') + first('netstat_Tcp_PassiveOpens'),
    seconds,
  ]);
  reading.gauges.set('sockets.udp', first('sockstat_UDP_inuse') + first('sockstat_UDP6_inuse'));
  reading.gauges.set('system.uptime', first('time_seconds') - first('boot_time_seconds'));
  const [total, available] = [first('memory_MemTotal_bytes'), first('memory_MemAvailable_bytes')];
  reading.gauges.set('memory.used', total - available);
  reading.gauges.set('memory', ((total - available) / total) * 100);
  for (const { name, labels, value } of values) {
    const metric = metricOf(name, labels);
    if (metric !== null) reading.rates.set(metric.name, [value * metric.scale, seconds]);
  }
  processorShares(reading, values);
  latencies(reading, values);
  filesystems(reading, values);
  return reading;
}

const RATES: readonly (readonly [metric: string, name: string, scale?: number])[] = [
  ['system.contextSwitches', 'context_switches_total'],
  ['system.interrupts', 'intr_total'],
  ['system.forks', 'forks_total'],
  ['tcp.retransmits', 'netstat_Tcp_RetransSegs'],
  ['tcp.listenDrops', 'netstat_TcpExt_ListenDrops'],
  ['tcp.listenOverflows', 'netstat_TcpExt_ListenOverflows'],
  ['pressure.cpu.some', 'pressure_cpu_waiting_seconds_total', 100],
  ['pressure.memory.some', 'pressure_memory_waiting_seconds_total', 100],
  ['pressure.memory.full', 'pressure_memory_stalled_seconds_total', 100],
  ['pressure.io.some', 'pressure_io_waiting_seconds_total', 100],
  ['pressure.io.full', 'pressure_io_stalled_seconds_total', 100],
  ['memory.swapIn', 'vmstat_pswpin', 4096],
  ['memory.swapOut', 'vmstat_pswpout', 4096],
];

const GAUGES: readonly (readonly [metric: string, name: string])[] = [
  ['memory.available', 'memory_MemAvailable_bytes'],
  ['memory.total', 'memory_MemTotal_bytes'],
  ['memory.cached', 'memory_Cached_bytes'],
  ['memory.buffers', 'memory_Buffers_bytes'],
  ['memory.dirty', 'memory_Dirty_bytes'],
  ['memory.slab', 'memory_Slab_bytes'],
  ['load', 'load1'],
  ['load.5', 'load5'],
  ['load.15', 'load15'],
  ['system.fileHandles', 'filefd_allocated'],
  ['tcp.connections', 'netstat_Tcp_CurrEstab'],
  ['tcp.timeWait', 'sockstat_TCP_tw'],
  ['sockets.used', 'sockstat_sockets_used'],
  ['process.count', 'processes_pids'],
  ['process.threads', 'processes_threads'],
];

const OF_DEVICE: Readonly<Record<string, readonly [kind: string, value: string, scale: number]>> = {
  disk_read_bytes_total: ['disk', 'read', 1],
  disk_written_bytes_total: ['disk', 'write', 1],
  disk_reads_completed_total: ['disk', 'reads', 1],
  disk_writes_completed_total: ['disk', 'writes', 1],
  disk_io_time_seconds_total: ['disk', 'utilisation', 100],
  network_receive_bytes_total: ['network', 'receive', 1],
  network_transmit_bytes_total: ['network', 'transmit', 1],
  network_receive_packets_total: ['network', 'receivePackets', 1],
  network_transmit_packets_total: ['network', 'transmitPackets', 1],
  network_receive_errs_total: ['network', 'receiveErrors', 1],
  network_transmit_errs_total: ['network', 'transmitErrors', 1],
  network_receive_drop_total: ['network', 'receiveDrops', 1],
  network_transmit_drop_total: ['network', 'transmitDrops', 1],
};

interface ExporterFigure {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

function metricOf(name: string, { device = '' }: Labels): { name: string; scale: number } | null {
  const [kind, value, scale] = OF_DEVICE[name] ?? [];
  return kind === undefined ? null : { name: `${kind}.${partOf(device)}.${value}`, scale: scale ?? 1 };
}

/** Its seconds are of all states, so their sum is the whole. */
function processorShares({ rates }: Reading, values: readonly ExporterFigure[]): void {
  const modes = values.filter(({ name }) => name === 'cpu_seconds_total');
  const cores = Array.from({ length: PROCESSORS }, (_, core) => String(core));
  for (const [name, some] of [
    ['cpu', cores],
    ...cores.map((core) => [`cpu.core.${core}`, [core]] as const),
  ] as const) {
    const own = modes.filter(({ labels }) => some.includes(labels['cpu'] ?? ''));
    const sumOf = (...not: string[]): number =>
      own.reduce((sum, { labels, value }) => sum + (not.includes(labels['mode'] ?? '') ? 0 : value), 0);
    const whole = sumOf();
    rates.set(name, [sumOf('idle', 'iowait') * 100, whole]);
    for (const state of ['user', 'nice', 'system', 'iowait', 'irq', 'softirq', 'steal']) {
      rates.set(`${name}.${state}`, [(whole - sumOf(state)) * 100, whole]);
    }
  }
}

function latencies({ rates }: Reading, values: readonly ExporterFigure[]): void {
  const of = (name: string, device: string): number =>
    values.find((one) => one.name === name && one.labels['device'] === device)?.value ?? Number.NaN;
  for (const { name, labels } of values) {
    const { device = '' } = labels;
    if (name !== 'disk_reads_completed_total') continue;
    const spent = of('disk_read_time_seconds_total', device) + of('disk_write_time_seconds_total', device);
    const completed = of('disk_reads_completed_total', device) + of('disk_writes_completed_total', device);
    rates.set(`disk.${partOf(device)}.latency`, [spent * 1000, completed]);
  }
}

function filesystems({ gauges }: Reading, values: readonly ExporterFigure[]): void {
  for (const { name, labels, value: total } of values) {
    const { mountpoint = '' } = labels;
    if (name !== 'filesystem_size_bytes') continue;
    const of = (other: string): number =>
      values.find((one) => one.name === `filesystem_${other}` && one.labels['mountpoint'] === mountpoint)
        ?.value ?? Number.NaN;
    const part = `filesystem.${partOf(mountpoint)}`;
    const used = total - of('free_bytes');
    gauges.set(`${part}.usedBytes`, used);
    gauges.set(`${part}.availableBytes`, of('avail_bytes'));
    gauges.set(`${part}.totalBytes`, total);
    gauges.set(`${part}.used`, (used / (used + of('avail_bytes'))) * 100);
    gauges.set(`${part}.inodes`, (1 - of('files_free') / of('files')) * 100);
  }
}

function labelsIn(text: string): Labels {
  return Object.fromEntries(
    [...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  );
}
