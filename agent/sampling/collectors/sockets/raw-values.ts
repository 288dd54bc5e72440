import { readPageSize } from '../../kernel/page-size.ts';
import { counter, gauge, NO_LABELS, rawValue, type MetricFamily, type RawValue } from '../../raw-values.ts';

/** The fields that node_exporter exports by default. */
const NETSTAT_FIELD =
  /^(?:.*_(?:InErrors|InErrs)|Ip_Forwarding|Ip(?:6|Ext)_(?:InOctets|OutOctets)|Icmp6?_(?:InMsgs|OutMsgs)|TcpExt_(?:Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts|TCPOFOQueue|TCPRcvQDrop)|Tcp_(?:ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens|RetransSegs|CurrEstab)|Udp6?_(?:InDatagrams|OutDatagrams|NoPorts|RcvbufErrors|SndbufErrors))$/;
const NETSTAT_GAUGES: ReadonlySet<string> = new Set(['Ip_Forwarding', 'Tcp_CurrEstab']);

const METRICS: ReadonlyMap<string, string> = new Map([
  ['Tcp_CurrEstab', 'tcp.connections'],
  ['Tcp_RetransSegs', 'tcp.retransmits'],
  ['TcpExt_ListenDrops', 'tcp.listenDrops'],
  ['TcpExt_ListenOverflows', 'tcp.listenOverflows'],
  ['TCP_tw', 'tcp.timeWait'],
  ['sockets_used', 'sockets.used'],
]);

/** From the text of `/proc/net/snmp` or `netstat`: `node_netstat_Tcp_RetransSegs`. */
export function* rawNetstat(text: string): Generator<RawValue, void> {
  const lines = text.split('\n');
  for (let index = 0; index + 1 < lines.length; index += 2) {
    const [protocol = '', ...names] = (lines[index] ?? '').split(' ');
    const [, ...values] = (lines[index + 1] ?? '').split(' ');
    for (const [column, name] of names.entries()) {
      const field = `${protocol.slice(0, -1)}_${name}`;
      const value = values[column];
      if (value !== undefined) yield* rawStatistic(field, Number(value));
    }
  }
}

/** From the text of `/proc/net/snmp6`, a statistic on each line: `node_netstat_Udp6_InDatagrams`. */
export function* rawSnmp6(text: string): Generator<RawValue, void> {
  for (const [, protocol = '', name = '', value] of text.matchAll(/^(\w+?6)(\w+)\s+(\d+)$/gm)) {
    yield* rawStatistic(`${protocol}_${name}`, Number(value));
  }
}

function rawStatistic(field: string, value: number): Iterable<RawValue> {
  let family = netstatFamilies.get(field);
  if (family === undefined) {
    family = NETSTAT_FIELD.test(field) ? netstatFamily(field) : null;
    netstatFamilies.set(field, family);
  }
  return family === null ? [] : rawValue(family, NO_LABELS, value, METRICS.get(field));
}

/** By field, some hundred that the kernel has; `null` for those that are not exported. */
const netstatFamilies = new Map<string, MetricFamily | null>();

function netstatFamily(field: string): MetricFamily {
  const describe = NETSTAT_GAUGES.has(field) ? gauge : counter;
  const unit = field.endsWith('Octets') ? 'By' : '1';
  return describe(`node_netstat_${field}`, unit, `Statistic ${field}.`);
}

/** By state; TCP and UDP count pages, fragments bytes. */
const UNITS: ReadonlyMap<string, string> = new Map([
  ['mem', '{page}'],
  ['memory', 'By'],
]);

/** From the text of `/proc/net/sockstat` or `sockstat6`: `node_sockstat_TCP_inuse`; memory in pages and in bytes. */
export function* rawSockstat(text: string): Generator<RawValue, void> {
  for (const [, protocol = '', pairs = ''] of text.matchAll(/^(\w+): (.*)$/gm)) {
    for (const [, state = '', number] of pairs.matchAll(/(\w+) (\d+)/g)) {
      const field = `${protocol}_${state}`;
      const family = gauge(
        `node_sockstat_${field}`,
        UNITS.get(state) ?? '1',
        `Number of ${protocol} sockets in state ${state}.`,
      );
      yield* rawValue(family, NO_LABELS, Number(number), METRICS.get(field));
      const pageBytes = state === 'mem' ? readPageSize() : null;
      if (pageBytes === null) continue;
      const inBytes = gauge(`node_sockstat_${field}_bytes`, 'By', `Memory of ${protocol} sockets.`);
      yield* rawValue(inBytes, NO_LABELS, Number(number) * pageBytes);
    }
  }
}
