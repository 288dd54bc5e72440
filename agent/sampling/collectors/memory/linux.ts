import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';
import type { Collector, Values } from '../../collector.ts';
import { CounterRates } from '../../counter-rate.ts';
import { bytes, percent } from '../../rounding.ts';
import { KernelFile, NUMERIC_LINE_BYTES } from '../../kernel/kernel-file.ts';
import type { KernelRoots } from '../../kernel/roots.ts';
import type { RawValue } from '../../raw-values.ts';
import { HugePages, type HugePagesSize } from './huge-pages.ts';
import {
  cacheMetrics,
  hugePagesMetrics,
  memoryMetrics,
  oomKillsMetric,
  swapMetrics,
  zfsCacheMetrics,
} from './metrics.ts';
import { readPageSize } from '../../kernel/page-size.ts';
import { parseMeminfo } from './proc-meminfo.ts';
import type { Meminfo } from './proc-meminfo.ts';
import { parseOomKills, parseSwapPages } from './proc-vmstat.ts';
import { rawMeminfo, rawVmstat, rawZfsCache } from './raw-values.ts';
import { ZfsCache, type ZfsCacheSize } from './zfs-cache.ts';

const SOURCE = 'linux';
const MEMORY_METRICS = [...memoryMetrics(SOURCE), ...cacheMetrics(SOURCE)];
const ZFS_METRICS = zfsCacheMetrics(SOURCE);
const HUGE_METRICS = hugePagesMetrics(SOURCE);
const SWAP_METRICS = swapMetrics(SOURCE);
const OOM_KILLS_METRIC = oomKillsMetric(SOURCE);
/** How often `/proc/vmstat` is read where nothing but killed processes is wanted of it. */
const KILLS_EVERY_MS = 5000;

/**
 * Physical memory and swap from `/proc/meminfo` (proc_meminfo(5)) and `/proc/vmstat` (proc_vmstat(5)), the ZFS cache (zfs-cache.ts) and
 * reserved huge pages (huge-pages.ts). The catalogue includes swap, ZFS and huge pages only while the host has them, and killed processes
 * where the kernel counts them.
 */
export function memoryCollector(roots: KernelRoots): Collector {
  return new MemoryCollector(roots);
}

interface Reading {
  readonly memory: Meminfo;
  readonly zfs: ZfsCacheSize | null;
  readonly huge: HugePagesSize | null;
  readonly hasSwap: boolean;
}

class MemoryCollector implements Collector {
  readonly subject = 'memory';
  metrics: readonly MetricDescriptor[] = [];
  readonly #meminfo: KernelFile;
  readonly #vmstat: KernelFile;
  readonly #zfs: ZfsCache;
  readonly #huge: HugePages;
  readonly #swapped = new CounterRates();
  readonly #pageBytes = readPageSize();
  /** Keyed by what the host has, so that the array keeps its identity. */
  readonly #catalogues = new Map<string, readonly MetricDescriptor[]>();
  #hasSwap = false;
  #zfsSize: ZfsCacheSize | null = null;
  #meminfoText = '';
  /** `null` without swap, where samples do not need it. */
  #vmstatText: string | null = null;
  readonly #countsKills: boolean;
  #kills: number | null = null;
  #killsReadMs = Number.NEGATIVE_INFINITY;

  constructor({ proc, sys }: KernelRoots) {
    this.#meminfo = new KernelFile(`${proc}/meminfo`, NUMERIC_LINE_BYTES);
    this.#vmstat = new KernelFile(`${proc}/vmstat`, NUMERIC_LINE_BYTES);
    this.#zfs = new ZfsCache(proc);
    this.#huge = new HugePages(sys);
    this.#countsKills = parseOomKills(this.#vmstat.readIfAny() ?? '') !== null;
    const text = this.#meminfo.readIfAny();
    if (text !== null) this.#take(text, Number.NEGATIVE_INFINITY);
  }

  prime(atMs: number): void {
    if (this.#hasSwap) this.#swapRates(atMs);
  }

  read(atMs: number): Values {
    const { memory, zfs, huge, hasSwap } = this.#take(this.#meminfo.read(), atMs);
    const values = memoryValues(memory, zfs);
    if (zfs !== null) values.push(bytes(zfs.size));
    if (huge !== null) values.push(bytes(huge.reserved), bytes(huge.unused));
    if (hasSwap) values.push(...swapValues(memory), ...this.#swapRates(atMs));
    else this.#forgetSwapped();
    if (this.#countsKills) values.push(this.#oomKills(atMs));
    return values;
  }

  /** Reads `/proc/vmstat` now on hosts without swap, whose samples do not need it. */
  *rawValues(): Generator<RawValue, void> {
    yield* rawMeminfo(this.#meminfoText, { hasSwap: this.#hasSwap, hasZfs: this.#zfsSize !== null });
    yield* rawVmstat(this.#vmstatText ?? this.#vmstat.readIfAny() ?? '', this.#hasSwap);
    yield* rawZfsCache(this.#zfsSize);
  }

  close(): void {
    this.#meminfo.close();
    this.#vmstat.close();
    this.#zfs.close();
    this.#huge.close();
  }

  /** Parses the text and adapts the catalogue. */
  #take(text: string, atMs: number): Reading {
    const memory = parseMeminfo(text);
    const zfs = this.#zfs.read(atMs);
    const huge = this.#huge.read(memory);
    const hasSwap = memory.swapTotal !== null && memory.swapTotal > 0;
    this.#hasSwap = hasSwap;
    this.#zfsSize = zfs;
    this.#meminfoText = text;
    const key = [zfs !== null, huge !== null, hasSwap].join();
    let catalogue = this.#catalogues.get(key);
    if (catalogue === undefined) {
      catalogue = [
        ...MEMORY_METRICS,
        ...(zfs === null ? [] : ZFS_METRICS),
        ...(huge === null ? [] : HUGE_METRICS),
        ...(hasSwap ? SWAP_METRICS : []),
        ...(this.#countsKills ? [OOM_KILLS_METRIC] : []),
      ];
      this.#catalogues.set(key, catalogue);
    }
    this.metrics = catalogue;
    return { memory, zfs, huge, hasSwap };
  }

  #forgetSwapped(): void {
    this.#swapped.forget();
    this.#vmstatText = null;
  }

  #oomKills(atMs: number): number | null {
    if (this.#vmstatText === null && atMs - this.#killsReadMs < KILLS_EVERY_MS) return this.#kills;
    this.#killsReadMs = atMs;
    this.#kills = parseOomKills(this.#vmstatText ?? this.#vmstat.readIfAny() ?? '');
    return this.#kills;
  }

  /** Bytes per second in and out. */
  #swapRates(atMs: number): (number | null)[] {
    const text = this.#vmstat.readIfAny();
    this.#vmstatText = text;
    const pages = text === null ? [null, null] : parseSwapPages(text);
    return this.#swapped
      .next(pages, atMs)
      .map((rate) => (rate === null || this.#pageBytes === null ? null : bytes(rate * this.#pageBytes)));
  }
}

function memoryValues(
  { total, available: withoutZfs, cached, buffers, dirty, slab }: Meminfo,
  zfs: ZfsCacheSize | null,
): (number | null)[] {
  const available =
    withoutZfs === null ? null : Math.min(withoutZfs + (zfs?.reclaimable ?? 0), total ?? withoutZfs);
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

function swapValues({ swapTotal, swapFree }: Meminfo): (number | null)[] {
  const used = swapTotal === null || swapFree === null ? null : swapTotal - swapFree;
  return [shareOf(used, swapTotal), bytes(used), bytes(swapTotal)];
}

function shareOf(part: number | null, whole: number | null): number | null {
  return part === null || whole === null ? null : percent((part / whole) * 100);
}
