import type { SampleStore } from '../store/sample-store.ts';
import type { Channel } from './frame-cache.ts';
import type { Frame } from './frame.ts';

/** A batch of live samples, for all clients of a channel that were at the same sample. */
export interface SharedBatch {
  readonly frame: Frame;
  /** About its length in characters. */
  readonly length: number;
  /** The last sample in it. */
  readonly last: { readonly seq: number; readonly timestampMs: number };
}

/** Clients choose what their batches hold: limits the memory that they can fill before the next sample. */
const MAX_CHARACTERS = 4 * 1024 * 1024;

/** The batches that are due with one host's newest sample, each encoded once for any number of clients. */
export class SharedBatches {
  readonly #store: Pick<SampleStore, 'head'>;
  readonly #batches = new Map<Channel, Map<number, SharedBatch>>();
  /** The sample with which they were due. */
  #head: SampleStore['head'] | null = null;
  #characters = 0;

  constructor(store: Pick<SampleStore, 'head'>) {
    this.#store = store;
  }

  /**
   * The batch for clients whose last sample was `prev`.
   * @param upTo the newest sample that it may have
   */
  get(channel: Channel, prev: number, upTo: number, read: () => SharedBatch): SharedBatch {
    this.#forgetOlder();
    const ofChannel = this.#batches.get(channel);
    const known = ofChannel?.get(prev);
    if (known !== undefined && known.last.seq <= upTo) return known;
    const batch = read();
    if (this.#characters + batch.length > MAX_CHARACTERS) return batch;
    this.#characters += batch.length;
    if (ofChannel === undefined) this.#batches.set(channel, new Map([[prev, batch]]));
    else ofChannel.set(prev, batch);
    return batch;
  }

  #forgetOlder(): void {
    if (this.#head === this.#store.head) return;
    this.#head = this.#store.head;
    this.#batches.clear();
    this.#characters = 0;
  }
}
