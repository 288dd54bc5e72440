import { Frame } from './frame.ts';

/** Channels hold names that clients choose; one who keeps choosing new ones does not fill the memory. */
const MAX_FRAMES = 1024;

/** Frames of the newest sample: each is encoded once, however many clients get it. */
export class FrameCache {
  readonly #channels = new Map<string, Map<number, Frame>>();
  readonly #values = new Map<string, Map<number, string>>();
  #encodings = 0;
  #kept = 0;

  /** Encodings made so far. */
  get encodings(): number {
    return this.#encodings;
  }

  /**
   * The frame of `channel` that follows sample `prev`; `texts`, the encoded messages in it, are asked for only when there is none. Looked up for every
   * client: one that keeps its `channel` string spares it being put together and hashed each time.
   */
  frame(channel: string, prev: number, texts: () => readonly string[]): Frame {
    const frames = this.#channels.get(channel);
    const known = frames?.get(prev);
    if (known !== undefined) return known;
    const frame = Frame.ofAll(texts());
    this.#encodings += 1;
    if (this.#kept < MAX_FRAMES) {
      this.#kept += 1;
      if (frames === undefined) this.#channels.set(channel, new Map([[prev, frame]]));
      else frames.set(prev, frame);
    }
    return frame;
  }

  /** The values of the metrics `set` at an interval of `stride`; `encodeValues` is asked only when they are not there. */
  values(set: string, stride: number, encodeValues: () => string): string {
    const ofSet = this.#values.get(set);
    const known = ofSet?.get(stride);
    if (known !== undefined) return known;
    const text = encodeValues();
    if (this.#kept < MAX_FRAMES) {
      this.#kept += 1;
      if (ofSet === undefined) this.#values.set(set, new Map([[stride, text]]));
      else ofSet.set(stride, text);
    }
    return text;
  }

  /** A new sample is there: nothing encoded so far will be sent again. */
  clear(): void {
    this.#channels.clear();
    this.#values.clear();
    this.#kept = 0;
  }
}
