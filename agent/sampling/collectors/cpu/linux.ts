import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';
import type { Collector, Values } from '../../collector.ts';
import { Instances } from '../../instances.ts';
import type { KernelRoots } from '../../kernel/roots.ts';
import { SharedFiles, type SharedFile } from '../../kernel/kernel-file.ts';
import type { RawValue } from '../../raw-values.ts';
import { Frequencies, meanFrequency } from './frequencies.ts';
import { coreMetrics, cpuFrequencyMetric, cpuMetric, cpuStateMetrics } from './metrics.ts';
import { type CpuTicks, parseCpuTicks, type Ticks } from './proc-stat.ts';
import { cpuFrequency, cpuTimes } from './raw-values.ts';
import { addDoubts, noDoubts, sharesBetween, UNKNOWN_SHARES } from './shares.ts';

const SOURCE = 'linux';

/** Beyond this, each processor only reports how busy it is: thousands of series would crowd out everything else. */
const MAX_DETAILED_CORES = 64;

/**
 * Time of all processors together and of each online one, from `/proc/stat` (proc_stat(5)), plus clock frequencies where available. Shares are
 * `null` on the first reading, for a processor that has just come online, and for anything the counters leave in doubt (shares.ts). The total
 * is `null` while one of its processors is, and when a processor came or went, because the kernel then counts idle time differently.
 * @param shared files that other collectors also read
 */
export function cpuCollector(roots: KernelRoots, shared = new SharedFiles(roots)): Collector {
  return new CpuCollector(roots, shared.stat);
}

class CpuCollector implements Collector {
  readonly subject = 'cpu';
  metrics: readonly MetricDescriptor[] = [];
  readonly #stat: SharedFile;
  readonly #frequencies: Frequencies;
  readonly #instances: Instances;
  /** Processors in the catalogue; `null` before the first reading. */
  #cores: readonly string[] | null = null;
  #isDetailed = true;
  #withFrequency: ReadonlySet<string> = new Set();
  #before: CpuTicks | null = null;
  #beforeMs = Number.NaN;
  /** As of the last reading, in the order of `#cores`. */
  #hertz: readonly (number | null)[] = [];

  constructor(roots: KernelRoots, stat: SharedFile) {
    this.#stat = stat;
    this.#frequencies = new Frequencies(roots);
    this.#instances = new Instances((core) =>
      coreMetrics(
        core,
        { withStates: this.#isDetailed, withFrequency: this.#isDetailed && this.#withFrequency.has(core) },
        SOURCE,
      ),
    );
    const text = stat.read(Number.NaN);
    if (text !== null) this.#adaptTo(parseCpuTicks(text).cores);
  }

  prime(atMs: number): void {
    this.#before = this.#readTicks(atMs);
    this.#beforeMs = atMs;
  }

  read(atMs: number): Values {
    const before = this.#before;
    this.#before = null;
    const now = this.#readTicks(atMs);
    const elapsedMs = atMs - this.#beforeMs;
    this.#before = now;
    this.#beforeMs = atMs;
    this.#hertz = this.#withFrequency.size === 0 ? [] : this.#frequencies.read();
    return this.#values(before, now, elapsedMs, this.#hertz);
  }

  *rawValues(): Generator<RawValue, void> {
    const text = this.#stat.lastText;
    if (text === null) return;
    yield* cpuTimes(text, this.#isDetailed);
    if (!this.#isDetailed) return;
    for (const [index, core] of (this.#cores ?? []).entries()) {
      if (this.#withFrequency.has(core)) yield* cpuFrequency(core, this.#hertz[index] ?? null);
    }
  }

  close(): void {
    this.#stat.close();
    this.#frequencies.close();
  }

  /** Reads the counters and adapts the catalogue to the online processors. */
  #readTicks(atMs: number): CpuTicks {
    const text = this.#stat.read(atMs);
    if (text === null) throw new ProcessorsUnknownError();
    const now = parseCpuTicks(text);
    if (this.#cores === null || !areSame(now.cores, this.#cores)) this.#adaptTo(now.cores);
    return now;
  }

  #adaptTo(cores: readonly string[]): void {
    this.#cores = cores;
    this.#withFrequency = this.#frequencies.open(cores);
    this.#isDetailed = cores.length <= MAX_DETAILED_CORES;
    this.#instances.update(cores);
    this.metrics = [
      cpuMetric(SOURCE),
      ...cpuStateMetrics(SOURCE),
      ...(this.#withFrequency.size === 0 ? [] : [cpuFrequencyMetric(SOURCE)]),
      ...this.#instances.metrics,
    ];
  }

  #values(
    before: CpuTicks | null,
    now: CpuTicks,
    elapsedMs: number,
    frequencies: readonly (number | null)[],
  ): Values {
    const isSame = before !== null && areSame(before.cores, now.cores);
    const ofCores: (number | null)[] = [];
    const ofWhole = noDoubts();
    for (const [index, core] of now.cores.entries()) {
      const ticks = now.ticks[index];
      const ticksBefore = isSame ? before.ticks[index] : ticksOf(before, core);
      const doubts = noDoubts();
      let shares: readonly (number | null)[] = UNKNOWN_SHARES;
      if (ticks !== undefined && ticksBefore !== undefined) {
        addDoubts(doubts, ticksBefore, ticks, elapsedMs);
        shares = sharesBetween(ticksBefore, ticks, doubts);
      }
      // Doubts about one processor also affect the total.
      ofWhole.time ||= doubts.time;
      ofWhole.steal ||= doubts.steal;
      ofWhole.wait ||= doubts.wait;
      if (!this.#isDetailed) {
        ofCores.push(shares[0] ?? null);
        continue;
      }
      ofCores.push(...shares);
      if (this.#withFrequency.has(core)) ofCores.push(frequencies[index] ?? null);
    }
    if (isSame) addDoubts(ofWhole, before.whole, now.whole, elapsedMs * now.cores.length);
    const values = isSame ? [...sharesBetween(before.whole, now.whole, ofWhole)] : [...UNKNOWN_SHARES];
    if (this.#withFrequency.size > 0) values.push(meanFrequency(frequencies));
    return [...values, ...ofCores];
  }
}

class ProcessorsUnknownError extends Error {
  readonly code = 'processors_unknown';

  constructor() {
    super('/proc/stat cannot be read');
    this.name = 'ProcessorsUnknownError';
  }
}

function ticksOf(reading: CpuTicks | null, core: string): Ticks | undefined {
  const index = reading?.cores.indexOf(core) ?? -1;
  return index < 0 ? undefined : reading?.ticks[index];
}

function areSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one, index) => one === others[index]);
}
