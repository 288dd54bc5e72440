/**
 * Growth of a counter per second; `null` when it is not known: either reading is missing, no time has passed, or the counter
 * went backwards (it was reset, or what it counts was replaced).
 *
 * Elapsed time is monotonic and stands still while the host sleeps, as what is counted does.
 * @param modulus where the counter wraps (2 ** 32 for the kernel's 32-bit ones). A step back from the upper half of that range into
 * the lower one counts as a wrap, every other one as a reset.
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

/** The rates of some counters that are read together. Another number of counters begins anew. */
export class CounterRates {
  readonly #modulus: number;
  #before: readonly (number | null)[] = [];
  #atMs = Number.NaN;

  /** @param modulus see `ratePerSecond` */
  constructor(modulus = Number.POSITIVE_INFINITY) {
    this.#modulus = modulus;
  }

  /** As given to the last `next`; empty before it, and after `forget`. */
  get counts(): readonly (number | null)[] {
    return this.#before;
  }

  /**
   * Growth per second of each counter since the call before, `null` where it is not known.
   * @param counts `null` for one that could not be read
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

  /** A read was missed: what comes next is not a second's growth. */
  forget(): void {
    this.#before = [];
  }
}
