import {
  CLIENT_LIMITS,
  type Subscribe,
  type Subscribed,
  type Unsubscribe,
  type Unsubscribed,
} from '../../shared/messages.ts';
import type { CursorEntry } from './cursor.ts';
import { CursorSubscription } from './cursor-subscription.ts';
import type { Feed } from './feed.ts';
import { resolveMetrics } from './metric-set.ts';
import { PlainSubscription } from './plain-subscription.ts';
import { RequestError } from './request-error.ts';
import type { Outlet, Subscription } from './subscription.ts';

/** The key of the one subscription that a plain client has; no v1 client can give an empty name. */
const PLAIN = '';

/** What one client follows. All refusals are `RequestError`s and change nothing. */
export class SubscriptionSet {
  readonly #feed: Feed;
  readonly #outlet: Outlet;
  readonly #subscriptions = new Map<string, Subscription>();
  /** What takes each subscription's wish for a pace back. */
  readonly #unwatch = new Map<string, () => void>();

  constructor(feed: Feed, outlet: Outlet) {
    this.#feed = feed;
    this.#outlet = outlet;
  }

  /** Replaces the plain subscription; the first frame is sent at once, or with the first sample. */
  subscribePlain({ metrics }: Subscribe): void {
    const set = resolveMetrics(metrics, this.#feed.catalogue);
    const subscription = new PlainSubscription(this.#feed, set, this.#outlet);
    this.#subscriptions.set(PLAIN, subscription);
    subscription.advance();
  }

  /**
   * Begins or replaces a v1 subscription: `announce` gets the answer, then follow what was missed since the position given, or
   * the past asked for, and the head.
   * @throws RequestError `unknown_host`, `unknown_metric`, `too_many_subscriptions`
   */
  subscribe(request: Subscribe, announce: (answer: Subscribed, subscription: Subscription) => void): void {
    const { sub, host, metrics, intervalMs, since, backfill = 0, id } = request;
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
    const effectiveMs = feed.effectiveIntervalMs(intervalMs);
    const every = effectiveMs / feed.unitMs;
    const subscription = new CursorSubscription(feed, this.#outlet, { sub, set, every });
    this.#subscriptions.set(sub, subscription);
    const unwatch = feed.attention.watch(every);
    this.#unwatch.get(sub)?.();
    this.#unwatch.set(sub, unwatch);
    const isRecovered = since !== undefined && subscription.resume(since);
    if (since === undefined) subscription.backfill(backfill);
    const answer: Subscribed = {
      type: 'subscribed',
      sub,
      host: feed.host.id,
      epoch: ring.epoch,
      seq: ring.head,
      intervalMs: effectiveMs,
      recovered: isRecovered,
      series: [...set.series],
      id,
    };
    announce(answer, subscription);
    subscription.advance();
  }

  /** @throws RequestError `unknown_subscription` */
  unsubscribe({ sub, id }: Unsubscribe): Unsubscribed {
    if (!this.#subscriptions.delete(sub))
      throw new RequestError('unknown_subscription', `Unknown subscription: ${sub}`);
    this.#unwatch.get(sub)?.();
    this.#unwatch.delete(sub);
    return { type: 'unsubscribed', sub, reason: 'asked', id };
  }

  /** A sample is there, or the client has drained: sends what is due. */
  advance(): void {
    for (const subscription of this.#subscriptions.values()) subscription.advance();
  }

  /** Where each subscription is. */
  positions(): CursorEntry[] {
    return [...this.#subscriptions].map(([sub, subscription]) => ({
      sub,
      since: subscription.position(),
      fingerprint: subscription.fingerprint,
    }));
  }

  clear(): void {
    for (const unwatch of this.#unwatch.values()) unwatch();
    this.#unwatch.clear();
    this.#subscriptions.clear();
  }
}
