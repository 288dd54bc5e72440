import { numberIn, textOf } from '../../sampling/kernel/text.ts';
import {
  counter,
  gauge,
  NO_LABELS,
  rawValue,
  type MetricFamily,
  type RawValue,
} from '../../sampling/raw-values.ts';

/** Position of each column of `/proc/net/softnet_stat` (kernel: softnet_seq_show), which are hexadecimal. */
const SOFTNET: readonly (readonly [column: number, MetricFamily])[] = [
  [0, counter('node_softnet_processed_total', '1', 'Number of processed packets')],
  [1, counter('node_softnet_dropped_total', '1', 'Number of dropped packets')],
  [
    2,
    counter('node_softnet_times_squeezed_total', '1', 'Number of times processing packets ran out of quota'),
  ],
  [
    8,
    counter(
      'node_softnet_cpu_collision_total',
      '1',
      'Number of collision occur while obtaining device lock while transmitting',
    ),
  ],
  [9, counter('node_softnet_received_rps_total', '1', 'Number of times cpu woken up received_rps')],
  [10, counter('node_softnet_flow_limit_count_total', '1', 'Number of times flow limit has been reached')],
  [11, gauge('node_softnet_backlog_len', '1', 'Softnet backlog status')],
];
/** Only newer kernels name the processor; before, the lines are those of the online ones in order. */
const SOFTNET_CPU = 12;

/** From the text of `/proc/net/softnet_stat`. */
export function* readSoftnet(text: string): Generator<RawValue, void> {
  for (const [index, line] of text.trim().split('\n').entries()) {
    const columns = line.split(' ').map((column) => Number.parseInt(column, 16));
    const cpu = String(columns[SOFTNET_CPU] ?? index);
    for (const [column, family] of SOFTNET) yield* rawValue(family, { cpu }, columns[column]);
  }
}

const ARP = gauge('node_arp_entries', '1', 'ARP entries by device');

/** From the text of `/proc/net/arp`: how many neighbours each device has. */
export function* readArp(text: string): Generator<RawValue, void> {
  const counts = new Map<string, number>();
  for (const line of text.split('\n').slice(1)) {
    const device = line.trim().split(/ +/)[5];
    if (device !== undefined) counts.set(device, (counts.get(device) ?? 0) + 1);
  }
  for (const [device, count] of counts) yield* rawValue(ARP, { device: textOf(device) }, count);
}

const QUEUES = gauge(
  'node_udp_queues',
  'By',
  'Number of allocated memory in the kernel for UDP datagrams in bytes.',
);
/** `tx_queue:rx_queue` of a socket, hexadecimal (kernel: proc_net_tcp.rst). */
const SOCKET_QUEUES = / ([\dA-F]{8}):([\dA-F]{8}) \d\d:/g;

/** From the text of `/proc/net/udp` or `udp6`: what all sockets together have queued. */
export function* readUdpQueues(text: string, ip: 'v4' | 'v6'): Generator<RawValue, void> {
  let sent = 0;
  let received = 0;
  for (const [, tx = '', rx = ''] of text.matchAll(SOCKET_QUEUES)) {
    sent += Number.parseInt(tx, 16);
    received += Number.parseInt(rx, 16);
  }
  yield* rawValue(QUEUES, { ip, queue: 'tx' }, sent);
  yield* rawValue(QUEUES, { ip, queue: 'rx' }, received);
}

const CONNTRACK_ENTRIES = gauge(
  'node_nf_conntrack_entries',
  '1',
  'Number of currently allocated flow entries for connection tracking.',
);
const CONNTRACK_LIMIT = gauge(
  'node_nf_conntrack_entries_limit',
  '1',
  'Maximum size of connection tracking table.',
);
const CONNTRACK_STATS: readonly (readonly [column: string, help: string])[] = [
  ['found', 'Number of searched entries which were successful.'],
  ['invalid', 'Number of packets seen which can not be tracked.'],
  ['ignore', 'Number of packets seen which are already connected to a conntrack entry.'],
  ['insert', 'Number of entries inserted into the list.'],
  ['insert_failed', 'Number of entries for which list insertion was attempted but failed.'],
  ['drop', 'Number of packets dropped due to conntrack failure.'],
  [
    'early_drop',
    'Number of dropped conntrack entries to make room for new ones, if maximum table size was reached.',
  ],
  ['search_restart', 'Number of conntrack table lookups which had to be restarted due to hashtable resizes.'],
];
/** Counters that node_exporter exports as gauges. */
const CONNTRACK_FAMILIES = new Map(
  CONNTRACK_STATS.map(([column, help]) => [column, gauge(`node_nf_conntrack_stat_${column}`, '1', help)]),
);

/** From `nf_conntrack_count` and `nf_conntrack_max` in `/proc/sys/net/netfilter`, and `/proc/net/stat/nf_conntrack`, a hexadecimal line for each processor. */
export function* readConntrack(
  count: string | null,
  limit: string | null,
  stat: string | null,
): Generator<RawValue, void> {
  yield* rawValue(CONNTRACK_ENTRIES, NO_LABELS, numberIn(count));
  yield* rawValue(CONNTRACK_LIMIT, NO_LABELS, numberIn(limit));
  const [heading = '', ...lines] = (stat ?? '').trim().split('\n');
  const rows = lines.map((line) => line.trim().split(/ +/));
  const names = heading.trim().split(/ +/);
  for (const [name, family] of CONNTRACK_FAMILIES) {
    const column = names.indexOf(name);
    if (column < 0) continue;
    yield* rawValue(
      family,
      NO_LABELS,
      rows.reduce((sum, row) => sum + Number.parseInt(row[column] ?? '0', 16), 0),
    );
  }
}
