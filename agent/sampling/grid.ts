/** Minimum distance of two samples: rates over less are noise. */
const MIN_UNIT_MS = 100;

/**
 * Unit of the sampling grid, ms: the smallest divisor of `intervalMs` that is at least 100. Every selectable interval is then a whole number of
 * units, and each point of a slower grid is also on the faster one.
 */
export function gridUnitMs(intervalMs: number): number {
  for (let unitMs = MIN_UNIT_MS; unitMs < intervalMs; unitMs += 1) {
    if (intervalMs % unitMs === 0) return unitMs;
  }
  return intervalMs;
}
