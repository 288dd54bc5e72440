import type { Clock } from '../clock.ts';

interface Timer {
  readonly dueMs: number;
  readonly task: () => void;
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  /** What wall time is at monotonic 0. */
  wallOffsetMs = 1_700_000_000_000;
  #nowMs = 0;
  #sleptMs = 0;
  readonly #timers = new Set<Timer>();

  /** Timers that have not fired and were not cancelled. */
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

  /** Lets time pass: timers fire in order, each at its time, and what they set off runs before the next. */
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

  /** Time passes and nothing else runs, as when a computation holds the event loop, or after SIGSTOP. */
  stall(ms: number): void {
    this.#nowMs += ms;
  }

  /** The host sleeps: monotonic time stands still, as on Linux, and the rest goes on. */
  sleep(ms: number): void {
    this.#sleptMs += ms;
    this.wallOffsetMs += ms;
  }

  #nextBy(untilMs: number): Timer | undefined {
    const due = [...this.#timers].filter(({ dueMs }) => dueMs <= untilMs);
    return due.toSorted((a, b) => a.dueMs - b.dueMs)[0];
  }
}

/** Everything that promises have set off so far has run. */
async function settle(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}
