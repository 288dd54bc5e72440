/** Means of rates over the samples since the last evaluation, so that viewers who ask for faster samples do not change what a rule sees. */
export class RateMeans {
  readonly #sums = new Map<number, { sum: number; weight: number }>();

  /** @param stepMs that the rate is of */
  add(index: number, value: number | null, stepMs: number): void {
    if (value === null || stepMs === 0) return;
    const held = this.#sums.get(index) ?? { sum: 0, weight: 0 };
    held.sum += value * stepMs;
    held.weight += stepMs;
    this.#sums.set(index, held);
  }

  get isEmpty(): boolean {
    return this.#sums.size === 0;
  }

  /** @param value of the newest sample */
  with(index: number, value: number | null, stepMs: number): number | null {
    const held = this.#sums.get(index);
    if (held === undefined) return value;
    if (value === null || stepMs === 0) return held.sum / held.weight;
    return (held.sum + value * stepMs) / (held.weight + stepMs);
  }

  clear(): void {
    this.#sums.clear();
  }
}
