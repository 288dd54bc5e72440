/** The three averages of `/proc/loadavg`, see proc_loadavg(5); `null` if not a number. */
export function parseLoad(text: string): readonly (number | null)[] {
  const [minute, fiveMinutes, quarter] = text.split(' ', 3);
  return [numberOrNull(minute), numberOrNull(fiveMinutes), numberOrNull(quarter)];
}

/** Seconds since boot, from `/proc/uptime`, see proc_uptime(5); `null` if not a number. */
export function parseUptime(text: string): number | null {
  return numberOrNull(text.slice(0, text.indexOf(' ')));
}

/**
 * Open file handles, from `/proc/sys/fs/file-nr`: allocated minus free, which is always 0 since Linux 2.6 (proc_sys_fs(5)). `null` for another
 * text.
 */
export function parseFileHandles(text: string): number | null {
  const [allocated, free] = text.split('\t', 2);
  const allocatedCount = numberOrNull(allocated);
  const freeCount = numberOrNull(free);
  return allocatedCount === null || freeCount === null ? null : allocatedCount - freeCount;
}

function numberOrNull(text: string | undefined): number | null {
  if (text === undefined || text.trim() === '') return null;
  const number = Number(text);
  return Number.isFinite(number) ? number : null;
}
