import type { decodeServerFrame } from '../../../shared/client/server-frames.ts';

type Message = ReturnType<typeof decodeServerFrame>[number];

/**
 * Checks what one connection carries: each frame says which was the one before (`prev`). A client that finds another asks again, and misses nothing; so this would
 * not be seen in what it has in the end.
 */
export class Continuity {
  /** What `prev` of the next sample has to be, by the subscription; not known of its first. */
  readonly #next = new Map<string, number>();
  readonly #epochs = new Map<string, string>();
  readonly #broken: (flaw: string) => void;

  constructor(broken: (flaw: string) => void) {
    this.#broken = broken;
  }

  hear(message: Message): void {
    if (message.type === 'subscribed') {
      const isAnswer = message.id !== undefined;
      const isOther = this.#epochs.get(message.sub) !== message.epoch;
      if (isAnswer || isOther) this.#next.delete(message.sub);
      this.#epochs.set(message.sub, message.epoch);
    } else if (message.type === 'gap') this.#next.set(message.sub, message.to);
    else if (message.type === 'metrics') {
      const { sub, seq, prev } = message;
      const expected = this.#next.get(sub) ?? prev;
      if (prev !== expected || seq <= prev) this.#broken(`${seq} follows ${prev}, not ${expected}`);
      this.#next.set(sub, seq);
    }
  }
}
