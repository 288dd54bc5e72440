import {
  CLIENT_LIMITS,
  type Subscribe,
  type Subscribed,
  type Unsubscribe,
  type Unsubscribed,
} from '../../shared/messages.ts';
import type { CursorEntry } from './cursor.ts';
import { CursorSubscription } from './cursor-subscription.ts';
import type { MetricSet } from './metric-set.ts';
import { PlainSubscription } from './plain-subscription.ts';
import { RequestError } from './request-error.ts';
import type { Outlet, Subscription } from './subscription.ts';
import type { View } from './view.ts';

/** The key of the one subscription that a plain client has; no v1 client can give an empty name. */
const PLAIN = '';

type Announce = (answer: Subscribed, subscription: Subscription) => void;

interface Followed {
  readonly subscription: Subscription;
  readonly request: Subscribe;
  /** The interval in effect. */
  readonly intervalMs: number;
  /** Takes its wish for a pace back. */
  readonly unwatch: () => void;
}

/** What one client follows. All refusals are `RequestError`s and change nothing. */
export class SubscriptionSet {
  #view: View;
  readonly #outlet: Outlet;
  readonly #announce: Announce;
  readonly #followed = new Map<string, Followed>();
  #revision: number;

  /** @param announce gets the answer to each v1 subscription, and another when what its globs name has changed */
  constructor(view: View, outlet: Outlet, announce: Announce) {
    this.#view = view;
    this.#outlet = outlet;
    this.#announce = announce;
    this.#revision = view.feed.revision;
  }

  /** Replaces the plain subscription; the first frame is sent at once, or with the first sample. */
  subscribePlain(request: Subscribe): void {
    const { feed } = this.#view;
    const set = this.#view.require(request.metrics);
    const subscription = new PlainSubscription(feed, set, this.#outlet);
    this.#followed.set(PLAIN, { subscription, request, intervalMs: feed.intervalMs, unwatch: () => {} });
    subscription.advance();
  }

  /**
   * Begins or replaces a v1 subscription: the answer is announced, then follow what was missed since the position given, or
   * the past asked for, and the head.
   * @throws RequestError `unknown_host`, `unknown_metric`, `unknown_table`, `too_many_subscriptions`
   */
  subscribe(request: Subscribe): void {
    const { sub, tables, intervalMs, since, backfill = 0 } = request;
    const { feed } = this.#view;
    const set = this.#resolve(request);
    if (!this.#followed.has(sub) && this.#followed.size >= CLIENT_LIMITS.subscriptions) {
      throw new RequestError(
        'too_many_subscriptions',
        `Too many subscriptions: ${CLIENT_LIMITS.subscriptions} at most, unsubscribe from one first`,
      );
    }
    const effectiveMs = feed.effectiveIntervalMs(intervalMs);
    const every = effectiveMs / feed.unitMs;
    const subscription = new CursorSubscription(feed, this.#outlet, {
      sub,
      set,
      every,
      tables: [...new Set(tables)],
    });
    const unwatch = feed.attention.watch(every);
    this.#followed.get(sub)?.unwatch();
    const followed = { subscription, request, intervalMs: effectiveMs, unwatch };
    this.#followed.set(sub, followed);
    const isRecovered = since !== undefined && subscription.resume(since);
    if (since === undefined) subscription.backfill(backfill);
    this.#announce({ ...this.#answer(followed, set, isRecovered), id: request.id }, subscription);
    subscription.advance();
  }

  /**
   * Goes on with what another view shows. A subscription that it would refuse ends, and the client is told.
   * @param ended told of each that has ended
   */
  look(view: View, ended: (message: Unsubscribed) => void): void {
    this.#view = view;
    for (const [sub, followed] of this.#followed) {
      try {
        const set = this.#resolve(followed.request);
        if (followed.subscription.follow(set))
          this.#announce(this.#answer(followed, set, true), followed.subscription);
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        this.#followed.delete(sub);
        followed.unwatch();
        if (sub !== PLAIN) ended({ type: 'unsubscribed', sub, reason: error.code });
      }
    }
  }

  /** @throws RequestError `unknown_subscription` */
  unsubscribe({ sub, id }: Unsubscribe): Unsubscribed {
    const followed = this.#followed.get(sub);
    if (followed === undefined)
      throw new RequestError('unknown_subscription', `Unknown subscription: ${sub}`);
    this.#followed.delete(sub);
    followed.unwatch();
    return { type: 'unsubscribed', sub, reason: 'asked', id };
  }

  /** A sample is there, or the client has drained: sends what is due. */
  advance(): void {
    if (this.#revision !== this.#view.feed.revision) this.#followCatalogue();
    for (const { subscription } of this.#followed.values()) subscription.advance();
  }

  /** Where each subscription is. */
  positions(): CursorEntry[] {
    return [...this.#followed].map(([sub, { subscription }]) => ({
      sub,
      since: subscription.position(),
      fingerprint: subscription.fingerprint,
    }));
  }

  clear(): void {
    for (const { unwatch } of this.#followed.values()) unwatch();
    this.#followed.clear();
  }

  /** Something has appeared or vanished. A client that does not read is told when it does: until then it is sent nothing anyway. */
  #followCatalogue(): void {
    if (!this.#outlet.canSend()) return;
    this.#revision = this.#view.feed.revision;
    for (const followed of this.#followed.values()) {
      const { subscription, request } = followed;
      const set = this.#view.select(request.metrics);
      if (subscription.follow(set)) this.#announce(this.#answer(followed, set, true), subscription);
    }
  }

  /** What a request names, all or nothing. @throws RequestError */
  #resolve({ host, metrics, tables }: Subscribe): MetricSet {
    const known = this.#view.host;
    if (known === null || (host !== undefined && host !== known.id)) {
      throw new RequestError('unknown_host', 'Unknown host');
    }
    const set = this.#view.require(metrics);
    const unknown = tables.find((name) => !this.#view.tables.some((table) => table.name === name));
    if (unknown !== undefined) throw new RequestError('unknown_table', `Unknown table: ${unknown}`);
    return set;
  }

  #answer(
    { request: { sub, tables }, intervalMs }: Followed,
    set: MetricSet,
    recovered: boolean,
  ): Subscribed {
    const { feed, tables: known } = this.#view;
    const { host, ring } = feed;
    return {
      type: 'subscribed',
      sub,
      host: host.id,
      epoch: ring.epoch,
      seq: ring.head,
      intervalMs,
      recovered,
      series: [...set.series],
      tables: known.filter(({ name }) => tables.includes(name)),
    };
  }
}
