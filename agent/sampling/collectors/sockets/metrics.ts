import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';

export function socketMetrics(source: string): readonly MetricDescriptor[] {
  const metric = (
    name: string,
    label: string,
    kind: MetricDescriptor['kind'],
    help: string,
  ): MetricDescriptor => ({
    name,
    label,
    unit: kind === 'rate' ? '/s' : 'count',
    kind,
    group: 'Sockets',
    help,
    source,
  });
  return [
    metric(
      'tcp.connections',
      'TCP connections',
      'gauge',
      'Connections that are established now, or closed by the other side only; IPv4 and IPv6 together.',
    ),
    metric(
      'tcp.opened',
      'TCP connections opened',
      'rate',
      'Connections begun by this host or accepted from others since the sample before, per second; those that failed are in it.',
    ),
    metric(
      'tcp.retransmits',
      'TCP retransmits',
      'rate',
      'Segments sent again because they were not acknowledged, since the sample before, per second.',
    ),
    metric(
      'tcp.listenDrops',
      'TCP listen drops',
      'rate',
      'Connections from others that were dropped for any reason before a program accepted them, since the sample before, per second.',
    ),
    metric(
      'tcp.listenOverflows',
      'TCP listen overflows',
      'rate',
      'Connections from others that were dropped because a program accepts too slowly, since the sample before, per second.',
    ),
    metric(
      'tcp.timeWait',
      'TCP connections in TIME_WAIT',
      'gauge',
      'Closed connections that are still remembered, so that late packets do no harm; IPv4 and IPv6 together.',
    ),
    metric('sockets.used', 'Sockets', 'gauge', 'Sockets of all kinds that are open now, local ones too.'),
    metric('sockets.udp', 'UDP sockets', 'gauge', 'UDP sockets that are open now; IPv4 and IPv6 together.'),
  ];
}
