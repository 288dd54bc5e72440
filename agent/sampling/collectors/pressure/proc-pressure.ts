/**
 * Time stalled since boot, µs, from a text of `/proc/pressure/cpu` and its like (kernel: accounting/psi.rst): of some tasks, and
 * of all. `null` for a line that the kernel does not tell: `full` of `cpu` before 5.13.
 */
export function parseStalled(text: string): readonly [someUs: number | null, fullUs: number | null] {
  return [totalOf(text, 'some '), totalOf(text, 'full ')];
}

function totalOf(text: string, line: string): number | null {
  const start = text.indexOf(line);
  if (start < 0) return null;
  const at = text.indexOf(KEY, start);
  if (at < 0) return null;
  return Number.parseInt(text.slice(at + KEY.length, at + KEY.length + MAX_DIGITS), 10);
}

const KEY = ' total=';
/** Of a 64-bit number. */
const MAX_DIGITS = 20;
