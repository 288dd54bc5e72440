import { encode } from '../../shared/codec.ts';
import type { Metrics } from '../../shared/messages.ts';
import type { Feed } from './feed.ts';
import type { MetricSet } from './metric-set.ts';

/** What a session holds: something that follows the ring on behalf of a client. */
export interface Subscription {
  /** Sends what is due, if anything is; called after each sample. */
  advance(): void;
}

/** The plain profile's subscription: each sample, with the names in it. */
export class PlainSubscription implements Subscription {
  readonly #feed: Feed;
  readonly #set: MetricSet;
  readonly #send: (text: string) => void;
  #cursor = 0;

  constructor(feed: Feed, set: MetricSet, send: (text: string) => void) {
    this.#feed = feed;
    this.#set = set;
    this.#send = send;
  }

  advance(): void {
    const { head } = this.#feed.ring;
    if (head === this.#cursor) return;
    this.#cursor = head;
    this.#send(this.#feed.plainHeadFrame(this.#set));
  }
}

const MAX_BATCH = 300;

/**
 * The v1 profile's subscription: a cursor into the ring, never a queue.
 * Live samples are those whose sequence number is a multiple of `every`, so that all clients of one interval share frames.
 */
export class CursorSubscription implements Subscription {
  readonly #feed: Feed;
  readonly #sub: string;
  readonly #set: MetricSet;
  readonly #every: number;
  readonly #send: (text: string) => void;
  /** `seq` of the frame sent last, 0 before the first. */
  #cursor = 0;

  constructor(feed: Feed, sub: string, set: MetricSet, every: number, send: (text: string) => void) {
    this.#feed = feed;
    this.#sub = sub;
    this.#set = set;
    this.#every = every;
    this.#send = send;
  }

  /** Sends the last `count` samples that this subscription would have had, the head being the newest of them (RT-3). */
  backfill(count: number): void {
    let batch: Metrics[] = [];
    const flush = (): void => {
      if (batch.length > 0) this.#send(encode({ type: 'batch', messages: batch }));
      batch = [];
    };
    for (const seq of this.#lastSeqs(count)) {
      batch.push(this.#feed.frame(this.#set, this.#sub, seq, this.#cursor));
      this.#cursor = seq;
      if (batch.length === MAX_BATCH) flush();
    }
    flush();
  }

  advance(): void {
    const { head } = this.#feed.ring;
    if (head === this.#cursor || (this.#cursor > 0 && head % this.#every !== 0)) return;
    this.#send(this.#feed.headFrame(this.#set, this.#sub, this.#cursor));
    this.#cursor = head;
  }

  /** Oldest first. */
  #lastSeqs(count: number): number[] {
    const { head, oldest } = this.#feed.ring;
    const seqs: number[] = [];
    for (let seq = head; seq >= oldest && seqs.length < count; seq -= seq % this.#every || this.#every)
      seqs.push(seq);
    return seqs.toReversed();
  }
}
