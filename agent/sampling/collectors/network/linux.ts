import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';
import type { Collector, Values } from '../../collector.ts';
import { CounterRates } from '../../counter-rate.ts';
import { bytes, rounded } from '../../rounding.ts';
import { Instances } from '../../instances.ts';
import { textOf } from '../../kernel/text.ts';
import { KernelFile, NUMERIC_LINE_BYTES } from '../../kernel/kernel-file.ts';
import { netFolder, type KernelRoots } from '../../kernel/roots.ts';
import type { RawValue } from '../../raw-values.ts';
import { CountedOnce } from './counted-once.ts';
import { interfaceMetrics, networkTotals } from './metrics.ts';
import { parseNetDev, type InterfaceCounters } from './proc-net-dev.ts';
import { rawNetDev } from './raw-values.ts';

const SOURCE = 'linux';
const TOTALS = networkTotals(SOURCE);
/** Interfaces may be bonded or bridged at any time. */
const LOOK_EVERY_MS = 10_000;

/**
 * Network interfaces from `/proc/net/dev`: the total, in which every packet counts once (counted-once.ts), then each interface that has ever
 * carried or lost a packet, including loopback. An interface's values are `null` at its first reading and once after its counters restarted;
 * the total is `null` while one of its interfaces is. No metrics without `/proc/net/dev`.
 */
export function networkCollector(roots: KernelRoots): Collector {
  return new Network(roots);
}

interface TrackedInterface {
  /** As bytes (kernel/text.ts). */
  readonly name: string;
  readonly rates: CounterRates;
}

class Network implements Collector {
  readonly subject = 'network';
  readonly #countedOnce: CountedOnce;
  readonly #file: KernelFile;
  readonly #isThere: boolean;
  /** In file order. */
  #tracked: readonly TrackedInterface[] = [];
  #inTotal: ReadonlySet<string> = new Set();
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  readonly #instances = new Instances((part, label) => interfaceMetrics(SOURCE, part, label));
  #metrics: readonly MetricDescriptor[] = [];
  #hasTotals = false;
  #text = '';

  constructor(roots: KernelRoots) {
    this.#countedOnce = new CountedOnce(roots.sys);
    this.#file = new KernelFile(`${netFolder(roots)}/dev`, NUMERIC_LINE_BYTES);
    const text = this.#file.readIfAny('latin1');
    this.#isThere = text !== null;
    const interfaces = parseNetDev(text ?? '');
    this.#track(interfaces, Number.NEGATIVE_INFINITY);
    this.#list(interfaces.filter(hasWorked));
  }

  get metrics(): readonly MetricDescriptor[] {
    return this.#metrics;
  }

  prime(atMs: number): void {
    this.read(atMs);
  }

  read(atMs: number): Values {
    if (!this.#isThere) return [];
    const interfaces = parseNetDev(this.#readText());
    this.#track(interfaces, atMs);
    this.#list(interfaces.filter(hasWorked));
    const values: (number | null)[] = [];
    let received: number | null = 0;
    let sent: number | null = 0;
    for (let index = 0; index < interfaces.length; index += 1) {
      const counters = interfaces[index];
      const tracked = this.#tracked[index];
      if (counters === undefined || tracked === undefined) continue;
      const rates = tracked.rates.next(counters.counts, atMs);
      const isKnown = isOfSameInterface(rates);
      if (this.#inTotal.has(tracked.name)) {
        received = plus(received, isKnown ? rates[0] : null);
        sent = plus(sent, isKnown ? rates[1] : null);
      }
      if (hasWorked(counters)) pushValues(values, rates, isKnown);
    }
    return this.#hasTotals ? [bytes(received), bytes(sent), ...values] : values;
  }

  rawValues(): Iterable<RawValue> {
    return rawNetDev(this.#text, (name) => this.#instances.partOf(name));
  }

  close(): void {
    this.#file.close();
  }

  #readText(): string {
    try {
      this.#text = this.#file.read('latin1');
      return this.#text;
    } catch (error) {
      this.#tracked = [];
      throw error;
    }
  }

  #track(interfaces: readonly InterfaceCounters[], atMs: number): void {
    const before = this.#tracked;
    const isSame =
      interfaces.length === before.length &&
      interfaces.every(({ name }, index) => name === before[index]?.name);
    if (isSame && atMs - this.#lookedAtMs < LOOK_EVERY_MS) return;
    this.#lookedAtMs = atMs;
    this.#inTotal = this.#countedOnce.among(interfaces.map(({ name }) => name));
    if (isSame) return;
    const known = new Map(before.map((tracked) => [tracked.name, tracked]));
    this.#tracked = interfaces.map(({ name }) => known.get(name) ?? { name, rates: new CounterRates() });
  }

  #list(listed: readonly InterfaceCounters[]): void {
    const hasTotals = this.#inTotal.size > 0;
    const names = listed.map(({ name }) => name);
    const hasChanged = this.#instances.update(names.map(textOf), names);
    if (!hasChanged && hasTotals === this.#hasTotals) return;
    this.#hasTotals = hasTotals;
    this.#metrics = [...(hasTotals ? TOTALS : []), ...this.#instances.metrics];
  }
}

function hasWorked({ counts }: InterfaceCounters): boolean {
  return counts.some((count) => count !== 0);
}

function plus(sum: number | null, rate: number | null | undefined): number | null {
  return sum === null || typeof rate !== 'number' ? null : sum + rate;
}

/** Bytes or packets going backwards mean another interface. Drivers do correct errors and drops, which says nothing about the rest. */
function isOfSameInterface(rates: readonly (number | null)[]): boolean {
  return !rates.slice(0, TRAFFIC_RATES).includes(null);
}

/** In the order of `interfaceMetrics`. */
function pushValues(values: (number | null)[], rates: readonly (number | null)[], isKnown: boolean): void {
  for (let index = 0; index < rates.length; index += 1) {
    const rate = isKnown ? (rates[index] ?? null) : null;
    values.push(index < BYTE_RATES ? bytes(rate) : rounded(rate, 2));
  }
}

/** Leading values of an interface. */
const BYTE_RATES = 2;
/** Bytes and packets. */
const TRAFFIC_RATES = 4;
