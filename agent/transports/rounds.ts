import type { Clock } from '../clock.ts';

const ROUND_MS = 1000;

/**
 * One timer for all connections: calls `round` once a second while there is anyone to look after. A round that comes late by a
 * second or more is skipped: whatever the peers have sent meanwhile is still to be read, so nobody can be judged (HB-1).
 */
export class Rounds {
  readonly #clock: Clock;
  readonly #round: () => void;
  #cancel: (() => void) | null = null;

  constructor(clock: Clock, round: () => void) {
    this.#clock = clock;
    this.#round = round;
  }

  start(): void {
    if (this.#cancel === null) this.#arm();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #arm(): void {
    const dueMs = this.#clock.now() + ROUND_MS;
    this.#cancel = this.#clock.schedule(() => {
      const isOnTime = this.#clock.now() - dueMs < ROUND_MS;
      this.#arm();
      if (isOnTime) this.#round();
    }, ROUND_MS);
  }
}
