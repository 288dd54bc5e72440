import {
  CLIENT_LIMITS,
  type Subscribe,
  type Subscribed,
  type Unsubscribe,
  type Unsubscribed,
} from '../../shared/messages.ts';
import type { Feed } from './feed.ts';
import { resolveMetrics } from './metric-set.ts';
import { RequestError } from './request-error.ts';
import { CursorSubscription, PlainSubscription, type Subscription } from './subscription.ts';

/** The key of the one subscription that a plain client has; no v1 client can give an empty name. */
const PLAIN = '';

/** What one client follows. All refusals are `RequestError`s and change nothing. */
export class SubscriptionSet {
  readonly #feed: Feed;
  readonly #send: (text: string) => void;
  readonly #subscriptions = new Map<string, Subscription>();

  constructor(feed: Feed, send: (text: string) => void) {
    this.#feed = feed;
    this.#send = send;
  }

  /** Replaces the plain subscription; the first frame is sent at once, or with the first sample. */
  subscribePlain({ metrics }: Subscribe): void {
    const set = resolveMetrics(metrics, this.#feed.catalogue);
    const subscription = new PlainSubscription(this.#feed, set, this.#send);
    this.#subscriptions.set(PLAIN, subscription);
    subscription.advance();
  }

  /**
   * Begins or replaces a v1 subscription: `announce` gets the answer, then follow the past asked for and the head.
   * @throws RequestError `unknown_host`, `unknown_metric`, `too_many_subscriptions`
   */
  subscribe(request: Subscribe, announce: (answer: Subscribed) => void): void {
    const { sub, host, metrics, intervalMs = 0, backfill = 0, id } = request;
    const feed = this.#feed;
    const { ring } = feed;
    if (host !== undefined && host !== feed.host.id) throw new RequestError('unknown_host', 'Unknown host');
    const set = resolveMetrics(metrics, feed.catalogue);
    if (!this.#subscriptions.has(sub) && this.#subscriptions.size >= CLIENT_LIMITS.subscriptions) {
      throw new RequestError(
        'too_many_subscriptions',
        `Too many subscriptions: ${CLIENT_LIMITS.subscriptions} at most, unsubscribe from one first`,
      );
    }
    const every = Math.max(1, Math.ceil(intervalMs / feed.intervalMs));
    const subscription = new CursorSubscription(this.#feed, sub, set, every, this.#send);
    this.#subscriptions.set(sub, subscription);
    announce({
      type: 'subscribed',
      sub,
      host: feed.host.id,
      epoch: ring.epoch,
      seq: ring.head,
      intervalMs: every * feed.intervalMs,
      recovered: false,
      series: [...set.series],
      id,
    });
    if (backfill > 0) subscription.backfill(backfill);
    else subscription.advance();
  }

  /** @throws RequestError `unknown_subscription` */
  unsubscribe({ sub, id }: Unsubscribe): Unsubscribed {
    if (!this.#subscriptions.delete(sub))
      throw new RequestError('unknown_subscription', `Unknown subscription: ${sub}`);
    return { type: 'unsubscribed', sub, reason: 'asked', id };
  }

  /** A sample is there: sends what is due. */
  advance(): void {
    for (const subscription of this.#subscriptions.values()) subscription.advance();
  }

  clear(): void {
    this.#subscriptions.clear();
  }
}
