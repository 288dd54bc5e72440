/** Clocks that differ by less are as good as equal: so much may pass on the way of a sample. */
const LEAST_OFF_MS = 2000;

/**
 * How far clocks are ahead of the others (behind if negative), ms, by host; those that are not off are absent.
 * @param aheadMs how far each host's clock is ahead of the reader's, as its newest sample arrived; the reader's own counts as one of them
 */
export function clocksThatAreOff(aheadMs: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const sorted = [0, ...aheadMs.values()].toSorted((one, other) => one - other);
  const usualMs = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return new Map(
    [...aheadMs]
      .map(([host, ms]) => [host, ms - usualMs] as const)
      .filter(([, ms]) => Math.abs(ms) >= LEAST_OFF_MS),
  );
}
