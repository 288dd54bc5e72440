import type { Clock } from '../clock.ts';

const PER_SECOND = 10;
const BURST = 40;
/** The connection ends after this many messages beyond the budget before it has recovered, or in a row that do not fit into the inbox. */
const MAX_EXCESS = 3;
/** The connection ends after this many bad messages within `BAD_WITHIN_MS`. */
const MAX_BAD = 5;
const BAD_WITHIN_MS = 60_000;
/** Most clients send none: they share it. */
const NONE: readonly number[] = [];

/** Rate limit of one client: 10 messages per second and 40 at once (a batch counts as one), and few bad ones. */
export class MessageBudget {
  readonly #clock: Pick<Clock, 'now'>;
  #left = BURST;
  #atMs: number;
  #excess = 0;
  #unwaited = 0;
  #badAtMs: readonly number[] = NONE;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
    this.#atMs = clock.now();
  }

  /** Whether the connection has to end. */
  get isExhausted(): boolean {
    return this.#excess >= MAX_EXCESS || this.#unwaited >= MAX_EXCESS;
  }

  /** Whether the last message did not fit into the inbox. */
  get isBehind(): boolean {
    return this.#unwaited > 0;
  }

  /** @param hasRoom whether the message fits into the inbox */
  countWaiting(hasRoom: boolean): void {
    this.#unwaited = hasRoom ? 0 : this.#unwaited + 1;
  }

  /** Counts a message. Returns 0 if it is within the budget, else the milliseconds until the next one is. */
  spend(): number {
    const nowMs = this.#clock.now();
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

  /** Counts an invalid message. Returns whether it was one too many. */
  countBad(): boolean {
    const nowMs = this.#clock.now();
    this.#badAtMs = [...this.#badAtMs.filter((atMs) => nowMs - atMs < BAD_WITHIN_MS), nowMs];
    return this.#badAtMs.length >= MAX_BAD;
  }
}
