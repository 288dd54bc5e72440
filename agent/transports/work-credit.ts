/** Processor time that somebody may use: a share of one processor for as long as he likes, and so much at once. */
export class WorkCredit {
  readonly #share: number;
  readonly #mostMs: number;
  #leftMs: number;
  #atMs: number;

  /** @param share of one processor @param mostMs of processor time, after a rest @param nowMs monotonic, as everywhere here */
  constructor(share: number, mostMs: number, nowMs: number) {
    this.#share = share;
    this.#mostMs = mostMs;
    this.#leftMs = mostMs;
    this.#atMs = nowMs;
  }

  /** Whether there is some left. What a piece of work costs is known when it is done, so that there may be less than none. */
  isOpen(nowMs: number): boolean {
    this.#refill(nowMs);
    return this.#leftMs > 0;
  }

  /** Whether nothing has been used for so long that it would make no difference to forget it. */
  isWhole(nowMs: number): boolean {
    this.#refill(nowMs);
    return this.#leftMs === this.#mostMs;
  }

  spend(ms: number): void {
    this.#leftMs -= ms;
  }

  #refill(nowMs: number): void {
    this.#leftMs = Math.min(this.#mostMs, this.#leftMs + (nowMs - this.#atMs) * this.#share);
    this.#atMs = nowMs;
  }
}
