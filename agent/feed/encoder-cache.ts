import { encode } from '../../shared/codec.ts';
import type { PlainServerMessage, ServerMessage } from '../../shared/messages.ts';
import { Frame } from '../transports/frame.ts';

/** Keys hold names that clients choose; one who keeps choosing new ones does not fill the memory. */
const MAX_FRAMES = 1024;

/** Frames of the newest sample: each is encoded once, however many clients get it. */
export class EncoderCache {
  readonly #frames = new Map<string, Frame>();
  #encodings = 0;

  /** Encodings made so far. */
  get encodings(): number {
    return this.#encodings;
  }

  /** The frame under `key`; `message` is asked for only when there is none. */
  frame(key: string, message: () => ServerMessage | PlainServerMessage): Frame {
    let frame = this.#frames.get(key);
    if (frame === undefined) {
      frame = Frame.of(encode(message()));
      this.#encodings += 1;
      if (this.#frames.size < MAX_FRAMES) this.#frames.set(key, frame);
    }
    return frame;
  }

  /** A new sample is there: nothing encoded so far will be sent again. */
  clear(): void {
    this.#frames.clear();
  }
}
