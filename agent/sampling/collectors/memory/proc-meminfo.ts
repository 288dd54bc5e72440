import { numberIn } from '../../kernel/text.ts';

/** Fields of `/proc/meminfo`, bytes; `null` if the kernel does not report one. */
export interface Meminfo {
  readonly total: number | null;
  readonly available: number | null;
  readonly buffers: number | null;
  readonly cached: number | null;
  readonly dirty: number | null;
  readonly slab: number | null;
  readonly swapTotal: number | null;
  readonly swapFree: number | null;
  /** Memory in huge pages of all sizes; since Linux 4.15. */
  readonly hugetlb: number | null;
  /** Default size only. */
  readonly hugePages: { readonly reserved: number | null; readonly unused: number | null };
}

/**
 * Parses `/proc/meminfo`, see proc_meminfo(5).
 *
 * Kernels before 3.14 do not report available memory. It is estimated as free + buffers + cached + reclaimable slab − shared memory, which is
 * part of cached but cannot be dropped (filesystems/proc.rst, MemAvailable).
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
  // The unit is always kB, meaning 1024 bytes.
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
