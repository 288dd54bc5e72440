/** A percentage with two decimals; `null` if out of range. */
export function percent(value: number | null): number | null {
  return value !== null && value >= 0 && value <= 100 ? rounded(value, 2) : null;
}

/** A whole number of bytes, or bytes per second; `null` if out of range. */
export function bytes(value: number | null): number | null {
  return value !== null && value >= 0 && Number.isSafeInteger(Math.round(value)) ? Math.round(value) : null;
}

/** `value` with at most `decimals` decimals; `null` if not finite. */
export function rounded(value: number | null, decimals: number): number | null {
  if (value === null || !Number.isFinite(value)) return null;
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}
