import {
  CLIENT_LIMITS,
  type Subscribe,
  type Subscribed,
  type Unsubscribe,
  type Unsubscribed,
} from '../../shared/protocol/messages.ts';
import { encodeSubscribed } from '../../shared/protocol/codec.ts';
import type { CursorEntry } from './cursor.ts';
import { CursorSubscription } from './cursor-subscription.ts';
import type { MetricSet } from '../store/metric-set.ts';
import { PlainSubscription } from './plain-subscription.ts';
import { RequestError } from './request-error.ts';
import type { Outlet, Subscription } from './subscription.ts';
import type { ScopeView } from './scope-view.ts';

/** The key of the one subscription that a plain client has; no v1 client can give an empty name. */
const PLAIN = '';

/** What a sample may cost at most whose frames are sent before everybody else's: values of so many, in so many frames. */
const LIGHT = 1000;
/** What a frame costs beside its values, and a pattern each time that the catalogue changes, in values. */
const FRAME_WEIGHT = 100;
const PATTERN_WEIGHT = 10;
/** Of so many grid units the mean costs twice what the value does. */
const UNITS_PER_WEIGHT = 100;

/** @param text the answer, encoded */
type Announce = (answer: Omit<Subscribed, 'series'>, text: string, subscription: Subscription) => void;

interface Followed {
  readonly subscription: Subscription;
  /** As its series were chosen from. */
  catalogue: ScopeView['catalogue'];
  weight: number;
  readonly request: Subscribe;
  /** The interval in effect. */
  readonly intervalMs: number;
  /** Takes its wish for a   /* back. */
  readonly unwatch: () => void;
}

/** What one client follows. All refusals are `RequestError`s and change nothing. */
export class SubscriptionSet {
  #view: ScopeView;
  readonly #outlet: Outlet;
  readonly #announce: Announce;
  readonly #followed = new Map<string, Followed>();
  /** As all of them have followed it. */
  #catalogue: ScopeView['catalogue'] = [];
  /** Of all of them: what a sample may cost. */
  #weight = 0;
  /** Those that are still to be brought forward in this round. */
  #round: Iterator<Followed, undefined> | null = null;
  #isAnotherRoundDue = false;

  /** @param announce gets the answer to each v1 subscription, and another when what its globs name has changed */
  constructor(view: ScopeView, outlet: Outlet, announce: Announce) {
    this.#view = view;
    this.#outlet = outlet;
    this.#announce = announce;
  }

  /** Whether so little is followed that a sample costs next to nothing. */
  get isLight(): boolean {
    return this.#weight <= LIGHT;
  }

  /** Whether there is something to be done by `step`. */
  get isBehind(): boolean {
    return this.#round !== null || this.#isAnotherRoundDue;
  }

  /** Replaces the plain subscription; the first frame is sent at once, or with the first sample. */
  subscribePlain(request: Subscribe): void {
    const { feed } = this.#view;
    const set = this.#view.require(request.metrics);
    const subscription = new PlainSubscription(feed, set, this.#outlet);
    this.#put(PLAIN, set, { subscription, request, intervalMs: feed.intervalMs, unwatch: () => {} });
    subscription.sampled();
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
    const stride = effectiveMs / feed.unitMs;
    const subscription = new CursorSubscription(feed, this.#outlet, {
      sub,
      set,
      stride,
      tables: [...new Set(tables)],
    });
    const unwatch = feed.demand.watch(stride);
    const followed = this.#put(sub, set, { subscription, request, intervalMs: effectiveMs, unwatch });
    const isRecovered = since !== undefined && subscription.resume(since);
    if (since === undefined) subscription.backfill(backfill);
    this.#tell({ ...this.#answer(followed, isRecovered), id: request.id }, set, subscription);
    if (subscription.step()) this.#isAnotherRoundDue = true;
  }

  /** Whether a subscription would be taken. @throws RequestError */
  check(request: Subscribe): void {
    this.#resolve(request);
  }

  /**
   * Goes on with what another view shows. A subscription that it would refuse ends, and the client is told.
   * @param ended told of each that has ended
   */
  look(view: ScopeView, ended: (message: Unsubscribed) => void): void {
    this.#view = view;
    for (const [sub, followed] of this.#followed) {
      try {
        this.#follow(followed, this.#resolve(followed.request));
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        this.#remove(sub);
        if (sub !== PLAIN) ended({ type: 'unsubscribed', sub, reason: error.code });
      }
    }
  }

  /** @throws RequestError `unknown_subscription` */
  unsubscribe({ sub, id }: Unsubscribe): Unsubscribed {
    if (!this.#remove(sub)) throw new RequestError('unknown_subscription', `Unknown subscription: ${sub}`);
    return { type: 'unsubscribed', sub, reason: 'asked', id };
  }

  /** A sample is there: sends what is due at once. */
  sampled(): void {
    if (this.#catalogue !== this.#view.catalogue && this.#outlet.canSend()) {
      this.#catalogue = this.#view.catalogue;
      for (const followed of this.#followed.values()) this.#followCatalogue(followed);
    }
    for (const { subscription } of this.#followed.values()) {
      if (subscription.sampled()) this.#isAnotherRoundDue = true;
    }
  }

  /** A sample is there, or the client has drained: what is due is sent step by step. */
  wake(): void {
    this.#isAnotherRoundDue = this.#followed.size > 0;
  }

  /** Brings one subscription forward by one frame; they take turns. */
  step(): void {
    if (this.#round === null) {
      this.#round = this.#followed.values();
      this.#isAnotherRoundDue = false;
    }
    const { value, done } = this.#round.next();
    if (done === true) {
      this.#round = null;
      return;
    }
    this.#followCatalogue(value);
    if (value.subscription.step()) this.#isAnotherRoundDue = true;
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
    for (const sub of this.#followed.keys()) this.#remove(sub);
    this.#round = null;
    this.#isAnotherRoundDue = false;
  }

  #put(sub: string, set: MetricSet, followed: Omit<Followed, 'catalogue' | 'weight'>): Followed {
    const replaced = this.#followed.get(sub);
    replaced?.unwatch();
    const added = {
      ...followed,
      catalogue: this.#view.catalogue,
      weight: weightOf(followed, set, this.#view),
    };
    this.#followed.set(sub, added);
    this.#weight += added.weight - (replaced?.weight ?? 0);
    return added;
  }

  #remove(sub: string): boolean {
    const followed = this.#followed.get(sub);
    if (followed === undefined) return false;
    this.#followed.delete(sub);
    this.#weight -= followed.weight;
    followed.unwatch();
    return true;
  }

  /** Something may have appeared or vanished. A client that does not read is told when it does: until then it is sent nothing anyway. */
  #followCatalogue(followed: Followed): void {
    if (followed.catalogue === this.#view.catalogue || !this.#outlet.canSend()) return;
    this.#follow(followed, this.#view.select(followed.request.metrics));
  }

  #follow(followed: Followed, set: MetricSet): void {
    followed.catalogue = this.#view.catalogue;
    if (!followed.subscription.follow(set)) return;
    this.#weight -= followed.weight;
    followed.weight = weightOf(followed, set, this.#view);
    this.#weight += followed.weight;
    this.#tell(this.#answer(followed, true), set, followed.subscription);
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

  #tell(answer: Omit<Subscribed, 'series'>, set: MetricSet, subscription: Subscription): void {
    this.#announce(answer, encodeSubscribed(answer, set.seriesText), subscription);
  }

  #answer(
    { request: { sub, tables }, intervalMs }: Followed,
    recovered: boolean,
  ): Omit<Subscribed, 'series'> {
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
      tables: known.filter(({ name }) => tables.includes(name)),
    };
  }
}

/** What one of its samples may cost, in values. */
function weightOf(
  { request, intervalMs }: Pick<Followed, 'request' | 'intervalMs'>,
  { series }: MetricSet,
  { feed }: ScopeView,
): number {
  const mean = 1 + intervalMs / feed.unitMs / UNITS_PER_WEIGHT;
  return FRAME_WEIGHT + PATTERN_WEIGHT * request.metrics.length + series.length * mean;
}
