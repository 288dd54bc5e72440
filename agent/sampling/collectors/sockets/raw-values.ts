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
    const values = (lines[index + 1] ?? '').split(' ');
    for (const [column, field] of exportedColumns(lines[index] ?? '')) {
      const value = values[column];
      if (value !== undefined) yield* rawStatistic(field, Number(value));
    }
  }
}

type Columns = readonly (readonly [column: number, field: string])[];

/** By the line that names them, one for each protocol of this kernel. */
const columnsByHeading = new Map<string, Columns>();

function exportedColumns(heading: string): Columns {
  let columns = columnsByHeading.get(heading);
  if (columns === undefined) {
    const [protocol = '', ...names] = heading.split(' ');
    columns = names
      .map((name, index) => [index + 1, `${protocol.slice(0, -1)}_${name}`] as const)
      .filter(([, field]) => familyOf(field) !== null);
    columnsByHeading.set(heading, columns);
  }
  return columns;
}

/** From the text of `/proc/net/snmp6`, a statistic on each line: `node_netstat_Udp6_InDatagrams`. */
export function* rawSnmp6(text: string): Generator<RawValue, void> {
  for (const line of text.split('\n')) {
    const nameEnd = line.search(/\s/);
    const field = snmp6Field(line.slice(0, nameEnd));
    if (field !== null) yield* rawStatistic(field, Number(line.slice(nameEnd)));
  }
}

/** By name in `/proc/net/snmp6`; `null` for those that are not exported. */
const snmp6Fields = new Map<string, string | null>();

function snmp6Field(name: string): string | null {
  let field = snmp6Fields.get(name);
  if (field === undefined) {
    field = name.replace(/^\w+?6/, '$&_');
    if (familyOf(field) === null) field = null;
    snmp6Fields.set(name, field);
  }
  return field;
}

function rawStatistic(field: string, value: number): Iterable<RawValue> {
  const family = familyOf(field);
  return family === null ? [] : rawValue(family, NO_LABELS, value, METRICS.get(field));
}

function familyOf(field: string): MetricFamily | null {
  let family = netstatFamilies.get(field);
  if (family === undefined) {
    family = NETSTAT_FIELD.test(field) ? netstatFamily(field) : null;
    netstatFamilies.set(field, family);
  }
  return family;
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
      let families = sockstatFamilies.get(field);
      if (families === undefined) {
        families = familiesOfSockets(protocol, state);
        sockstatFamilies.set(field, families);
      }
      yield* rawValue(families.asItIs, NO_LABELS, Number(number), METRICS.get(field));
      const pageBytes = state === 'mem' ? readPageSize() : null;
      if (pageBytes !== null) yield* rawValue(families.inBytes, NO_LABELS, Number(number) * pageBytes);
    }
  }
}

interface SocketFamilies {
  readonly asItIs: MetricFamily;
  /** Of a count of pages. */
  readonly inBytes: MetricFamily;
}

/** By protocol and state of this kernel. */
const sockstatFamilies = new Map<string, SocketFamilies>();

function familiesOfSockets(protocol: string, state: string): SocketFamilies {
  const name = `node_sockstat_${protocol}_${state}`;
  return {
    asItIs: gauge(name, UNITS.get(state) ?? '1', `Number of ${protocol} sockets in state ${state}.`),
    inBytes: gauge(`${name}_bytes`, 'By', `Memory of ${protocol} sockets.`),
  };
}
