/** Longer than this per turn of the event loop, and what else waits in it is late. */
const MAX_TURN_MS = 5;

/**
 * Lets work in for some milliseconds of each turn of the event loop, in the order of its arrival. When thousands of clients
 * come at once, the rest of them waits outside, and whoever is inside is served meanwhile.
 */
export class Turnstile {
  readonly #now: () => number;
  #waiting: (() => void)[] = [];
  #turnEndsMs = Number.NEGATIVE_INFINITY;
  #next: NodeJS.Immediate | null = null;

  /** @param now monotonic, ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Does `task`, at once when there is room in this turn. */
  enter(task: () => void): void {
    if (this.#next === null) this.#beginTurn();
    if (this.#waiting.length === 0 && this.#now() < this.#turnEndsMs) task();
    else this.#waiting.push(task);
  }

  #beginTurn(): void {
    this.#turnEndsMs = this.#now() + MAX_TURN_MS;
    this.#next = setImmediate(() => this.#takeTurn());
  }

  #takeTurn(): void {
    this.#next = null;
    if (this.#waiting.length === 0) return;
    this.#beginTurn();
    const waiting = this.#waiting;
    let done = 0;
    while (done < waiting.length && this.#now() < this.#turnEndsMs) {
      waiting[done]?.();
      done += 1;
    }
    this.#waiting = waiting.slice(done);
  }
}
