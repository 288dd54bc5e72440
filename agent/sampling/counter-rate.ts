/**
 * Growth of a counter per second; `null` if unknown: a reading is missing, no time has passed, or the counter went backwards (it was reset, or
 * its object replaced).
 *
 * Elapsed time is monotonic and stops while the host sleeps, like the counters.
 * @param modulus where the counter wraps (2 ** 32 for the kernel's 32-bit ones). A step from the upper half of the range into the lower one
 * counts as a wrap, any other step back as a reset.
 */
export function ratePerSecond(
  before: number | null,
  now: number | null,
  elapsedMs: number,
  modulus = Number.POSITIVE_INFINITY,
): number | null {
  if (before === null || now === null || !(elapsedMs > 0)) return null;
  const growth = now - before;
  if (growth >= 0) return (growth / elapsedMs) * 1000;
  const hasWrapped = before < modulus && before >= modulus / 2 && now < modulus / 2;
  return hasWrapped ? ((growth + modulus) / elapsedMs) * 1000 : null;
}

/** Rates of counters that are read together. A different number of counters starts afresh. */
export class CounterRates {
  readonly #modulus: number;
  #before: readonly (number | null)[] = [];
  #atMs = Number.NaN;

  /** @param modulus see `ratePerSecond` */
  constructor(modulus = Number.POSITIVE_INFINITY) {
    this.#modulus = modulus;
  }

  /** As given to the last `next`; empty before it and after `forget`. */
  get counts(): readonly (number | null)[] {
    return this.#before;
  }

  /**
   * Growth per second of each counter since the previous call, `null` if unknown.
   * @param counts `null` for an unreadable counter
   * @param atMs monotonic
   */
  next(counts: readonly (number | null)[], atMs: number): (number | null)[] {
    const before = this.#before;
    const elapsedMs = atMs - this.#atMs;
    this.#before = counts;
    this.#atMs = atMs;
    return counts.map((count, index) =>
      ratePerSecond(before[index] ?? null, count, elapsedMs, this.#modulus),
    );
  }

  /** Drops the baseline after a missed read, so that its growth is not attributed to the next interval. */
  forget(): void {
    this.#before = [];
  }
}
