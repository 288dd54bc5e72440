import { existsSync } from 'node:fs';
import type { MetricDescriptor } from '../../../../shared/catalogue.ts';
import type { Collector, Figures } from '../../collector.ts';
import { CounterRates } from '../../counter-rate.ts';
import { bytes, rounded } from '../../figures.ts';
import { Instances } from '../../instances.ts';
import { KernelFile, LINE_OF_FIGURES_BYTES } from '../../kernel/kernel-file.ts';
import { netFolder, type KernelRoots } from '../../kernel/roots.ts';
import { interfaceMetrics, networkTotals } from './metrics.ts';
import { parseNetDev, type InterfaceCounters } from './proc-net-dev.ts';

const SOURCE = 'linux';
const TOTALS = networkTotals(SOURCE);
const LOOPBACK = 'lo';

/**
 * Network interfaces of this host, from `/proc/net/dev`: the total, then each interface that has ever carried or lost a packet,
 * loopback too. In the total are those with a device of their own (not bridges, bonds, VLANs and tunnels, whose packets pass one of
 * these again); where there is none, as in a container, all but loopback. An interface's figures are `null` at the first reading
 * of it, and once after its counters began anew; the total is `null` while that of one of its interfaces is.
 * Without `/proc/net/dev` there is no metric.
 */
export function networkCollector(roots: KernelRoots): Collector {
  return new Network(roots);
}

interface TrackedInterface {
  readonly name: string;
  readonly rates: CounterRates;
  readonly isPhysical: boolean;
}

class Network implements Collector {
  readonly subject = 'network';
  readonly #sys: string;
  readonly #file: KernelFile;
  readonly #isThere: boolean;
  /** In the order of the file. */
  #tracked: readonly TrackedInterface[] = [];
  #hasPhysical = false;
  readonly #instances = new Instances((part, label) => interfaceMetrics(SOURCE, part, label));
  #metrics: readonly MetricDescriptor[] = [];
  #hasTotals = false;

  constructor(roots: KernelRoots) {
    this.#sys = roots.sys;
    this.#file = new KernelFile(`${netFolder(roots)}/dev`, LINE_OF_FIGURES_BYTES);
    const text = this.#file.readIfAny('utf8');
    this.#isThere = text !== null;
    const interfaces = parseNetDev(text ?? '');
    this.#track(interfaces);
    this.#list(interfaces.filter(hasWorked));
  }

  get metrics(): readonly MetricDescriptor[] {
    return this.#metrics;
  }

  prime(atMs: number): void {
    this.read(atMs);
  }

  read(atMs: number): Figures {
    if (!this.#isThere) return [];
    const interfaces = parseNetDev(this.#text());
    this.#track(interfaces);
    this.#list(interfaces.filter(hasWorked));
    const figures: (number | null)[] = [];
    let received: number | null = 0;
    let sent: number | null = 0;
    for (let index = 0; index < interfaces.length; index += 1) {
      const counters = interfaces[index];
      const tracked = this.#tracked[index];
      if (counters === undefined || tracked === undefined) continue;
      const rates = tracked.rates.next(counters.counts, atMs);
      if (this.#isInTotal(tracked)) {
        received = plus(received, rates[0]);
        sent = plus(sent, rates[1]);
      }
      if (hasWorked(counters)) pushFigures(figures, rates);
    }
    return this.#hasTotals ? [bytes(received), bytes(sent), ...figures] : figures;
  }

  close(): void {
    this.#file.close();
  }

  #text(): string {
    try {
      return this.#file.read('utf8');
    } catch (error) {
      this.#tracked = [];
      throw error;
    }
  }

  /** Looks at `/sys/class/net` only when the interfaces are other ones, and then only for those that are new. */
  #track(interfaces: readonly InterfaceCounters[]): void {
    const before = this.#tracked;
    const isSame =
      interfaces.length === before.length &&
      interfaces.every(({ name }, index) => name === before[index]?.name);
    if (isSame) return;
    this.#tracked = interfaces.map(
      ({ name }) =>
        before.find((known) => known.name === name) ?? {
          name,
          rates: new CounterRates(),
          isPhysical: name !== LOOPBACK && existsSync(`${this.#sys}/class/net/${name}/device`),
        },
    );
    this.#hasPhysical = this.#tracked.some(({ isPhysical }) => isPhysical);
  }

  #list(listed: readonly InterfaceCounters[]): void {
    const hasTotals = this.#tracked.some((tracked) => this.#isInTotal(tracked));
    const hasChanged = this.#instances.update(listed.map(({ name }) => name));
    if (!hasChanged && hasTotals === this.#hasTotals) return;
    this.#hasTotals = hasTotals;
    this.#metrics = [...(hasTotals ? TOTALS : []), ...this.#instances.metrics];
  }

  #isInTotal({ name, isPhysical }: TrackedInterface): boolean {
    return this.#hasPhysical ? isPhysical : name !== LOOPBACK;
  }
}

function hasWorked({ counts }: InterfaceCounters): boolean {
  return counts.some((count) => count !== 0);
}

function plus(sum: number | null, rate: number | null | undefined): number | null {
  return sum === null || typeof rate !== 'number' ? null : sum + rate;
}

/** In the order of `interfaceMetrics`. An interface of which one counter went backwards is another one, so nothing is known of it. */
function pushFigures(figures: (number | null)[], rates: readonly (number | null)[]): void {
  const isAnother = rates.includes(null);
  for (let index = 0; index < rates.length; index += 1) {
    const rate = isAnother ? null : (rates[index] ?? null);
    figures.push(index < BYTE_RATES ? bytes(rate) : rounded(rate, 2));
  }
}

/** The first ones of an interface. */
const BYTE_RATES = 2;
