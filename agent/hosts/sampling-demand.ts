/**
 * How often samples are demanded: counts demands faster than the agent's own interval by stride. The stride in effect is the greatest that meets
 * them all.
 */
export class SamplingDemand {
  readonly #baseStride: number;
  readonly #demands = new Map<number, number>();
  #changed: (stride: number) => void = () => {};
  #stride: number;

  /** @param baseStride grid units of the agent's own interval */
  constructor(baseStride: number) {
    this.#baseStride = baseStride;
    this.#stride = baseStride;
  }

  /** Grid units between samples. */
  get stride(): number {
    return this.#stride;
  }

  /** Calls `changed` with each new stride. */
  onChange(changed: (stride: number) => void): void {
    this.#changed = changed;
  }

  /** Demands a sample every `stride` units. Returns the undo. */
  add(stride: number): () => void {
    // The agent's own interval already meets this demand.
    if (stride % this.#baseStride === 0) return () => {};
    this.#count(stride, 1);
    let isOver = false;
    return () => {
      if (!isOver) this.#count(stride, -1);
      isOver = true;
    };
  }

  #count(demanded: number, change: 1 | -1): void {
    const count = (this.#demands.get(demanded) ?? 0) + change;
    if (count > 0) this.#demands.set(demanded, count);
    else this.#demands.delete(demanded);
    const stride = [...this.#demands.keys()].reduce(greatestCommonDivisor, this.#baseStride);
    if (stride === this.#stride) return;
    this.#stride = stride;
    this.#changed(stride);
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
