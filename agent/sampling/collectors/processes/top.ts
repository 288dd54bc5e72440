/** The first few of many items in a given order; of equal ones, those offered first. */
export class Top<T> {
  readonly #size: number;
  readonly compare: (one: T, other: T) => number;
  readonly #best: T[] = [];

  /** @param compare negative where `one` comes before `other` */
  constructor(size: number, compare: (one: T, other: T) => number) {
    this.#size = size;
    this.compare = compare;
  }

  get best(): readonly T[] {
    return this.#best;
  }

  /** Whether `candidate` would be among the first so far. */
  wouldTake(candidate: T): boolean {
    const last = this.#best[this.#size - 1];
    return last === undefined || this.compare(candidate, last) < 0;
  }

  /** Adds `candidate` if it is among the first so far. Returns whether it is. */
  offer(candidate: T): boolean {
    if (!this.wouldTake(candidate)) return false;
    const best = this.#best;
    let place = best.length;
    while (place > 0) {
      const other = best[place - 1];
      if (other === undefined || this.compare(candidate, other) >= 0) break;
      place -= 1;
    }
    best.splice(place, 0, candidate);
    if (best.length > this.#size) best.pop();
    return true;
  }

  clear(): void {
    this.#best.length = 0;
  }
}
