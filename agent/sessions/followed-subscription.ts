import { encode, encodeSubscribed } from '../../shared/protocol/codec.ts';
import type { ErrorMessage, PlainError, Subscribe, Subscribed } from '../../shared/protocol/messages.ts';
import type { Following } from '../hosts/host-stream.ts';
import type { MetricSet } from '../store/metric-set.ts';
import type { SampleStore } from '../store/sample-store.ts';
import type { AlertCursor } from './alert-cursor.ts';
import type { Broadcast, Follower } from './broadcast.ts';
import type { SampleCursor } from './cursor.ts';
import { Frame } from './frame.ts';
import type { HostIntroductions } from './host-introductions.ts';
import { RequestError } from './request-error.ts';
import type { ScopedHost } from './scope-view.ts';
import type { Delay, LiveCursor, Subscription } from './subscription.ts';

/** The cost of a frame in addition to its values, and of a pattern when the catalogue changes; the unit is the cost of one value. */
const FRAME_WEIGHT = 100;
const PATTERN_WEIGHT = 10;
/** Averaging over this many grid units doubles the cost of a value. */
const UNITS_PER_WEIGHT = 100;

export interface FollowedOptions {
  readonly subscription: Subscription;
  readonly host: ScopedHost;
  readonly request: Subscribe;
  /** The interval in effect. */
  readonly intervalMs: number;
  /** Time between batches, as it is in effect; `undefined` if the client asked for none. */
  readonly batchMs?: number | undefined;
  /** Its demand for samples. */
  readonly following: Following;
  readonly owner: SubscriptionOwner;
  /** Finds the subscription's first sample, and returns whether it is recovered. */
  readonly beginning?: Iterator<Delay, boolean>;
  /** If the client asked for alerts. */
  readonly alerts?: AlertCursor | undefined;
  /** The client's cursor entry; the answer is omitted if it says nothing new. */
  readonly known?: SampleCursor | undefined;
  /** Of a client that gets `host` messages by its subscriptions. */
  readonly introductions?: HostIntroductions | undefined;
  /** Whether the client does not understand announcements, and errors have neither code nor id. */
  readonly isPlain?: boolean;
}

/** Who has begun a subscription, and ends it with `release`. */
export interface SubscriptionOwner {
  /** Woken by the host's samples. */
  readonly follower: Follower;
  /** Called after the frame of a refusal, which ends the subscription. */
  refused(followed: FollowedSubscription): void;
}

/** A subscription with its request: tracks what the globs match, and announces the series before the first frame that contains them. */
export class FollowedSubscription {
  readonly subscription: Subscription;
  readonly request: Subscribe;
  readonly #following: Following;
  readonly #owner: SubscriptionOwner;
  readonly #intervalMs: number;
  readonly #batchMs: number | undefined;
  readonly #store: SampleStore;
  readonly #known: SampleCursor | undefined;
  readonly #alerts: AlertCursor | null;
  readonly #introductions: HostIntroductions | null;
  readonly #isPlain: boolean;
  /** Whether nothing was known of the host when it was asked for. */
  #isUnresolved: boolean;
  #isOver = false;
  #refusal: Frame | undefined;
  /** `null` once the first sample is found. */
  #beginning: Iterator<Delay, boolean> | null;
  #delay: Delay = 'seeking';
  #host: ScopedHost;
  #set: MetricSet;
  /** The store's catalogue when the series were chosen, and its epoch. */
  #catalogue: SampleStore['catalogue'];
  #storeEpoch: string;
  /** Epoch of the last announcement. */
  #epoch: string;
  #isRecovered = false;
  #weight: number;
  #announcement: Frame | undefined;

  constructor(options: FollowedOptions, set: MetricSet) {
    const { subscription, host, request, intervalMs, beginning = null, known } = options;
    this.subscription = subscription;
    this.request = request;
    this.#following = options.following;
    this.#owner = options.owner;
    this.#intervalMs = intervalMs;
    this.#batchMs = options.batchMs;
    this.#store = host.broadcast.stream.store;
    this.#known = known;
    this.#alerts = options.alerts ?? null;
    this.#introductions = options.introductions ?? null;
    this.#isPlain = options.isPlain ?? false;
    this.#isUnresolved = !host.broadcast.stream.isDescribed;
    this.#beginning = beginning;
    this.#host = host;
    this.#set = set;
    this.#catalogue = this.#store.catalogue;
    this.#storeEpoch = this.#store.head.epoch;
    this.#epoch = this.#storeEpoch;
    this.#weight = this.#weightOf(set);
    this.broadcast.follow(this.#owner.follower);
  }

  /** Withdraws its demands. Call it once. */
  release(): void {
    this.#following.end();
    this.broadcast.unfollow(this.#owner.follower);
  }

  get hostId(): string {
    return this.#host.id;
  }

  get broadcast(): Broadcast {
    return this.#host.broadcast;
  }

  /** The cost of one of its samples; the unit is the cost of one value. */
  get weight(): number {
    return this.#weight;
  }

  /** Whether it needs rounds: for an answer that waits until the history is open, or for samples that wait for their batch. */
  get mayWait(): boolean {
    return this.#beginning !== null || this.subscription.batchLength > 1;
  }

  /** Called about once a second, if it may wait. Returns whether `next` may have something that no sample brings about. */
  round(): boolean {
    if (this.#beginning !== null) return this.#delay === 'opening';
    return !this.#isOver && this.subscription.round();
  }

  /** Makes samples due that wait for their batch. Returns whether there are any. */
  flush(): boolean {
    return this.#beginning === null && !this.#isOver && this.subscription.flush();
  }

  /** Whether past samples come next. */
  get isBehind(): boolean {
    if (this.#beginning !== null) return this.#delay === 'seeking';
    return !this.#isOver && this.#announcement === undefined && this.subscription.isBehind;
  }

  /** Whether `next` may have a frame. */
  get isDue(): boolean {
    if (this.#beginning !== null) return this.#delay === 'seeking';
    if (this.#isOver) return this.#refusal !== undefined;
    if (this.#introductions?.isDue(this.#host) === true) return true;
    return this.#announcement !== undefined || this.subscription.isDue || this.#alerts?.isDue === true;
  }

  /** As `Subscription.live`: `null` also while the client has to be told something else. */
  get live(): LiveCursor | null {
    const { head, catalogue } = this.#store;
    const isTold = this.#beginning === null && !this.#isOver && this.#announcement === undefined;
    const isSame = this.#catalogue === catalogue && this.#storeEpoch === head.epoch;
    if (!isTold || !isSame || this.#alerts?.isDue === true) return null;
    return this.subscription.live ?? null;
  }

  /** Where the client can continue; `undefined` if it has no position and has got nothing yet. */
  get cursorEntry(): SampleCursor | undefined {
    const { sub, since } = this.request;
    const { fingerprint } = this.subscription;
    const host = this.#introductions?.toldOf(this.#host);
    if (this.#beginning === null)
      return { sub, since: this.subscription.position(), fingerprint, alerts: this.#alerts?.position, host };
    const known = this.#known;
    return since && { sub, since, fingerprint: known?.fingerprint ?? '', alerts: known?.alerts, host };
  }

  /** Does one piece of finding the first sample. Returns whether it is found; only then are there frames. */
  begin(): boolean {
    if (this.#beginning === null) return true;
    const { value, done } = this.#beginning.next();
    if (done !== true) {
      this.#delay = value;
      return false;
    }
    this.#beginning = null;
    this.#isRecovered = value;
    this.#epoch = this.subscription.epoch;
    if (this.#isUnresolved && this.broadcast.stream.isDescribed) {
      if (!this.#resolve()) return true;
    } else if (this.#catalogue !== this.#store.catalogue)
      this.#useSeries(this.#host.select(this.request.metrics));
    // Make the head due now, even if the client does not read its answer.
    this.subscription.hold();
    if (!this.#isAnswered()) this.#announce(this.#isRecovered, this.request.id);
    return true;
  }

  /** The announcement due before the next frame, if any. Call only while the client reads. */
  nextAnnouncement(): Frame | undefined {
    if (this.#beginning !== null) return undefined;
    if (this.#isOver) return this.#takeRefusal();
    this.subscription.catchUp();
    const { head } = this.#store;
    if (this.#catalogue !== this.#store.catalogue || this.#storeEpoch !== head.epoch)
      this.#useSeries(this.#host.select(this.request.metrics));
    else if (this.#epoch !== this.subscription.epoch) this.#announceRun();
    const announcement = this.#announcement;
    this.#announcement = undefined;
    return announcement;
  }

  /** The next frame to send; `undefined` if there is none now. Call only while the client reads. */
  next(): Frame | undefined {
    if (!this.begin()) return undefined;
    const introduction = this.#introductions?.next(this.#host);
    if (introduction !== undefined) return introduction;
    if (this.#isOver) return this.#takeRefusal();
    // Samples first: charts wait for them.
    return this.nextAnnouncement() ?? this.subscription.next() ?? this.#alerts?.next();
  }

  #takeRefusal(): Frame | undefined {
    const refusal = this.#refusal;
    this.#refusal = undefined;
    if (refusal !== undefined) this.#owner.refused(this);
    return refusal;
  }

  /** Called for a sample while the client does not read. */
  hold(): void {
    if (this.#beginning === null && !this.#isOver) this.subscription.hold();
  }

  /** Continues with the view that another scope has of the host. */
  moveTo(host: ScopedHost, set: MetricSet): void {
    this.#host = host;
    this.#alerts?.moveTo(host);
    this.#useSeries(set);
  }

  /** Now that the host is known: chooses the series that were asked for, or refuses. Returns whether it was not refused. */
  #resolve(): boolean {
    this.#isUnresolved = false;
    try {
      this.#useSeries(this.#host.resolve(this.request));
      return true;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const { message, code } = error;
      const { id } = this.request;
      const answer: ErrorMessage | PlainError = this.#isPlain
        ? { type: 'error', error: message }
        : { type: 'error', error: message, code, id };
      this.#refusal = Frame.of(encode(answer));
      this.#isOver = true;
      return false;
    }
  }

  /** Whether the client has had the answer, and it says nothing new. */
  #isAnswered(): boolean {
    if (this.#known === undefined || this.#known.fingerprint !== this.subscription.fingerprint) return false;
    const { since } = this.request;
    // A gap comes with the next sample. After a restart the position stays the old one until there is a sample; announce the restart only once.
    const { head } = this.#store;
    const isHeld = since !== undefined && (head.seq === 0 || this.#store.locate(since) === 'held');
    return this.#isRecovered || isHeld || this.#known.since.epoch !== head.epoch;
  }

  /** Switches to another set of series: metrics have appeared or vanished, or the host's agent was restarted. */
  #useSeries(set: MetricSet): void {
    const { epoch } = this.#store.head;
    if (this.#storeEpoch !== epoch) this.#isRecovered = false;
    this.#catalogue = this.#store.catalogue;
    this.#storeEpoch = epoch;
    this.#set = set;
    this.#weight = this.#weightOf(set);
    const isOther = this.subscription.changeSeries(set);
    if (this.#beginning !== null) return;
    if (this.#epoch !== this.subscription.epoch) this.#announceRun();
    else if (isOther) this.#announce(true, undefined);
  }

  /** The samples of another run of the agent come next. */
  #announceRun(): void {
    this.#epoch = this.subscription.epoch;
    this.#announce(this.#isRecovered, undefined);
  }

  /** Announces the series to the client before the next frame. */
  #announce(recovered: boolean, id: Subscribed['id']): void {
    if (this.#isPlain) return;
    const { sub, tables } = this.request;
    const { epoch, seq } = this.subscription.head;
    const answer: Omit<Subscribed, 'series'> = {
      type: 'subscribed',
      sub,
      host: this.#host.id,
      epoch,
      seq,
      channel: this.subscription.channel,
      intervalMs: this.#intervalMs,
      batchMs: this.#batchMs,
      recovered,
      tables: this.#host.tables.filter(({ name }) => tables.includes(name)),
      id,
    };
    this.#announcement = Frame.of(encodeSubscribed(answer, this.#set.seriesText));
  }

  #weightOf({ series }: MetricSet): number {
    const mean = 1 + this.#intervalMs / this.broadcast.stream.unitMs / UNITS_PER_WEIGHT;
    const values = series.length * mean * this.subscription.batchLength;
    return FRAME_WEIGHT + PATTERN_WEIGHT * this.request.metrics.length + values;
  }
}
