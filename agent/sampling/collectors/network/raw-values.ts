import { textOf } from '../../kernel/text.ts';
import { counter, rawValue, type MetricFamily, type RawValue } from '../../raw-values.ts';

/** Column order of `/proc/net/dev` (man 5 proc_pid_net). */
const FAMILIES: readonly MetricFamily[] = [
  'receive_bytes',
  'receive_packets',
  'receive_errs',
  'receive_drop',
  'receive_fifo',
  'receive_frame',
  'receive_compressed',
  'receive_multicast',
  'transmit_bytes',
  'transmit_packets',
  'transmit_errs',
  'transmit_drop',
  'transmit_fifo',
  'transmit_colls',
  'transmit_carrier',
  'transmit_compressed',
].map((column) =>
  counter(
    `node_network_${column}_total`,
    column.endsWith('_bytes') ? 'By' : '1',
    `Network device statistic ${column}.`,
  ),
);

/** Last parts of the live metrics' names, by column. */
const METRICS: readonly (string | undefined)[] = [
  'receive',
  'receivePackets',
  'receiveErrors',
  'receiveDrops',
  ...Array.from({ length: 4 }, () => undefined),
  'transmit',
  'transmitPackets',
  'transmitErrors',
  'transmitDrops',
];

/**
 * Every column of every interface, from the text of `/proc/net/dev`.
 * @param partOf an interface's part of the live metrics' names, by its name in bytes; `undefined` if it has none
 */
export function* rawNetDev(
  text: string,
  partOf: (name: string) => string | undefined,
): Generator<RawValue, void> {
  for (const line of text.split('\n')) {
    const colon = line.lastIndexOf(':');
    if (colon < 0) continue;
    const name = line.slice(0, colon).trimStart();
    const part = partOf(name);
    const labels = { device: textOf(name) };
    const counts = line
      .slice(colon + 1)
      .trim()
      .split(/ +/);
    for (const [column, family] of FAMILIES.entries()) {
      const metric = part === undefined ? undefined : METRICS[column];
      const value = counts[column];
      yield* rawValue(
        family,
        labels,
        value === undefined ? null : Number(value),
        metric === undefined ? undefined : `network.${part}.${metric}`,
      );
    }
  }
}
