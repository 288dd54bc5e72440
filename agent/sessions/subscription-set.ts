import { MessageError } from '../../shared/protocol/codec.ts';
import {
  CLIENT_LIMITS,
  type Subscribe,
  type Unsubscribe,
  type Unsubscribed,
} from '../../shared/protocol/messages.ts';
import { followedMetrics } from '../hosts/followed-metrics.ts';
import { effectiveIntervalMs } from '../hosts/host-stream.ts';
import type { MetricSet } from '../store/metric-set.ts';
import { AlertCursor } from './alert-cursor.ts';
import type { Broadcast, Follower } from './broadcast.ts';
import type { LivePosition } from './cohort.ts';
import { CursorSubscription } from './cursor-subscription.ts';
import type { CursorEntry, SampleCursor } from './cursor.ts';
import { FollowedOverview } from './followed-overview.ts';
import { FollowedSubscription, type SubscriptionOwner } from './followed-subscription.ts';
import type { Frame, WireFormat } from './frame.ts';
import type { HostIntroductions } from './host-introductions.ts';
import { requireMetrics } from './metric-selection.ts';
import { PlainSubscription } from './plain-subscription.ts';
import { RequestError, unknownHost } from './request-error.ts';
import type { ScopedHost, ScopeView } from './scope-view.ts';
import type { LiveCursor } from './subscription.ts';

/** The key of a plain client's only subscription; a v1 client cannot use an empty name. */
export const PLAIN = '';

/** Clients whose samples cost at most this are served at once; see `FollowedSubscription.weight`. */
const LIGHT = 1000;

/** One client's subscriptions, which take turns. All refusals are `RequestError`s and change nothing. */
export class SubscriptionSet implements SubscriptionOwner {
  readonly follower: Follower;
  #view: ScopeView;
  readonly #followed = new Map<string, FollowedSubscription | FollowedOverview>();
  /** The subscriptions that have yet to take their turn in this round. */
  #turns: Iterator<FollowedSubscription | FollowedOverview, undefined> | null = null;
  #areTurnsDue = false;
  #mayWait = false;

  readonly #introductions: HostIntroductions | undefined;
  readonly #format: WireFormat;

  /**
   * @param follower woken by samples of the subscribed hosts
   * @param introductions of a client that gets `host` messages by its subscriptions
   * @param format of its connection
   */
  constructor(
    view: ScopeView,
    follower: Follower,
    introductions?: HostIntroductions,
    format: WireFormat = 'json',
  ) {
    this.#view = view;
    this.follower = follower;
    this.#introductions = introductions;
    this.#format = format;
  }

  get count(): number {
    return this.#followed.size;
  }

  /** Whether a sample costs next to nothing. */
  get isLight(): boolean {
    let weight = 0;
    for (const followed of this.#followed.values()) weight += followed.weight;
    return weight <= LIGHT;
  }

  /** Called about once a second. Returns whether they have turns because of something that no sample may bring about for long. */
  round(): boolean {
    if (!this.#mayWait) return false;
    this.#mayWait = false;
    let isDue = false;
    for (const followed of this.#samples()) {
      this.#mayWait ||= followed.mayWait;
      if (followed.round()) isDue = true;
    }
    if (isDue) this.wake();
    return isDue;
  }

  /** Makes samples due that wait for their batch. Returns whether there are any. */
  flush(): boolean {
    let isDue = false;
    for (const followed of this.#samples()) if (followed.flush()) isDue = true;
    if (isDue) this.wake();
    return isDue;
  }

  *#samples(): Generator<FollowedSubscription, void> {
    for (const followed of this.#followed.values())
      if (followed instanceof FollowedSubscription) yield followed;
  }

  /** Whether subscriptions wait for a turn, that is, for calls of `next`. */
  get hasTurns(): boolean {
    return this.#turns !== null || this.#areTurnsDue;
  }

  /**
   * Replaces the plain subscription.
   * @throws RequestError `unknown_metric`
   * @throws MessageError for one without samples
   */
  subscribePlain(request: Subscribe): void {
    if (request.hosts !== undefined) {
      throw new MessageError('invalid_message', 'Invalid hosts: say "hello" first, or name metrics');
    }
    const host = this.#view.host();
    if (host === undefined) {
      // With no visible host there are no metrics, and the plain profile has no error for hosts.
      requireMetrics(request.metrics, []);
      return;
    }
    const { broadcast } = host;
    const { stream } = broadcast;
    const { intervalMs, unitMs } = stream;
    const set = stream.isDescribed ? host.require(request.metrics) : host.select(request.metrics);
    const subscription = new PlainSubscription(broadcast, set);
    const following = stream.follow({ stride: intervalMs / unitMs, backfill: 1, tables: false });
    const beginning = subscription.begin(following);
    const followed = new FollowedSubscription(
      { subscription, host, request, intervalMs, following, beginning, isPlain: true, owner: this },
      set,
    );
    this.#put(PLAIN, followed);
    followed.begin();
  }

  /**
   * Begins or replaces a v1 subscription: its answer comes first, then the samples since the given position, or the requested backfill, and the head.
   * @param known the client's cursor entry; the answer is omitted if it says nothing new
   * @throws RequestError `unknown_host`, `unknown_metric`, `unknown_table`, `too_many_subscriptions`
   */
  subscribe(request: Subscribe, known?: CursorEntry): void {
    if (request.hosts === undefined) {
      this.#subscribe(request, known !== undefined && 'since' in known ? known : undefined);
      return;
    }
    this.#checkRoom(request.sub);
    const { sub, hosts, id } = request;
    const { view, release } = this.#view.followOverview(hosts, this.follower);
    const position = known !== undefined && 'overview' in known ? known.overview : undefined;
    this.#put(sub, new FollowedOverview(view, { sub, hosts, id }, release, position));
  }

  #checkRoom(sub: string): void {
    if (this.#followed.has(sub) || this.#followed.size < CLIENT_LIMITS.subscriptions) return;
    throw new RequestError(
      'too_many_subscriptions',
      `Too many subscriptions: ${CLIENT_LIMITS.subscriptions} at most, unsubscribe from one first`,
    );
  }

  #subscribe(request: Subscribe, known: SampleCursor | undefined): void {
    const { sub, tables } = request;
    const { host, set } = this.#resolve(request);
    this.#checkRoom(sub);
    const { broadcast } = host;
    const { stream, selection } = broadcast;
    const intervalMs = effectiveIntervalMs(stream, request.intervalMs);
    const stride = intervalMs / stream.unitMs;
    const ownStride = request.every === true ? 1 : stride;
    const batchMs = effectiveBatchMs(request.batchMs, ownStride * stream.unitMs);
    const subscription = new CursorSubscription(
      broadcast,
      {
        set,
        sub,
        stride: ownStride,
        tables: [...new Set(tables)],
        format: this.#format,
        isCompact: this.#format === 'msgpack' || request.compact === true,
      },
      (batchMs ?? 0) / stream.unitMs || ownStride,
    );
    const { since, backfill = 0 } = request;
    const metrics = selection.shared(request.metrics);
    const following = stream.follow({
      stride,
      since,
      backfill,
      tables: tables.length > 0,
      metrics: followedMetrics(metrics),
      every: request.every,
    });
    // A backfill reaches as far back with samples that only others asked for as without them.
    const backfillStride = request.every === true ? stream.intervalMs / stream.unitMs : stride;
    const beginning = subscription.begin(request, following, backfillStride, known?.fingerprint);
    const alerts = request.alerts === true ? new AlertCursor(host, sub, known?.alerts) : undefined;
    const introductions = this.#introductions;
    introductions?.knows(host, known?.host);
    const followed = new FollowedSubscription(
      {
        subscription,
        host,
        request: { ...request, metrics, tables: selection.shared(tables) },
        intervalMs,
        batchMs,
        following,
        owner: this,
        beginning,
        alerts,
        known,
        introductions,
      },
      set,
    );
    this.#put(sub, followed);
    followed.begin();
    this.#mayWait ||= followed.mayWait;
  }

  /**
   * Whether a subscription that may be refused is refused at once, so that a whole request can be. A client knows what there is of the first host; of
   * another it is told before the refusal.
   * @throws RequestError
   */
  check(request: Subscribe): void {
    if (request.hosts !== undefined) return;
    const host = this.#view.host(request.host);
    if (host === undefined) throw unknownHost();
    if (this.#view.isFirst(host)) this.#resolve(request);
  }

  /**
   * Switches to another view.
   * @returns a message for each subscription that ended because the view does not cover it
   */
  applyView(view: ScopeView): Unsubscribed[] {
    this.#view = view;
    const ended: Unsubscribed[] = [];
    for (const [sub, followed] of this.#followed) {
      if (followed instanceof FollowedOverview) {
        const { view: overview, release } = view.followOverview(followed.patterns, this.follower);
        followed.moveTo(overview, release);
        continue;
      }
      try {
        // Resolve the subscribed host by id: another view may have another first host.
        const { host, set } = this.#resolve({ ...followed.request, host: followed.hostId });
        if (host.broadcast !== followed.broadcast) throw unknownHost();
        followed.moveTo(host, set);
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        this.#remove(sub);
        if (sub !== PLAIN) ended.push({ type: 'unsubscribed', sub, reason: error.code });
      }
    }
    this.wake();
    return ended;
  }

  /** Ends the subscriptions whose host was removed or replaced. Returns a message for each. */
  endOrphans(): Unsubscribed[] {
    const ended: Unsubscribed[] = [];
    for (const [sub, followed] of this.#followed) {
      if (followed instanceof FollowedOverview) continue;
      if (this.#view.host(followed.hostId)?.broadcast === followed.broadcast) continue;
      this.#remove(sub);
      if (sub !== PLAIN) ended.push({ type: 'unsubscribed', sub, reason: unknownHost().code });
    }
    return ended;
  }

  /** @throws RequestError `unknown_subscription` */
  unsubscribe({ sub, id }: Unsubscribe): Unsubscribed {
    if (!this.#remove(sub)) throw new RequestError('unknown_subscription', `Unknown subscription: ${sub}`);
    return { type: 'unsubscribed', sub, reason: 'asked', id };
  }

  refused(followed: FollowedSubscription): void {
    for (const [sub, other] of this.#followed) if (other === followed) this.#remove(sub);
  }

  /** Gives every subscription a turn, since frames may be due. */
  wake(): void {
    this.#areTurnsDue = this.#followed.size > 0;
  }

  /** The broadcasts of all subscribed hosts. */
  get broadcasts(): Set<Broadcast> {
    return new Set([...this.#followed.values()].flatMap(({ broadcast }) => broadcast ?? []));
  }

  /** The subscriptions to one host. */
  *of(broadcast: Broadcast): Generator<FollowedSubscription, void> {
    for (const followed of this.#samples()) if (followed.broadcast === broadcast) yield followed;
  }

  /** Called when a host has a sample while the client does not read. */
  hold(broadcast: Broadcast): void {
    for (const followed of this.of(broadcast)) followed.hold();
  }

  /** Gives the next subscription its turn, and returns its frame, if it has one. Call only while the client reads. */
  next(): Frame | undefined {
    if (this.#turns === null) {
      this.#turns = this.#followed.values();
      this.#areTurnsDue = false;
    }
    const { value, done } = this.#turns.next();
    if (done === true) {
      this.#turns = null;
      return undefined;
    }
    return this.#turnOf(value);
  }

  /** Gives a subscription that has just begun an extra turn. */
  nextOf(sub: string): Frame | undefined {
    const followed = this.#followed.get(sub);
    return followed && this.#turnOf(followed);
  }

  /** As `FollowedSubscription.live`, if there is only one subscription, and it is to this host. */
  liveIn(broadcast: Broadcast): LiveCursor | null {
    if (this.#followed.size !== 1) return null;
    for (const followed of this.of(broadcast)) return followed.live;
    return null;
  }

  /** Goes on where a cohort has come to with the only subscription. */
  goOnAt(position: LivePosition): void {
    for (const followed of this.#followed.values()) {
      if (followed instanceof FollowedSubscription) followed.subscription.goOnAt?.(position);
    }
  }

  /** The position of each subscription that has one. */
  positions(): CursorEntry[] {
    return [...this.#followed.values()].flatMap(({ cursorEntry }) => cursorEntry ?? []);
  }

  clear(): void {
    for (const sub of this.#followed.keys()) this.#remove(sub);
    this.#turns = null;
    this.#areTurnsDue = false;
  }

  #turnOf(followed: FollowedSubscription | FollowedOverview): Frame | undefined {
    const frame = followed.next();
    if (followed.isDue) this.#areTurnsDue = true;
    return frame;
  }

  #put(sub: string, followed: FollowedSubscription | FollowedOverview): void {
    this.#followed.get(sub)?.release();
    this.#followed.set(sub, followed);
  }

  #remove(sub: string): boolean {
    const followed = this.#followed.get(sub);
    followed?.release();
    return this.#followed.delete(sub);
  }

  /** The host and series of a request, all or nothing. @throws RequestError */
  #resolve(request: Subscribe): { readonly host: ScopedHost; readonly set: MetricSet } {
    const host = this.#view.host(request.host);
    if (host === undefined) throw unknownHost();
    // Of a remote host nothing is known before it is followed.
    if (!host.broadcast.stream.isDescribed) return { host, set: host.select(request.metrics) };
    return { host, set: host.resolve(request) };
  }
}

/** The time between batches in effect: as asked for, rounded up to whole samples. */
function effectiveBatchMs(askedMs: number | undefined, sampleMs: number): number | undefined {
  return askedMs && Math.ceil(askedMs / sampleMs) * sampleMs;
}
