/** Means of rates over the samples since the last evaluation, so that viewers who ask for faster samples do not change what a rule sees. */
export class RateMeans {
  readonly #sums = new Map<number, { sum: number; weight: number; waitedMs: number }>();

  /**
   * @param stepMs from the sample before
   * @param isRepeated whether the value is that of the sample before: the next reading covers this time too
   */
  add(index: number, value: number | null, stepMs: number, isRepeated: boolean): void {
    if (stepMs === 0) return;
    const held = this.#sums.get(index) ?? { sum: 0, weight: 0, waitedMs: 0 };
    this.#sums.set(index, held);
    if (isRepeated) {
      held.waitedMs += stepMs;
      return;
    }
    const coveredMs = stepMs + held.waitedMs;
    held.waitedMs = 0;
    if (value === null) return;
    held.sum += value * coveredMs;
    held.weight += coveredMs;
  }

  get isEmpty(): boolean {
    return this.#sums.size === 0;
  }

  /**
   * The mean with that of the newest sample, which ends it.
   * @param value of the newest sample
   */
  with(index: number, value: number | null, stepMs: number, isRepeated: boolean): number | null {
    const held = this.#sums.get(index);
    if (held === undefined) return value;
    const coveredMs = isRepeated || stepMs === 0 || value === null ? 0 : stepMs + held.waitedMs;
    const weight = held.weight + coveredMs;
    return weight === 0 ? value : (held.sum + (value ?? 0) * coveredMs) / weight;
  }

  clear(): void {
    this.#sums.clear();
  }
}
