import type { Logger } from 'pino';
import type { HttpRefusal } from './http-refusal.ts';

/** Anyone can cause refusals, so both the log and the memory of what was logged are bounded. */
const MAX_LINES_PER_MINUTE = 10;
const MAX_REMEMBERED = 200;
const MINUTE_MS = 60_000;

type LoggedRefusal = Pick<HttpRefusal, 'kind' | 'value' | 'sentence'> & Partial<Pick<HttpRefusal, 'status'>>;

/** Logs each kind and value of refusal once, and at most ten lines a minute. */
export class RefusalLog {
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #logged = new Set<string>();
  #minuteEndsMs = Number.NEGATIVE_INFINITY;
  #lines = 0;

  /** @param now monotonic, ms */
  constructor(log: Logger, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  /** @param refusal without `status` if it was not answered over HTTP */
  tell({ status, kind, value, sentence }: LoggedRefusal): void {
    const key = `${kind} ${value}`;
    if (this.#logged.has(key) || !this.#hasRoom()) return;
    if (this.#logged.size >= MAX_REMEMBERED) this.#logged.clear();
    this.#logged.add(key);
    this.#log.warn({ status, refused: kind }, sentence);
  }

  #hasRoom(): boolean {
    if (this.#now() >= this.#minuteEndsMs) {
      this.#minuteEndsMs = this.#now() + MINUTE_MS;
      this.#lines = 0;
    }
    this.#lines += 1;
    return this.#lines <= MAX_LINES_PER_MINUTE;
  }
}
