/** After so long what was used counts for a third. */
const MEMORY_MS = 10_000;

/** Time of the event loop that somebody may use: a share of it for as long as they like, and so much at once. */
export class WorkCredit {
  readonly #share: number;
  readonly #mostMs: number;
  #leftMs: number;
  #recentMs = 0;
  #atMs: number;

  /** @param share of all time @param mostMs after a rest @param nowMs monotonic, as everywhere here */
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

  /** What has been used lately, ms; what is longer ago counts for less. */
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
    this.#leftMs = Math.min(this.#mostMs, this.#leftMs + passedMs * this.#share);
    this.#recentMs *= Math.exp(-passedMs / MEMORY_MS);
    this.#atMs = nowMs;
  }
}
