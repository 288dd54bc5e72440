/** A file of one number; `null` for none. */
export function numberIn(text: string | null): number | null {
  if (text === null) return null;
  const trimmed = text.trim();
  const value = trimmed === '' ? Number.NaN : Number(trimmed);
  return Number.isFinite(value) ? value : null;
}

/** The number behind `key` in a file of `key number` lines, such as `memory.stat`; `null` when it is not there. */
export function keyedNumber(text: string | null, key: string): number | null {
  if (text === null) return null;
  let start = 0;
  if (!text.startsWith(`${key} `)) {
    start = text.indexOf(`\n${key} `) + 1;
    if (start === 0) return null;
  }
  const end = text.indexOf('\n', start);
  return numberIn(text.slice(start + key.length + 1, end < 0 ? undefined : end));
}
