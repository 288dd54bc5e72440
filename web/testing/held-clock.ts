import type { Clock } from '../../shared/clock.ts';

/** A clock that the test advances. */
export class HeldClock implements Clock {
  readonly #due = new Map<() => void, number>();
  #nowMs = 0;

  get timerCount(): number {
    return this.#due.size;
  }

  now(): number {
    return this.#nowMs;
  }

  schedule(task: () => void, delayMs: number): () => void {
    const run = (): void => task();
    this.#due.set(run, this.#nowMs + delayMs);
    return () => this.#due.delete(run);
  }

  advance(ms: number): void {
    this.#nowMs += ms;
    for (const [run, dueMs] of this.#due) {
      if (dueMs > this.#nowMs) continue;
      this.#due.delete(run);
      run();
    }
  }
}
