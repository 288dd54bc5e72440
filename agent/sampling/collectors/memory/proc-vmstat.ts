/** Pages swapped in and out since boot, from the text of `/proc/vmstat`, see proc_vmstat(5). `null` for a missing counter. */
export function parseSwapPages(
  text: string,
): readonly [readPages: number | null, writtenPages: number | null] {
  return [counterAfter(text, '\npswpin '), counterAfter(text, '\npswpout ')];
}

function counterAfter(text: string, key: string): number | null {
  const at = text.indexOf(key);
  if (at < 0) return null;
  const start = at + key.length;
  const end = text.indexOf('\n', start);
  return Number(text.slice(start, end < 0 ? text.length : end));
}
