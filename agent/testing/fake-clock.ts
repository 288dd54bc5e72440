import type { Clock } from '../clock.ts';

interface Timer {
  readonly dueMs: number;
  readonly task: () => void;
}

/** A clock that only a test advances. */
export class FakeClock implements Clock {
  /** Wall time at monotonic 0. */
  wallOffsetMs = 1_700_000_000_000;
  #nowMs = 0;
  #sleptMs = 0;
  readonly #timers = new Set<Timer>();

  /** Number of pending timers. */
  get pending(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#nowMs;
  }

  wallNow(): number {
    return Math.floor(this.wallOffsetMs + this.#nowMs);
  }

  sinceBoot(): number {
    return this.#nowMs + this.#sleptMs;
  }

  schedule(task: () => void, delayMs: number): () => void {
    const timer = { dueMs: this.#nowMs + Math.max(0, delayMs), task };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Advances time: timers fire in order, each at its own time, and the promises of one settle before the next. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await settle();
    for (let next = this.#nextBy(untilMs); next !== undefined; next = this.#nextBy(untilMs)) {
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      this.#timers.delete(next);
      next.task();
      await settle();
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  /** Advances time without running anything, as when the event loop is blocked, or the process stopped. */
  stall(ms: number): void {
    this.#nowMs += ms;
  }

  /** Suspends the host: as on Linux, monotonic time stops, and the other clocks continue. */
  sleep(ms: number): void {
    this.#sleptMs += ms;
    this.wallOffsetMs += ms;
  }

  #nextBy(untilMs: number): Timer | undefined {
    const due = [...this.#timers].filter(({ dueMs }) => dueMs <= untilMs);
    return due.toSorted((a, b) => a.dueMs - b.dueMs)[0];
  }
}

/** Runs all pending promise callbacks. */
async function settle(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}
