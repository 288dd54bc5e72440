import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { bytesOf, numberIn, textOf } from '../../sampling/kernel/text.ts';
import { counter, gauge, rawValue, type MetricFamily, type RawValue } from '../../sampling/raw-values.ts';
import type { KernelTexts } from './kernel-texts.ts';
import { SlowTexts } from './slow-texts.ts';

const property = (name: string, unit = '1'): MetricFamily =>
  (name.endsWith('_total') ? counter : gauge)(
    `node_network_${name}`,
    unit,
    `Network device property: ${name}`,
  );

const FLAGS = 'flags';
const CHANGES = 'carrier_changes';
/** By file in `/sys/class/net/<device>`; the kernel answers these without a lock. */
const NUMBERS: readonly (readonly [file: string, MetricFamily])[] = [
  [CHANGES, property('carrier_changes_total')],
  ['carrier_up_count', property('carrier_up_changes_total')],
  ['carrier_down_count', property('carrier_down_changes_total')],
  [FLAGS, property('flags')],
  ['ifindex', property('iface_id')],
  ['iflink', property('iface_link')],
  ['mtu', property('mtu_bytes', 'By')],
  ['tx_queue_len', property('transmit_queue_length')],
  ['type', property('protocol_type')],
  [
    'statistics/rx_nohandler',
    counter('node_network_receive_nohandler_total', '1', 'Network device statistic receive_nohandler.'),
  ],
];
const DORMANT = property('dormant');
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
/** Speed is settled when the carrier comes; for drivers that change it later. */
const LOOK_AGAIN_MS = 60_000;

/** What the kernel says of each network device (ABI/testing/sysfs-class-net). */
export class NetworkDevices {
  readonly #sys: string;
  readonly #texts: KernelTexts;
  readonly #slow = new SlowTexts();
  /** Paths as bytes. */
  #folders: readonly string[] = [];
  #states = '';
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(sys: string, texts: KernelTexts) {
    this.#sys = sys;
    this.#texts = texts;
  }

  /** Looks for devices, and reads what is slow where a device has come, or another carrier. @param nowMs monotonic */
  async prepare(nowMs: number): Promise<void> {
    this.#folders = foldersIn(this.#sys);
    const states = this.#folders
      .map(
        (folder) =>
          `${folder} ${this.#texts.read(`${folder}/${FLAGS}`)} ${this.#texts.read(`${folder}/${CHANGES}`)}`,
      )
      .join('\n');
    if (states === this.#states && nowMs - this.#lookedAtMs < LOOK_AGAIN_MS) return;
    const up = this.#folders.filter((folder) => this.#isUp(folder));
    if (!(await this.#slow.refresh(up.flatMap((folder) => SLOW.map((file) => `${folder}/${file}`))))) return;
    this.#states = states;
    this.#lookedAtMs = nowMs;
  }

  /** As found by `prepare`. */
  *read(): Generator<RawValue, void> {
    for (const folder of this.#folders) {
      const read = (file: string): string | null => this.#texts.readShort(`${folder}/${file}`);
      // Vanished meanwhile, or no device, as `bonding_masters`.
      const operstate = read('operstate');
      if (operstate === null) continue;
      const device = { device: textOf(basename(folder)) };
      for (const [file, family] of NUMBERS) yield* rawValue(family, device, numberIn(read(file)));
      const isUp = this.#isUp(folder);
      if (isUp) yield* rawValue(DORMANT, device, numberIn(read('dormant')));
      yield* rawValue(UP, device, operstate === 'up' ? 1 : 0);
      const [carrier = null, speed = null, duplex] = SLOW.map((file) =>
        this.#slow.textOf(`${folder}/${file}`),
      );
      yield* rawValue(CARRIER, device, numberIn(carrier));
      const megabits = numberIn(speed);
      yield* rawValue(SPEED, device, megabits === null ? null : megabits * BYTES_PER_MEGABIT);
      const info = {
        ...device,
        address: read('address') ?? '',
        broadcast: read('broadcast') ?? '',
        duplex: duplex ?? '',
        operstate,
        adminstate: isUp ? 'up' : 'down',
        ifalias: textOf(read('ifalias') ?? ''),
      };
      yield* rawValue(INFO, info, 1);
    }
  }

  close(): void {
    this.#slow.close();
  }

  #isUp(folder: string): boolean {
    return ((numberIn(this.#texts.read(`${folder}/${FLAGS}`)) ?? 0) & IFF_UP) !== 0;
  }
}

function foldersIn(sys: string): string[] {
  const root = `${sys}/class/net`;
  try {
    return readdirSync(root, { encoding: 'latin1' }).map((name) => `${bytesOf(root)}/${name}`);
  } catch {
    return [];
  }
}
