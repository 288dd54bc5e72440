/**
 * How often somebody wants a sample. Each subscription below the agent's own interval is counted here by its distance in grid
 * units; the  * is the greatest one that meets them all, and the agent's own interval when there are none.
 */
export class SamplingDemand {
  readonly #baseUnits: number;
  readonly #watchers = new Map<number, number>();
  #changed: (units: number) => void = () => {};
  #stride: number;

  constructor(baseUnits: number) {
    this.#baseUnits = baseUnits;
    this.#stride = baseUnits;
  }

  /** Units between samples. */
  get stride(): number {
    return this.#stride;
  }

  /** Whom to tell of each new   /*. */
  onChange(changed: (units: number) => void): void {
    this.#changed = changed;
  }

  /** Somebody wants a sample each `units`. Returns the undo. */
  watch(units: number): () => void {
    // Met by the agent's own interval anyway.
    if (units % this.#baseUnits === 0) return () => {};
    this.#count(units, 1);
    let isOver = false;
    return () => {
      if (!isOver) this.#count(units, -1);
      isOver = true;
    };
  }

  #count(units: number, change: 1 | -1): void {
    const count = (this.#watchers.get(units) ?? 0) + change;
    if (count > 0) this.#watchers.set(units, count);
    else this.#watchers.delete(units);
    const stride = [...this.#watchers.keys()].reduce(greatestCommonDivisor, this.#baseUnits);
    if (stride === this.#stride) return;
    this.#stride = stride;
    this.#changed(stride);
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
