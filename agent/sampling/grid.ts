/** No two samples are closer together than this: a rate over less is noise. */
const MIN_UNIT_MS = 100;

/**
 * The unit of the grid on which samples are taken, ms: the smallest divisor of `intervalMs` that is at least 100, so that
 * every interval offered is a whole number of units and each point of a slower grid is a point of the faster one.
 */
export function gridUnitMs(intervalMs: number): number {
  for (let unitMs = MIN_UNIT_MS; unitMs < intervalMs; unitMs += 1) {
    if (intervalMs % unitMs === 0) return unitMs;
  }
  return intervalMs;
}
