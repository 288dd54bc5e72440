/** A percentage with two decimals; `null` for what cannot be one. */
export function percent(value: number | null): number | null {
  return value !== null && value >= 0 && value <= 100 ? rounded(value, 2) : null;
}

/** A whole number of bytes, or of bytes per second; `null` for what cannot be one. */
export function bytes(value: number | null): number | null {
  return value !== null && value >= 0 && Number.isSafeInteger(Math.round(value)) ? Math.round(value) : null;
}

/** `value` with at most so many decimals; `null` for what is not a finite number. */
export function rounded(value: number | null, decimals: number): number | null {
  if (value === null || !Number.isFinite(value)) return null;
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}
