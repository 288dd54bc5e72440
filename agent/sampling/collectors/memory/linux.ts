import type { MetricDescriptor } from '../../../../shared/catalogue.ts';
import type { Collector, Figures } from '../../collector.ts';
import { CounterRates } from '../../counter-rate.ts';
import { bytes, percent } from '../../figures.ts';
import { KernelFile, LINE_OF_FIGURES_BYTES } from '../../kernel/kernel-file.ts';
import type { KernelRoots } from '../../kernel/roots.ts';
import { cacheMetrics, memoryMetrics, swapMetrics } from './metrics.ts';
import { readPageSize } from '../../kernel/page-size.ts';
import { parseMeminfo } from './proc-meminfo.ts';
import type { Meminfo } from './proc-meminfo.ts';
import { parseSwapPages } from './proc-vmstat.ts';

const SOURCE = 'linux';
const MEMORY_METRICS = [...memoryMetrics(SOURCE), ...cacheMetrics(SOURCE)];
const WITH_SWAP_METRICS = [...MEMORY_METRICS, ...swapMetrics(SOURCE)];

/**
 * Physical memory and swap space, from `/proc/meminfo` (proc_meminfo(5)) and `/proc/vmstat` (proc_vmstat(5)). Swap space comes and
 * goes in the catalogue as it is added to the host and taken away.
 */
export function memoryCollector(roots: KernelRoots): Collector {
  return new MemoryCollector(roots);
}

class MemoryCollector implements Collector {
  readonly subject = 'memory';
  metrics: readonly MetricDescriptor[] = [];
  readonly #meminfo: KernelFile;
  readonly #vmstat: KernelFile;
  readonly #swapped = new CounterRates();
  readonly #pageBytes = readPageSize();

  constructor({ proc }: KernelRoots) {
    this.#meminfo = new KernelFile(`${proc}/meminfo`, LINE_OF_FIGURES_BYTES);
    this.#vmstat = new KernelFile(`${proc}/vmstat`, LINE_OF_FIGURES_BYTES);
    const text = this.#meminfo.readIfAny();
    if (text !== null) this.#follow(parseMeminfo(text));
  }

  prime(atMs: number): void {
    if (this.metrics === WITH_SWAP_METRICS) this.#swapRates(atMs);
  }

  read(atMs: number): Figures {
    const memory = parseMeminfo(this.#meminfo.read());
    this.#follow(memory);
    const figures = memoryFigures(memory);
    if (this.metrics === WITH_SWAP_METRICS) {
      figures.push(...swapFigures(memory), ...this.#swapRates(atMs));
    } else {
      this.#swapped.forget();
    }
    return figures;
  }

  close(): void {
    this.#meminfo.close();
    this.#vmstat.close();
  }

  #follow({ swapTotal }: Meminfo): void {
    this.metrics = swapTotal !== null && swapTotal > 0 ? WITH_SWAP_METRICS : MEMORY_METRICS;
  }

  /** Bytes per second in and out. */
  #swapRates(atMs: number): (number | null)[] {
    const text = this.#vmstat.readIfAny();
    const pages = text === null ? [null, null] : parseSwapPages(text);
    return this.#swapped
      .next(pages, atMs)
      .map((rate) => (rate === null || this.#pageBytes === null ? null : bytes(rate * this.#pageBytes)));
  }
}

function memoryFigures({ total, available, cached, buffers, dirty, slab }: Meminfo): (number | null)[] {
  const used = total === null || available === null ? null : total - available;
  return [
    shareOf(used, total),
    bytes(used),
    bytes(available),
    bytes(total),
    bytes(cached),
    bytes(buffers),
    bytes(dirty),
    bytes(slab),
  ];
}

function swapFigures({ swapTotal, swapFree }: Meminfo): (number | null)[] {
  const used = swapTotal === null || swapFree === null ? null : swapTotal - swapFree;
  return [shareOf(used, swapTotal), bytes(used), bytes(swapTotal)];
}

function shareOf(part: number | null, whole: number | null): number | null {
  return part === null || whole === null ? null : percent((part / whole) * 100);
}
