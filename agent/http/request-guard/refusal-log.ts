import type { Logger } from 'pino';
import type { HttpRefusal } from './refusal.ts';

/** Strangers choose what is refused, so they must not choose how much is logged, nor how much is remembered of it. */
const MAX_LINES_PER_MINUTE = 10;
const MAX_REMEMBERED = 200;
const MINUTE_MS = 60_000;

type Told = Pick<HttpRefusal, 'kind' | 'value' | 'sentence'> & Partial<Pick<HttpRefusal, 'status'>>;

/** Logs refusals: each kind and value once, and ten in a minute at most. */
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

  /** @param refusal `status` only where it was answered over HTTP */
  tell({ status, kind, value, sentence }: Told): void {
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
