/** The three means in a text of `/proc/loadavg`, see proc_loadavg(5); `null` for one that is not a number. */
export function parseLoad(text: string): readonly (number | null)[] {
  const [minute, fiveMinutes, quarter] = text.split(' ', 3);
  return [numberOrNull(minute), numberOrNull(fiveMinutes), numberOrNull(quarter)];
}

/** Seconds since boot, the first number of `/proc/uptime`, see proc_uptime(5); `null` when it is none. */
export function parseUptime(text: string): number | null {
  return numberOrNull(text.slice(0, text.indexOf(' ')));
}

/**
 * Open file handles, from a text of `/proc/sys/fs/file-nr`: those allocated without those allocated and free, of which there are
 * none since Linux 2.6 (proc_sys_fs(5)). `null` when the text is another.
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
