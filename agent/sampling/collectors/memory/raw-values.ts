import { counter, gauge, NO_LABELS, rawValue, type MetricFamily, type RawValue } from '../../raw-values.ts';
import type { ZfsCacheSize } from './zfs-cache.ts';

/** Live metrics that equal a field of `/proc/meminfo`. */
const MEMORY_METRICS: ReadonlyMap<string, string> = new Map([
  ['MemTotal', 'memory.total'],
  ['Cached', 'memory.cached'],
  ['Buffers', 'memory.buffers'],
  ['Dirty', 'memory.dirty'],
  ['Slab', 'memory.slab'],
]);
/** The fields of `/proc/vmstat` that node_exporter exports by default. */
const VMSTAT_FIELD = /^(oom_kill|pgpg(?:in|out)|pswp(?:in|out)|pg.*fault) (\d+)$/gm;
const SWAP_METRICS: ReadonlyMap<string, string> = new Map([
  ['pswpin', 'memory.swapIn'],
  ['pswpout', 'memory.swapOut'],
]);
const OOM_KILLS_METRIC = 'memory.oomKills';
const ZFS_SIZE = gauge('node_zfs_arc_size', 'By', 'kstat.zfs.misc.arcstats.size');

/**
 * Every field of `/proc/meminfo`: `node_memory_MemTotal_bytes`, `node_memory_Active_anon_bytes`; without a unit `node_memory_HugePages_Total`.
 */
export function* rawMeminfo(
  text: string,
  { hasSwap, hasZfs }: { readonly hasSwap: boolean; readonly hasZfs: boolean },
): Generator<RawValue, void> {
  for (const [, field = '', number, unit] of text.matchAll(/^([^:\n]+):\s+(\d+)( kB)?$/gm)) {
    let family = memoryFamilies.get(field);
    if (family === undefined) {
      family = memoryFamily(field, unit !== undefined);
      memoryFamilies.set(field, family);
    }
    const metric =
      // The live metric adds the ZFS cache.
      (field === 'MemAvailable' && !hasZfs && 'memory.available') ||
      (field === 'SwapTotal' && hasSwap && 'memory.swapTotal') ||
      MEMORY_METRICS.get(field);
    yield* rawValue(family, NO_LABELS, Number(number) * (unit ? 1024 : 1), metric);
  }
}

/** By field of this kernel's `/proc/meminfo`. */
const memoryFamilies = new Map<string, MetricFamily>();

function memoryFamily(field: string, isInBytes: boolean): MetricFamily {
  const name = `node_memory_${field.replaceAll(/\W+/g, '_').replace(/_$/, '')}${isInBytes ? '_bytes' : ''}`;
  return gauge(name, isInBytes ? 'By' : '{page}', `Memory information field ${field}.`);
}

/** Paging since boot, from the text of `/proc/vmstat`: events or pages; `pgpgin` and `pgpgout` are in KiB. */
export function* rawVmstat(text: string, hasSwap: boolean): Generator<RawValue, void> {
  for (const [, field = '', number] of text.matchAll(VMSTAT_FIELD)) {
    let family = pagingFamilies.get(field);
    if (family === undefined) {
      const unit = field.startsWith('pgpg') ? 'KiBy' : '1';
      family = counter(`node_vmstat_${field}`, unit, `/proc/vmstat information field ${field}.`);
      pagingFamilies.set(field, family);
    }
    const metric = field === 'oom_kill' ? OOM_KILLS_METRIC : hasSwap ? SWAP_METRICS.get(field) : undefined;
    yield* rawValue(family, NO_LABELS, Number(number), metric);
  }
}

/** By field of this kernel's `/proc/vmstat`. */
const pagingFamilies = new Map<string, MetricFamily>();

export function rawZfsCache(cache: ZfsCacheSize | null): Iterable<RawValue> {
  return rawValue(ZFS_SIZE, NO_LABELS, cache?.size, 'memory.zfsCache');
}
