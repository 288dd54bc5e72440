import { encode } from '../../shared/codec.ts';
import type { PlainServerMessage, ServerMessage } from '../../shared/messages.ts';

/** Keys hold names that clients choose; one who keeps choosing new ones does not fill the memory. */
const MAX_TEXTS = 1024;

/** Texts of the newest sample's frames: each is encoded once, however many clients get it. */
export class EncoderCache {
  readonly #texts = new Map<string, string>();
  #encodings = 0;

  /** Encodings made so far. */
  get encodings(): number {
    return this.#encodings;
  }

  /** The text under `key`; `message` is asked for only when there is none. */
  text(key: string, message: () => ServerMessage | PlainServerMessage): string {
    let text = this.#texts.get(key);
    if (text === undefined) {
      text = encode(message());
      this.#encodings += 1;
      if (this.#texts.size < MAX_TEXTS) this.#texts.set(key, text);
    }
    return text;
  }

  /** A new sample is there: nothing encoded so far will be sent again. */
  clear(): void {
    this.#texts.clear();
  }
}
