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

  /** When there is some again, ms; 0 for now. */
  opensInMs(nowMs: number): number {
    return this.isOpen(nowMs) ? 0 : Math.max(1, Math.ceil(-this.#leftMs / this.#share));
  }

  /** What has been used of it lately, ms. */
  usedMs(nowMs: number): number {
    this.#refill(nowMs);
    return this.#mostMs - this.#leftMs;
  }

  spend(ms: number): void {
    this.#leftMs -= ms;
  }

  #refill(nowMs: number): void {
    this.#leftMs = Math.min(this.#mostMs, this.#leftMs + (nowMs - this.#atMs) * this.#share);
    this.#atMs = nowMs;
  }
}
