import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { bytesOf, numberIn, pathOf, textOf } from '../../sampling/kernel/text.ts';
import { counter, gauge, rawValue, type MetricFamily, type RawValue } from '../../sampling/raw-values.ts';
import { readShort } from './kernel-texts.ts';
import type { SlowTexts } from './slow-texts.ts';

const property = (name: string, unit = '1'): MetricFamily =>
  (name.endsWith('_total') ? counter : gauge)(
    `node_network_${name}`,
    unit,
    `Network device property: ${name}`,
  );

/** By file in `/sys/class/net/<device>` that the kernel answers without a lock. */
const NUMBERS: readonly (readonly [file: string, MetricFamily])[] = [
  ['addr_assign_type', property('address_assign_type')],
  ['carrier_changes', property('carrier_changes_total')],
  ['carrier_up_count', property('carrier_up_changes_total')],
  ['carrier_down_count', property('carrier_down_changes_total')],
  ['dev_id', property('device_id')],
  ['dormant', property('dormant')],
  ['ifindex', property('iface_id')],
  ['iflink', property('iface_link')],
  ['link_mode', property('iface_link_mode')],
  ['mtu', property('mtu_bytes', 'By')],
  ['name_assign_type', property('name_assign_type')],
  ['netdev_group', property('net_dev_group')],
  ['tx_queue_len', property('transmit_queue_length')],
  ['type', property('protocol_type')],
  [
    'statistics/rx_nohandler',
    counter('node_network_receive_nohandler_total', '1', 'Network device statistic receive_nohandler.'),
  ],
];
const FLAGS = property('flags');
const CARRIER = property('carrier');
const SPEED = property('speed_bytes', 'By');
const UP = gauge('node_network_up', '1', "Value is 1 if operstate is 'up', 0 otherwise.");
const INFO = gauge(
  'node_network_info',
  '1',
  'Non-numeric data from /sys/class/net/<iface>, value is always 1.',
);

const BYTES_PER_MEGABIT = 125_000;
/** Of `flags`: whether it was set up. Until then nothing is known of its carrier. */
const IFF_UP = 1;
/** These wait for a lock of all network settings, or ask a driver. */
const SLOW = ['carrier', 'speed', 'duplex'] as const;

/** The slow files of all devices that are set up. */
export function slowNetworkFiles(sys: string): string[] {
  return foldersIn(sys)
    .filter((folder) => isUp(numberIn(readShort(pathOf(`${folder}/flags`)))))
    .flatMap((folder) => SLOW.map((file) => `${folder}/${file}`));
}

/** What the kernel says of each network device (ABI/testing/sysfs-class-net). @param slow with `slowNetworkFiles` */
export function* readNetworkDevices(sys: string, slow: SlowTexts): Generator<RawValue, void> {
  for (const folder of foldersIn(sys)) {
    const read = (file: string): string | null => readShort(pathOf(`${folder}/${file}`));
    // Vanished meanwhile, or no device, as `bonding_masters`.
    const operstate = read('operstate');
    if (operstate === null) continue;
    const device = { device: textOf(basename(folder)) };
    for (const [file, family] of NUMBERS) yield* rawValue(family, device, numberIn(read(file)));
    const flags = numberIn(read('flags'));
    yield* rawValue(FLAGS, device, flags);
    yield* rawValue(UP, device, operstate === 'up' ? 1 : 0);

    const [carrier = null, speed = null, duplex] = SLOW.map((file) => slow.textOf(`${folder}/${file}`));
    yield* rawValue(CARRIER, device, numberIn(carrier));
    const megabits = numberIn(speed);
    yield* rawValue(SPEED, device, megabits === null ? null : megabits * BYTES_PER_MEGABIT);
    const info = {
      ...device,
      address: read('address') ?? '',
      broadcast: read('broadcast') ?? '',
      duplex: duplex ?? '',
      operstate,
      adminstate: isUp(flags) ? 'up' : 'down',
      ifalias: textOf(read('ifalias') ?? ''),
    };
    yield* rawValue(INFO, info, 1);
  }
}

function isUp(flags: number | null): boolean {
  return ((flags ?? 0) & IFF_UP) !== 0;
}

/** Paths as bytes. */
function foldersIn(sys: string): string[] {
  const root = `${sys}/class/net`;
  try {
    return readdirSync(root, { encoding: 'latin1' }).map((name) => `${bytesOf(root)}/${name}`);
  } catch {
    return [];
  }
}
