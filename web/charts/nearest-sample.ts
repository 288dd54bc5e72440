/**
 * The time nearest to `timestampMs` among `times`, which ascend; `null` where there is none.
 * `steps` goes that many samples further, to the newer ones when positive, and stops at the ends.
 */
export function nearestSample(times: readonly number[], timestampMs: number, steps = 0): number | null {
  const distances = times.map((time) => Math.abs(time - timestampMs));
  const nearest = distances.indexOf(Math.min(...distances));
  return times[Math.min(times.length - 1, Math.max(0, nearest + steps))] ?? null;
}
