import type { MetricDescriptor, TableDescriptor } from '../../shared/protocol/catalogue.ts';
import type { Host, HostStatus, HostSummary, Position } from '../../shared/protocol/messages.ts';
import type { AlertBoard } from '../alerts/alert-board.ts';
import type { Clock } from '../clock.ts';
import { RingStore } from '../store/ring-store.ts';
import type { SampleHistory } from '../store/sample-history.ts';
import type { SequencedSample } from '../store/sample-store.ts';
import type { FeedPace, FeedStart, HostFeed, HostIdentity, OpenFeed } from './host-feed.ts';
import type { Following, HostStream, Wish } from './host-stream.ts';
import { SamplingDemand } from './sampling-demand.ts';

export interface RemoteHostOptions {
  /** As known before anybody follows it. Where `intervalMs` or `minIntervalMs` change, another `RemoteHost` has to take its place. */
  readonly summary: HostSummary;
  readonly feed: HostFeed;
  readonly clock: Clock;
  readonly alerts?: AlertBoard | undefined;
}

/** A viewer that reconnects comes back within this time. */
const LINGER_MS = 15_000;
/** How long a follower waits for samples of the past before it begins without them. */
const FILL_AT_MOST_MS = 5000;

interface Follower extends Following {
  readonly wish: Wish;
  isReady: boolean;
  cancelPatience: () => void;
}

interface StartedFeed {
  readonly feed: OpenFeed;
  readonly start: FeedStart;
}

interface NextFeed extends StartedFeed {
  readonly samples: SequencedSample[];
  isFilled: boolean;
}

/**
 * A host that another agent samples: a copy of that agent's store, with its epoch and numbers (RT-1), which exists only while somebody follows the host,
 * goes back as far as somebody asked, and has every sample that the host takes meanwhile.
 */
export class RemoteHost implements HostStream {
  readonly isRemote = true;
  readonly store: RingStore;
  readonly intervalMs: number;
  readonly unitMs: number;
  readonly alerts: AlertBoard | undefined;
  readonly #feed: HostFeed;
  readonly #clock: Clock;
  readonly #demand: SamplingDemand;
  readonly #followers = new Set<Follower>();
  /** Those that are not ready. */
  readonly #waiting = new Set<Follower>();
  /** How many followers want tables. */
  #tableCount = 0;
  readonly #sampleListeners = new Set<(sample: SequencedSample) => void>();
  readonly #newsListeners = new Set<() => void>();
  readonly #forgetAlerts: () => void;
  #host: Host;
  #summary: HostSummary;
  #tables: readonly TableDescriptor[] = [];
  #catalogue: readonly MetricDescriptor[] = [];
  #history: SampleHistory | null | undefined;
  #isDescribed = false;
  #revision = 0;
  /** The feed that the store is filled from. */
  #open: StartedFeed | null = null;
  /** One that begins further back, or the first, until it has come as far as the store. */
  #next: NextFeed | null = null;
  #isTakingOver = false;
  #pace: FeedPace;
  /** The newest sample that listeners got: a fill repeats some. */
  #told: Position = { epoch: '', seq: 0 };
  #cancelLinger: () => void = () => {};

  constructor({ summary, feed, clock, alerts }: RemoteHostOptions) {
    const { status, intervalMs, minIntervalMs, epoch } = summary;
    this.#host = { ...namesOf(summary), facts: {}, status };
    this.#summary = summary;
    this.#feed = feed;
    this.#clock = clock;
    this.alerts = alerts;
    this.#forgetAlerts = alerts?.onChange(() => this.#tell()) ?? (() => {});
    this.intervalMs = intervalMs;
    this.unitMs = minIntervalMs;
    this.store = new RingStore({ epoch, catalogue: [], unitMs: minIntervalMs, intervalMs, isCopy: true });
    this.#demand = new SamplingDemand(intervalMs / minIntervalMs);
    this.#pace = { intervalMs, tables: false };
  }

  get host(): Host {
    return this.#host;
  }

  get status(): HostStatus {
    return this.#summary.status;
  }

  get summary(): HostSummary {
    return this.#summary;
  }

  get isDescribed(): boolean {
    return this.#isDescribed;
  }

  get catalogue(): readonly MetricDescriptor[] {
    return this.store.head.seq > 0 ? this.store.catalogue : this.#catalogue;
  }

  get tables(): readonly TableDescriptor[] {
    return this.#tables;
  }

  get revision(): number {
    return this.#revision;
  }

  get currentIntervalMs(): number {
    return this.#demand.stride * this.unitMs;
  }

  /** What is kept of it here, if anything is. */
  get history(): SampleHistory | null | undefined {
    return this.#history;
  }

  set history(history: SampleHistory | null | undefined) {
    if (history === this.#history) return;
    this.#history = history;
    this.#revision += 1;
  }

  /** Whether somebody follows it. */
  get isFollowed(): boolean {
    return this.#followers.size > 0;
  }

  follow(wish: Wish): Following {
    this.#cancelLinger();
    const demand = { stride: wish.stride, tables: false };
    this.#demand.add(demand);
    const isFilled = (): boolean => this.#open !== null && !this.#isTakingOver;
    const follower: Follower = {
      wish,
      isReady: this.#isMet(wish),
      get isFilled() {
        return isFilled();
      },
      cancelPatience: () => {},
      end: () => {
        follower.cancelPatience();
        this.#waiting.delete(follower);
        if (!this.#followers.delete(follower)) return;
        this.#demand.remove(demand);
        if (wish.tables) this.#tableCount -= 1;
        this.#setPace();
        if (this.#followers.size === 0 && !this.#isClosed)
          this.#cancelLinger = this.#clock.schedule(() => this.#close(), LINGER_MS);
      },
    };
    this.#followers.add(follower);
    if (wish.tables) this.#tableCount += 1;
    this.#setPace();
    if (!this.#has(wish)) this.#fill(wish);
    if (!follower.isReady) {
      this.#waiting.add(follower);
      follower.cancelPatience = this.#clock.schedule(() => this.#settle([follower]), FILL_AT_MOST_MS);
    }
    return follower;
  }

  onSample(listener: (sample: SequencedSample) => void): () => void {
    this.#sampleListeners.add(listener);
    return () => this.#sampleListeners.delete(listener);
  }

  onNews(listener: () => void): () => void {
    this.#newsListeners.add(listener);
    return () => this.#newsListeners.delete(listener);
  }

  /** Called by its source with what is known of it without following it. */
  learn(summary: HostSummary): void {
    if (JSON.stringify(summary) === JSON.stringify(this.#summary)) return;
    const { status } = summary;
    const isOther =
      JSON.stringify([namesOf(summary), status]) !== JSON.stringify([namesOf(this.#host), this.status]);
    this.#summary = summary;
    if (isOther) {
      this.#host = { ...namesOf(summary), facts: this.#host.facts, status };
      this.#revision += 1;
    }
    // Its last picture was kept only while there was no other.
    if (this.#isClosed && this.#followers.size === 0 && this.status.state !== 'down') this.#forget();
    this.#tell();
  }

  /** Closes what is open. The source has removed it from the registry. */
  stop(): void {
    this.#cancelLinger();
    for (const { cancelPatience } of this.#followers) cancelPatience();
    this.#forgetAlerts();
    this.#close();
  }

  get #isClosed(): boolean {
    return this.#open === null && this.#next === null;
  }

  #setPace(): void {
    const pace = { intervalMs: this.currentIntervalMs, tables: this.#tableCount > 0 };
    if (pace.intervalMs === this.#pace.intervalMs && pace.tables === this.#pace.tables) return;
    this.#pace = pace;
    this.#open?.feed.setPace(pace);
    this.#next?.feed.setPace(pace);
  }

  /** Whether a follower can begin at once. */
  #isMet(wish: Wish): boolean {
    // Of a host that is down there may never be more than its last picture.
    const isPicture = this.status.state === 'down' && this.store.head.seq > 0 && this.#holds(wish);
    return (isPicture || this.#has(wish)) && !this.#isAhead(wish);
  }

  /** Whether the store has all of a wish that the host itself would have. */
  #has(wish: Wish): boolean {
    return this.#open !== null && (this.#covers(this.#open.start, wish) || this.#holds(wish));
  }

  #holds({ since, backfill, stride }: Wish): boolean {
    if (since === undefined) return this.store.backfillStart(backfill, stride).count >= backfill;
    const where = this.store.locate(since);
    return where === 'held' || where === 'unknown';
  }

  /** Whether a viewer has come from another copy that is further than this one. */
  #isAhead({ since }: Wish): boolean {
    if (since === undefined) return false;
    const { epoch, seq, ts } = this.store.head;
    if (since.epoch === epoch) return since.seq > seq;
    if (this.store.hasEnded(since.epoch)) return false;
    return since.ts !== undefined && ts !== undefined && since.ts > ts;
  }

  /** Whether what a feed begins with has all of a wish. */
  #covers(start: FeedStart, wish: Wish): boolean {
    if (start === 'everything') return true;
    const { since } = wish;
    if ('backfill' in start) return since === undefined && this.#samplesOf(wish) <= start.backfill;
    return since?.epoch === start.since.epoch && since.seq > start.since.seq;
  }

  /** Past samples of a wish, at the host's own interval. */
  #samplesOf({ backfill, stride }: Wish): number {
    // There may be as few samples of a shorter interval as of the host's own.
    const intervals = Math.max(1, (stride * this.unitMs) / this.intervalMs);
    return Math.max(1, Math.ceil(backfill * intervals));
  }

  /** Opens a feed for a wish. A second one gets everything, so that there is never a third. */
  #fill(wish: Wish): void {
    if (this.#next !== null && this.#covers(this.#next.start, wish)) return;
    const start = this.#isClosed ? this.#startOf(wish) : 'everything';
    this.#next?.feed.close();
    const feed = this.#feed.open(start, this.#pace, {
      described: (identity) => {
        if (this.#isOurs(feed)) this.#describe(identity);
      },
      filled: (samples) => this.#received(feed, samples, true),
      sample: (sample) => this.#received(feed, [sample], false),
    });
    this.#next = { feed, start, samples: [], isFilled: false };
  }

  #startOf(wish: Wish): FeedStart {
    const { since } = wish;
    const { epoch, seq } = this.store.head;
    // The last picture of a host that was down goes on.
    if (seq > 0) return this.#holds(wish) ? { since: { epoch, seq } } : 'everything';
    if (since === undefined) return { backfill: this.#samplesOf(wish) };
    if (since.epoch !== this.#summary.epoch) return 'everything';
    // With that sample itself, so that the store knows what lies between it and the next.
    return { since: { epoch: since.epoch, seq: Math.max(0, since.seq - 1) } };
  }

  #isOurs(feed: OpenFeed): boolean {
    return feed === this.#open?.feed || feed === this.#next?.feed;
  }

  #received(feed: OpenFeed, samples: readonly SequencedSample[], isFill: boolean): void {
    if (feed === this.#open?.feed) {
      for (const sample of samples) this.#append(sample);
      if (this.#waiting.size > 0) this.#settle(this.#met());
      return;
    }
    const next = this.#next;
    if (feed !== next?.feed) return;
    for (const sample of samples) next.samples.push(sample);
    next.isFilled ||= isFill;
    const last = next.samples.at(-1);
    if (!next.isFilled) return;
    // It goes on to try; nobody has to wait for a host that does not answer.
    if (last === undefined) this.#settle([...this.#waiting]);
    // The store never goes back: the open feed goes on until the next one has come as far.
    else if (this.#open === null || !this.#isBehind(last)) this.#takeOver(next);
  }

  #isBehind({ epoch, seq }: SequencedSample): boolean {
    const { head } = this.store;
    return epoch === head.epoch ? seq < head.seq : this.store.hasEnded(epoch);
  }

  #takeOver({ feed, start, samples }: NextFeed): void {
    this.#open?.feed.close();
    this.#open = { feed, start };
    this.#next = null;
    this.#isTakingOver = true;
    const { epoch, seq } = this.store.head;
    const isKnown = (sample: SequencedSample): boolean => sample.epoch === epoch && sample.seq <= seq;
    const known = samples.filter(isKnown);
    // What comes from a log may have holes where the store has samples, or end before them.
    const { oldest } = this.store;
    const isWhole = known.at(-1)?.seq === seq && known.some((sample) => sample.seq === oldest);
    if (isWhole && known[0] !== undefined && known[0].seq < oldest) this.store.refill(known);
    for (const sample of samples) if (!isKnown(sample)) this.#append(sample);
    this.#isTakingOver = false;
    this.#revision += 1;
    this.#settle(this.#met());
  }

  #append(sample: SequencedSample): void {
    const before = this.store.head;
    if (sample.catalogue !== undefined) this.#revision += 1;
    this.store.append(sample);
    if (this.store.head === before) return;
    const { epoch, seq } = sample;
    if (epoch === this.#told.epoch && seq <= this.#told.seq) return;
    this.#told = { epoch, seq };
    for (const listener of this.#sampleListeners) listener(sample);
  }

  /** The followers that have waited long enough. */
  #met(): Follower[] {
    return [...this.#waiting].filter(({ wish }) => this.#isMet(wish));
  }

  /** Lets followers begin with what there is. */
  #settle(followers: readonly Follower[]): void {
    for (const follower of followers) {
      follower.isReady = true;
      follower.cancelPatience();
      this.#waiting.delete(follower);
    }
    this.#tell();
  }

  #describe({ facts, catalogue, tables }: HostIdentity): void {
    const before = this.#isDescribed ? JSON.stringify([this.#host, this.#catalogue, this.#tables]) : '';
    this.#host = { ...this.#host, facts };
    this.#catalogue = catalogue;
    this.#tables = tables;
    this.#isDescribed = true;
    if (JSON.stringify([this.#host, catalogue, tables]) === before) return;
    this.#revision += 1;
    this.#tell();
  }

  #close(): void {
    this.#open?.feed.close();
    this.#next?.feed.close();
    this.#open = null;
    this.#next = null;
    // The last picture of a host that is down is all that there may ever be.
    if (this.status.state === 'down') return;
    this.#forget();
    this.#tell();
  }

  #forget(): void {
    if (this.store.head.seq === 0 && !this.#isDescribed) return;
    this.store.clear();
    this.#host = { ...this.#host, facts: {} };
    this.#catalogue = [];
    this.#tables = [];
    this.#isDescribed = false;
    this.#revision += 1;
  }

  #tell(): void {
    for (const listener of this.#newsListeners) listener();
  }
}

function namesOf({
  id,
  label,
  labels,
}: Pick<Host, 'id' | 'label' | 'labels'>): Pick<Host, 'id' | 'label' | 'labels'> {
  return { id, label, ...(labels === undefined ? {} : { labels }) };
}
