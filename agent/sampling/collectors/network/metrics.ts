import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';

const SHARED = { kind: 'rate', group: 'Network' } as const;

/** Interfaces that lead out of the host: received, sent (bytes/s). */
export function networkTotals(source: string): readonly MetricDescriptor[] {
  return [
    {
      ...SHARED,
      source,
      name: 'network.all.receive',
      label: 'Network received',
      unit: 'bytes/s',
      headline: true,
      help: 'Received over all lines of the host since the sample before, per second: each packet once, whatever interfaces lie on each other.',
    },
    {
      ...SHARED,
      source,
      name: 'network.all.transmit',
      label: 'Network sent',
      unit: 'bytes/s',
      headline: true,
      help: 'Sent over all lines of the host since the sample before, per second: each packet once, whatever interfaces lie on each other.',
    },
  ];
}

/**
 * One interface, received and sent: bytes (bytes/s), packets, errors, drops (/s).
 * @param part its part of the metrics' names
 * @param label display name
 */
export function interfaceMetrics(source: string, part: string, label: string): readonly MetricDescriptor[] {
  const metric = (name: string, suffix: string, unit: string, help: string): MetricDescriptor => ({
    ...SHARED,
    source,
    instance: label,
    name: `network.${part}.${name}`,
    label: `${label} ${suffix}`,
    unit,
    help: `${help} since the sample before, per second.`,
  });
  return [
    metric('receive', 'received', 'bytes/s', 'Received over this interface'),
    metric('transmit', 'sent', 'bytes/s', 'Sent over this interface'),
    metric('receivePackets', 'packets received', '/s', 'Packets received over this interface'),
    metric('transmitPackets', 'packets sent', '/s', 'Packets sent over this interface'),
    metric('receiveErrors', 'receive errors', '/s', 'Packets that arrived damaged at this interface'),
    metric('transmitErrors', 'send errors', '/s', 'Packets that this interface failed to send'),
    metric('receiveDrops', 'received drops', '/s', 'Intact packets that were dropped on their way in'),
    metric('transmitDrops', 'sent drops', '/s', 'Packets that were dropped on their way out'),
  ];
}
