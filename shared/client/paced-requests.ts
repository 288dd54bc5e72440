import type { Clock } from '../clock.ts';
import { encode, encodeBatch } from '../protocol/wire-json.ts';
import type { ClientRequest } from '../protocol/messages.ts';

/** Below the agent's limits (docs/protocol.md, "Limits"), since a proxy may deliver several messages at once. */
const BURST = 30;
const EVERY_MS = 200;
/** A batch of this length fits in a message in any script. */
const MAX_BATCH_CHARACTERS = 5000;
const MAX_BATCH_MESSAGES = 64;

/** Sends the requests of one connection in order and within the agent's rate limit; requests that have to wait are sent in batches. */
export class PacedRequests {
  readonly #clock: Clock;
  readonly #send: (text: string) => void;
  readonly #waiting: string[] = [];
  #left = BURST;
  #atMs: number;
  #cancel: () => void = () => {};

  constructor(clock: Clock, send: (text: string) => void) {
    this.#clock = clock;
    this.#send = send;
    this.#atMs = clock.now();
  }

  add(request: ClientRequest): void {
    const nowMs = this.#clock.now();
    this.#left = Math.min(BURST, this.#left + (nowMs - this.#atMs) / EVERY_MS);
    this.#atMs = nowMs;
    if (this.#waiting.push(encode(request)) > 1) return;
    if (this.#left < 1) {
      this.#schedule();
      return;
    }
    this.#left -= 1;
    this.#flush();
  }

  stop(): void {
    this.#cancel();
    this.#waiting.length = 0;
  }

  #schedule(): void {
    this.#cancel = this.#clock.schedule(() => this.#flush(), EVERY_MS);
  }

  #flush(): void {
    const [first = ''] = this.#waiting;
    let count = 0;
    let characters = 0;
    do {
      characters += this.#waiting[count]?.length ?? 0;
      count += 1;
    } while (count < Math.min(this.#waiting.length, MAX_BATCH_MESSAGES) && characters < MAX_BATCH_CHARACTERS);
    const texts = this.#waiting.splice(0, count);
    this.#send(count === 1 ? first : encodeBatch(texts));
    if (this.#waiting.length > 0) this.#schedule();
  }
}
