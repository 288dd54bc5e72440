/** Time constant of `recentMs`: after this long, use counts for about a third. */
const DECAY_MS = 10_000;

/** A token bucket of event loop time: a continuous share, and a burst. */
export class TimeBudget {
  readonly #share: number;
  readonly #burstMs: number;
  #leftMs: number;
  #recentMs = 0;
  #atMs: number;

  /** @param share of all time, 0 to 1 @param burstMs at most saved up @param nowMs monotonic, as everywhere here */
  constructor(share: number, burstMs: number, nowMs: number) {
    this.#share = share;
    this.#burstMs = burstMs;
    this.#leftMs = burstMs;
    this.#atMs = nowMs;
  }

  /** Whether any is left. It may become negative: the cost of work is known only afterwards. */
  isOpen(nowMs: number): boolean {
    this.#refill(nowMs);
    return this.#leftMs > 0;
  }

  /** How long until some is left, ms; 0 if there is some now. */
  opensInMs(nowMs: number): number {
    return this.isOpen(nowMs) ? 0 : Math.max(1, Math.ceil(-this.#leftMs / this.#share));
  }

  /** Recently used time, ms, decaying exponentially. */
  recentMs(nowMs: number): number {
    this.#refill(nowMs);
    return this.#recentMs;
  }

  spend(ms: number): void {
    this.#leftMs -= ms;
    this.#recentMs += ms;
  }

  #refill(nowMs: number): void {
    const passedMs = nowMs - this.#atMs;
    if (passedMs <= 0) return;
    this.#leftMs = Math.min(this.#burstMs, this.#leftMs + passedMs * this.#share);
    this.#recentMs *= Math.exp(-passedMs / DECAY_MS);
    this.#atMs = nowMs;
  }
}
