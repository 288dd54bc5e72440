/** What the yardsticks send: a frame of the same shape and size as the agent's, and when. */

/** Of the text; a WebSocket frame around it has four more. */
export const FRAME_BYTES = 250;

const VALUES = [12.34, 45.67, 1_234_567_890, 23_456_789_012, 25_276_329_984];
/** In place of the name of a subscription: what is missing to `FRAME_BYTES`. */
const PADDING = 'x'.repeat(
  FRAME_BYTES -
    JSON.stringify({ type: 'metrics', sub: '', seq: 1000, prev: 999, ts: 1e12, values: VALUES }).length,
);

export interface Broadcast {
  readonly type: 'metrics';
  readonly sub: string;
  readonly seq: number;
  readonly prev: number;
  /** Unix ms, when the broadcast began. */
  readonly ts: number;
  readonly values: readonly number[];
}

/** Calls `send` on whole multiples of the interval by the wall clock, as the agent's sampler does. */
export class Broadcaster {
  readonly #send: (message: Broadcast) => void;
  #intervalMs = 1000;
  #seq = 1000;
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (message: Broadcast) => void) {
    this.#send = send;
    this.#arm();
  }

  setInterval(intervalMs: number): void {
    this.#intervalMs = intervalMs;
    clearTimeout(this.#timer);
    this.#arm();
  }

  latest(): Broadcast {
    return this.#message();
  }

  #arm(): void {
    this.#timer = setTimeout(
      () => {
        this.#seq += 1;
        this.#send(this.#message());
        this.#arm();
      },
      this.#intervalMs - (Date.now() % this.#intervalMs),
    );
  }

  #message(): Broadcast {
    const seq = this.#seq;
    return { type: 'metrics', sub: PADDING, seq, prev: seq - 1, ts: Date.now(), values: VALUES };
  }
}
