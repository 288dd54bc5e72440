/** A percentage with two decimals; `null` for what cannot be one. */
export function percent(value: number): number | null {
  return value >= 0 && value <= 100 ? Math.round(value * 100) / 100 : null;
}

/** A whole number of bytes; `null` for what cannot be one. */
export function bytes(value: number): number | null {
  return value >= 0 && Number.isSafeInteger(Math.round(value)) ? Math.round(value) : null;
}
