import type { Clock } from '../../agent/clock.ts';

/** Time of one machine: `speed` times as fast as real time; it can sleep, and its processes can be held up. */
export class FleetClock implements Clock {
  readonly speed: number;
  readonly #originMs = performance.now();
  readonly #wallOriginMs = Date.now();
  #sleptMs = 0;
  #heldUntilMs = 0;

  constructor(speed = 1) {
    this.speed = speed;
  }

  now(): number {
    return (performance.now() - this.#originMs) * this.speed;
  }

  wallNow(): number {
    return Math.floor(this.#wallOriginMs + this.now() + this.#sleptMs);
  }

  sinceBoot(): number {
    return this.now() + this.#sleptMs;
  }

  schedule(task: () => void, delayMs: number): () => void {
    const waitMs = Math.max(delayMs, this.#heldUntilMs - this.now());
    const timer = setTimeout(task, waitMs / this.speed);
    return () => clearTimeout(timer);
  }

  /** The machine was suspended for so long. */
  sleep(ms: number): void {
    this.#sleptMs += ms;
  }

  /** No timer that is set from now on ends before so much time has passed, as if the process got no processor. */
  hold(ms: number): void {
    this.#heldUntilMs = this.now() + ms;
  }
}
