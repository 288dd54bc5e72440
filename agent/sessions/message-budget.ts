const PER_SECOND = 10;
const BURST = 40;
/** So many messages beyond the budget, before it has recovered, end the connection; so do as many in a row for which there was no room to wait. */
const MAX_EXCESS = 3;
/** Bad messages within so long that end it. */
const MAX_BAD = 5;
const BAD_WITHIN_MS = 60_000;

/** What one client may send: 10 messages per second and 40 at once (a batch is one), and few that are bad. */
export class MessageBudget {
  readonly #now: () => number;
  #left = BURST;
  #atMs: number;
  #excess = 0;
  #unwaited = 0;
  #badAtMs: number[] = [];

  /** @param now monotonic, ms */
  constructor(now: () => number) {
    this.#now = now;
    this.#atMs = now();
  }

  /** Whether it was exceeded so often that the connection has to end. */
  get isExhausted(): boolean {
    return this.#excess >= MAX_EXCESS || this.#unwaited >= MAX_EXCESS;
  }

  /** Whether there was no room for the last message among those that wait to be handled. */
  get isBehind(): boolean {
    return this.#unwaited > 0;
  }

  /** @param hasRoom whether a message that came can wait for its turn */
  countWaiting(hasRoom: boolean): void {
    this.#unwaited = hasRoom ? 0 : this.#unwaited + 1;
  }

  /** Takes in a message: 0 when there is room for it, else the milliseconds until there is for another. */
  spend(): number {
    const nowMs = this.#now();
    this.#left = Math.min(BURST, this.#left + ((nowMs - this.#atMs) * PER_SECOND) / 1000);
    this.#atMs = nowMs;
    if (this.#left === BURST) this.#excess = 0;
    if (this.#left >= 1) {
      this.#left -= 1;
      return 0;
    }
    this.#excess += 1;
    return Math.ceil(((1 - this.#left) * 1000) / PER_SECOND);
  }

  /** A message was none of the protocol; returns whether it is one too many. */
  countBad(): boolean {
    const nowMs = this.#now();
    this.#badAtMs = [...this.#badAtMs.filter((atMs) => nowMs - atMs < BAD_WITHIN_MS), nowMs];
    return this.#badAtMs.length >= MAX_BAD;
  }
}
