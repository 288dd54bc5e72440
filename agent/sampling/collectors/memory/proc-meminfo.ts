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
}

/**
 * A text of `/proc/meminfo`, see proc_meminfo(5).
 *
 * Kernels before 3.14 do not tell what is available; free, buffers and cached together stand for it, as the kernel's
 * documentation says people did before (filesystems/proc.rst, MemAvailable).
 */
export function parseMeminfo(text: string): Meminfo {
  const buffers = bytesAfter(text, '\nBuffers:');
  const cached = bytesAfter(text, '\nCached:');
  return {
    total: bytesAfter(text, 'MemTotal:'),
    available: bytesAfter(text, '\nMemAvailable:') ?? sum(bytesAfter(text, '\nMemFree:'), buffers, cached),
    buffers,
    cached,
    dirty: bytesAfter(text, '\nDirty:'),
    slab: bytesAfter(text, '\nSlab:'),
    swapTotal: bytesAfter(text, '\nSwapTotal:'),
    swapFree: bytesAfter(text, '\nSwapFree:'),
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

function sum(...parts: readonly (number | null)[]): number | null {
  let total = 0;
  for (const part of parts) {
    if (part === null) return null;
    total += part;
  }
  return total;
}
