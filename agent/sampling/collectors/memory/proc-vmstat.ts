/** Pages swapped in and out since boot, from the text of `/proc/vmstat`, see proc_vmstat(5). `null` for a missing counter. */
export function parseSwapPages(
  text: string,
): readonly [readPages: number | null, writtenPages: number | null] {
  return [counterAfter(text, '\npswpin '), counterAfter(text, '\npswpout ')];
}

/** Processes killed for want of memory since boot, from the same text; `null` before Linux 4.13. */
export function parseOomKills(text: string): number | null {
  return counterAfter(text, '\noom_kill ');
}

function counterAfter(text: string, key: string): number | null {
  const at = text.indexOf(key);
  if (at < 0) return null;
  const start = at + key.length;
  const end = text.indexOf('\n', start);
  return Number(text.slice(start, end < 0 ? text.length : end));
}
