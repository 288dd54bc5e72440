import os from 'node:os';
import type { Systeminformation } from 'systeminformation';
import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';
import type { Collector, Values } from '../../collector.ts';
import { CounterRates } from '../../counter-rate.ts';
import { counter, rawValue, type MetricFamily, type RawValue } from '../../raw-values.ts';
import { bytes, rounded } from '../../rounding.ts';
import { Instances } from '../../instances.ts';
import { interfaceMetrics, networkTotals } from './metrics.ts';

const SOURCE = 'systeminformation';
const TOTALS = networkTotals(SOURCE);
/** It caches its counters for half a second, which would look like a rate of 0. */
const FRESH_AFTER_MS = 950;
/** Virtual interfaces, whose packets pass another interface too, or none. */
const VIRTUAL =
  /^(?:docker|br-|bridge|veth|vethernet|virbr|vnet|vmnet|vboxnet|cali|cni|flannel|tun|tap|utun|ipsec|ppp|wg|zt|tailscale|macv|ipvl|dummy|ifb|gre|gif|stf|sit|vxlan|geneve|vlan\d|awdl|llw|anpi)/i;
/** In the order of `countsOf`, with the last part of the live metric's name. */
const FAMILIES: readonly (readonly [MetricFamily, metric: string])[] = [
  ['receive_bytes', 'receive'],
  ['transmit_bytes', 'transmit'],
  ['receive_errs', 'receiveErrors'],
  ['transmit_errs', 'transmitErrors'],
  ['receive_drop', 'receiveDrops'],
  ['transmit_drop', 'transmitDrops'],
].map(([name = '', metric = '']) => [
  counter(
    `metrics_panel_network_${name}_total`,
    name.endsWith('_bytes') ? 'By' : '1',
    `Network device statistic ${name}.`,
  ),
  metric,
]);
/** A VLAN counts for itself if its parent has no address and is therefore not listed. */
const VLAN = /^(.+)\.\d+$/;

/**
 * Network interfaces with an address (`os.networkInterfaces()`), from systeminformation's `networkStats`, which has no packet counts. The total
 * includes those that are neither loopback nor virtual by name, or else all but loopback. Interfaces that never carried anything are left out.
 * Read at most once a second; values repeat in between.
 */
export function networkCollector(): Collector {
  return new Network();
}

interface TrackedInterface {
  readonly name: string;
  readonly isInTotal: boolean;
  readonly rates: CounterRates;
}

class Network implements Collector {
  readonly subject = 'network';
  metrics: readonly MetricDescriptor[] = [];
  readonly #instances = new Instances((part, label) =>
    interfaceMetrics(SOURCE, part, label).filter(({ name }) => !name.endsWith('Packets')),
  );
  #tracked: readonly TrackedInterface[] = [];
  #values: Values = [];
  #hasTotals = false;
  #atMs = Number.NEGATIVE_INFINITY;

  async prime(atMs: number): Promise<void> {
    await this.#count(atMs);
  }

  async read(atMs: number): Promise<Values> {
    if (atMs - this.#atMs >= FRESH_AFTER_MS) await this.#count(atMs);
    return this.#values;
  }

  *rawValues(): Generator<RawValue, void> {
    for (const { name, rates } of this.#tracked) {
      const part = this.#instances.partOf(name);
      if (part === undefined) continue;
      for (const [index, [family, metric]] of FAMILIES.entries()) {
        yield* rawValue(family, { device: name }, rates.counts[index], `network.${part}.${metric}`);
      }
    }
  }

  async #count(atMs: number): Promise<void> {
    this.#track();
    const tracked = this.#tracked;
    const { networkStats } = await import('systeminformation');
    const names = tracked.map(({ name }) => name).join(',');
    const answers = names === '' ? [] : await networkStats(names);
    this.#atMs = atMs;
    const listed: string[] = [];
    const values: (number | null)[] = [];
    const total: Total = { received: 0, sent: 0 };
    for (const [index, { name, isInTotal, rates }] of tracked.entries()) {
      const counts = countsOf(answers[index]);
      // Stays listed once it has carried something.
      if (counts === null && !this.#instances.metrics.some(({ instance }) => instance === name)) continue;
      const next = rates.next(counts ?? UNKNOWN_COUNTS, atMs);
      if (isInTotal) add(total, next);
      listed.push(name);
      values.push(...next.map((rate, position) => (position < 2 ? bytes(rate) : rounded(rate, 2))));
    }
    this.#list(
      listed,
      tracked.some(({ isInTotal }) => isInTotal),
    );
    this.#values = this.#hasTotals ? [bytes(total.received), bytes(total.sent), ...values] : values;
  }

  #track(): void {
    const before = this.#tracked;
    // It takes a comma-separated list of names.
    const present = Object.entries(os.networkInterfaces()).filter(([name]) => !/[,|]/.test(name));
    if (present.length === before.length && present.every(([name], index) => name === before[index]?.name))
      return;
    const outward = present.filter(([, addresses]) => addresses?.some(({ internal }) => !internal) === true);
    const names = new Set(outward.map(([name]) => name));
    const physical = outward.filter(
      ([name]) => !VIRTUAL.test(name) && !names.has(VLAN.exec(name)?.[1] ?? ''),
    );
    const inTotal = new Set((physical.length > 0 ? physical : outward).map(([name]) => name));
    this.#tracked = present.map(([name]) => ({
      name,
      isInTotal: inTotal.has(name),
      rates: before.find((known) => known.name === name)?.rates ?? new CounterRates(),
    }));
  }

  #list(listed: readonly string[], hasTotals: boolean): void {
    const hasChanged = this.#instances.update(listed);
    if (!hasChanged && hasTotals === this.#hasTotals) return;
    this.#hasTotals = hasTotals;
    this.metrics = [...(hasTotals ? TOTALS : []), ...this.#instances.metrics];
  }
}

const UNKNOWN_COUNTS = [null, null, null, null, null, null];

/** Bytes per second. */
interface Total {
  received: number | null;
  sent: number | null;
}

function add(total: Total, [received, sent]: readonly (number | null)[]): void {
  total.received = plus(total.received, received);
  total.sent = plus(total.sent, sent);
}

function plus(sum: number | null, rate: number | null | undefined): number | null {
  return sum === null || typeof rate !== 'number' ? null : sum + rate;
}

/** In the order of `interfaceMetrics`. It reports unreadable counters as 0; the next growth would be everything since boot. */
function countsOf(answer: Systeminformation.NetworkStatsData | undefined): number[] | null {
  if (answer === undefined || !(answer.rx_bytes + answer.tx_bytes > 0)) return null;
  const { rx_bytes, tx_bytes, rx_errors, tx_errors, rx_dropped, tx_dropped } = answer;
  return [rx_bytes, tx_bytes, rx_errors, tx_errors, rx_dropped, tx_dropped];
}
