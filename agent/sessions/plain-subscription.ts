import type { Position } from '../../shared/protocol/messages.ts';
import type { Feed } from '../hosts/feed.ts';
import type { MetricSet } from '../store/metric-set.ts';
import type { Outlet, Subscription } from './subscription.ts';

/** The plain profile's subscription: a sample per interval of the agent, with the names in it. Skipping is silent. */
export class PlainSubscription implements Subscription {
  readonly fingerprint = '';
  readonly #feed: Feed;
  #set: MetricSet;
  readonly #outlet: Outlet;
  readonly #stride: number;
  #seen = 0;
  #isDue = false;

  constructor(feed: Feed, set: MetricSet, outlet: Outlet) {
    this.#feed = feed;
    this.#set = set;
    this.#outlet = outlet;
    this.#stride = feed.intervalMs / feed.unitMs;
  }

  sampled(): boolean {
    const { ring } = this.#feed;
    if (ring.head > this.#seen) {
      const isDue = this.#seen === 0 || ring.startsCell(ring.head, this.#stride);
      if (isDue && this.#isDue) this.#feed.countSkipped();
      this.#isDue ||= isDue;
      this.#seen = ring.head;
    }
    if (!this.#isDue || !this.#outlet.canSend()) return false;
    this.#isDue = false;
    this.#outlet.send(this.#feed.plainHeadFrame(this.#set));
    return false;
  }

  step(): boolean {
    return this.sampled();
  }

  /** Goes on with other series. */
  follow(set: MetricSet): boolean {
    this.#set = set;
    return false;
  }

  position(): Position {
    return { epoch: this.#feed.ring.epoch, seq: this.#seen };
  }
}
