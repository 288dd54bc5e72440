import { numberIn } from '../../kernel/text.ts';

/** What `/proc/meminfo` tells, bytes; `null` for what the kernel does not tell. */
export interface Meminfo {
  readonly total: number | null;
  readonly available: number | null;
  readonly buffers: number | null;
  readonly cached: number | null;
  readonly dirty: number | null;
  readonly slab: number | null;
  readonly swapTotal: number | null;
  readonly swapFree: number | null;
  /** Memory of all huge pages that were set aside, of whatever size; from Linux 4.15. */
  readonly hugetlb: number | null;
  /** Those of the default size. */
  readonly hugePages: { readonly reserved: number | null; readonly unused: number | null };
}

/**
 * A text of `/proc/meminfo`, see proc_meminfo(5).
 *
 * Kernels before 3.14 do not tell what is available; free, buffers, cached and the slabs that can be dropped stand for it, without the memory
 * that programs share: it is in cached and cannot be dropped (filesystems/proc.rst, MemAvailable).
 */
export function parseMeminfo(text: string): Meminfo {
  const buffers = bytesAfter(text, '\nBuffers:');
  const cached = bytesAfter(text, '\nCached:');
  const hugePageBytes = bytesAfter(text, '\nHugepagesize:');
  return {
    total: bytesAfter(text, 'MemTotal:'),
    available: bytesAfter(text, '\nMemAvailable:') ?? availableBy(text, buffers, cached),
    buffers,
    cached,
    dirty: bytesAfter(text, '\nDirty:'),
    slab: bytesAfter(text, '\nSlab:'),
    swapTotal: bytesAfter(text, '\nSwapTotal:'),
    swapFree: bytesAfter(text, '\nSwapFree:'),
    hugetlb: bytesAfter(text, '\nHugetlb:'),
    hugePages: {
      reserved: product(countAfter(text, '\nHugePages_Total:'), hugePageBytes),
      unused: product(countAfter(text, '\nHugePages_Free:'), hugePageBytes),
    },
  };
}

function bytesAfter(text: string, key: string): number | null {
  const at = text.indexOf(key);
  if (at < 0) return null;
  const start = at + key.length;
  const end = text.indexOf(' kB', start);
  // The unit is always this one, which is 1024 bytes here.
  return end < 0 ? null : Number(text.slice(start, end)) * 1024;
}

function availableBy(text: string, buffers: number | null, cached: number | null): number | null {
  const free = bytesAfter(text, '\nMemFree:');
  if (free === null || buffers === null || cached === null) return null;
  const droppable = bytesAfter(text, '\nSReclaimable:') ?? 0;
  const shared = bytesAfter(text, '\nShmem:') ?? 0;
  return Math.max(0, free + buffers + cached + droppable - shared);
}

function countAfter(text: string, key: string): number | null {
  const at = text.indexOf(key);
  if (at < 0) return null;
  const end = text.indexOf('\n', at + 1);
  return numberIn(text.slice(at + key.length, end < 0 ? undefined : end));
}

function product(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one * other;
}
