/** Injected, since `shared/` knows neither DOM nor Node, and tests use a fake. */
export interface Clock {
  /** Monotonic milliseconds from any origin. */
  now(): number;
  /** Runs `task` once after `delayMs`; the returned function cancels it. */
  schedule(task: () => void, delayMs: number): () => void;
}
