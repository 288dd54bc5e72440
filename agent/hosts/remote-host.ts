import type { MetricDescriptor, TableDescriptor } from '../../shared/protocol/catalogue.ts';
import type { Host, HostStatus, HostSummary } from '../../shared/protocol/messages.ts';
import type { AlertBoard } from '../alerts/alert-board.ts';
import type { Clock } from '../clock.ts';
import { RingStore } from '../store/ring-store.ts';
import type { SequencedSample } from '../store/sample-store.ts';
import type { FeedPace, FeedStart, HostFeed, HostIdentity, OpenFeed } from './host-feed.ts';
import type { Following, HostStream, Wish } from './host-stream.ts';
import { SamplingDemand } from './sampling-demand.ts';

export interface RemoteHostOptions {
  /** As known before anybody follows it. */
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
  readonly cancelPatience: () => void;
}

interface NextFeed {
  readonly feed: OpenFeed;
  /** Whether it was asked for everything. */
  readonly isWhole: boolean;
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
  readonly #sampleListeners = new Set<(sample: SequencedSample) => void>();
  readonly #newsListeners = new Set<() => void>();
  #host: Host;
  #summary: HostSummary;
  #tables: readonly TableDescriptor[] = [];
  #catalogue: readonly MetricDescriptor[] = [];
  #isDescribed = false;
  #revision = 0;
  /** The feed that the store is filled from. */
  #open: OpenFeed | null = null;
  /** One that begins further back, and takes its place once it has come as far. */
  #next: NextFeed | null = null;
  /** Whether the store has everything that the host holds. */
  #isWhole = false;
  #cancelLinger: () => void = () => {};

  constructor({ summary, feed, clock, alerts }: RemoteHostOptions) {
    const { id, label, labels, status, intervalMs, minIntervalMs, epoch } = summary;
    this.#host = { id, label, facts: {}, ...(labels === undefined ? {} : { labels }), status };
    this.#summary = summary;
    this.#feed = feed;
    this.#clock = clock;
    this.alerts = alerts;
    this.intervalMs = intervalMs;
    this.unitMs = minIntervalMs;
    this.store = new RingStore({ epoch, catalogue: [], unitMs: minIntervalMs, intervalMs });
    this.#demand = new SamplingDemand(intervalMs / minIntervalMs);
    this.#demand.onChange(() => this.#setPace());
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

  /** Whether somebody follows it. */
  get isFollowed(): boolean {
    return this.#followers.size > 0;
  }

  follow(wish: Wish): Following {
    this.#cancelLinger();
    const release = this.#demand.add(wish.stride);
    const isReady = this.#open !== null && this.#has(wish);
    const giveUp = (): void => {
      follower.isReady = true;
      this.#tell();
    };
    const follower: Follower = {
      wish,
      isReady,
      cancelPatience: isReady ? () => {} : this.#clock.schedule(giveUp, FILL_AT_MOST_MS),
      end: () => {
        follower.cancelPatience();
        if (!this.#followers.delete(follower)) return;
        release();
        this.#setPace();
        if (this.#followers.size === 0)
          this.#cancelLinger = this.#clock.schedule(() => this.#close(), LINGER_MS);
      },
    };
    this.#followers.add(follower);
    if (isReady) this.#setPace();
    else this.#fill(wish);
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
    const before = this.#summary;
    this.#summary = summary;
    const { label, labels, status } = summary;
    const isOther =
      status.state !== before.status.state ||
      status.sinceMs !== before.status.sinceMs ||
      label !== before.label ||
      JSON.stringify(labels) !== JSON.stringify(before.labels);
    if (isOther) {
      this.#host = { ...this.#host, label, ...(labels === undefined ? {} : { labels }), status };
      this.#revision += 1;
    }
    this.#tell();
  }

  /** Closes what is open. The source has removed it from the registry. */
  stop(): void {
    this.#cancelLinger();
    this.#close();
  }

  get #pace(): FeedPace {
    return {
      intervalMs: this.currentIntervalMs,
      tables: [...this.#followers].some(({ wish }) => wish.tables),
    };
  }

  #setPace(): void {
    const pace = this.#pace;
    this.#open?.setPace(pace);
    this.#next?.feed.setPace(pace);
  }

  /** Whether the store has all of a wish that the host itself would have. */
  #has({ since, backfill, stride }: Wish): boolean {
    if (this.#isWhole) return true;
    if (since === undefined) return this.store.backfillStart(backfill, stride).count >= backfill;
    const where = this.store.locate(since);
    return where === 'held' || where === 'unknown';
  }

  /** A second feed gets everything, so that there is never a third. */
  #fill(wish: Wish): void {
    if (this.#next?.isWhole === true) return;
    const start = this.#open === null && this.#next === null ? this.#startOf(wish) : 'everything';
    this.#next?.feed.close();
    const feed = this.#feed.open(start, this.#pace, {
      described: (identity) => this.#describe(identity),
      filled: (samples) => this.#received(feed, samples, true),
      sample: (sample) => this.#received(feed, [sample], false),
    });
    this.#next = { feed, isWhole: start === 'everything', samples: [], isFilled: false };
  }

  #startOf({ since, backfill, stride }: Wish): FeedStart {
    if (since === undefined)
      return { backfill: Math.max(1, Math.ceil((backfill * stride * this.unitMs) / this.intervalMs)) };
    if (since.epoch !== this.#summary.epoch) return 'everything';
    // With that sample itself, so that the store knows what lies between it and the next.
    return { since: { epoch: since.epoch, seq: Math.max(0, since.seq - 1) } };
  }

  #received(feed: OpenFeed, samples: readonly SequencedSample[], isFill: boolean): void {
    if (feed === this.#open) {
      for (const sample of samples) this.#append(sample);
      return;
    }
    const next = this.#next;
    if (feed !== next?.feed) return;
    next.samples.push(...samples);
    next.isFilled ||= isFill;
    const { head } = this.store;
    const last = next.samples.at(-1);
    // The store never goes back: the open feed goes on until the next one has come as far.
    const isBehind = last !== undefined && last.epoch === head.epoch && last.seq < head.seq;
    if (next.isFilled && (!isBehind || this.#open === null))
      this.#takeOver(next, isBehind ? undefined : last);
  }

  #takeOver({ feed, samples, isWhole }: NextFeed, last: SequencedSample | undefined): void {
    const { head } = this.store;
    this.#open?.close();
    this.#open = feed;
    this.#next = null;
    this.#isWhole = isWhole;
    if (last !== undefined) this.store.refill(samples);
    this.#revision += 1;
    for (const follower of this.#followers) {
      follower.isReady = true;
      follower.cancelPatience();
    }
    const isNews = last !== undefined && (last.epoch !== head.epoch || last.seq > head.seq);
    if (isNews) for (const listener of this.#sampleListeners) listener(last);
    this.#tell();
  }

  #append(sample: SequencedSample): void {
    if (sample.catalogue !== undefined) this.#revision += 1;
    this.store.append(sample);
    for (const listener of this.#sampleListeners) listener(sample);
  }

  #describe({ host, catalogue, tables }: HostIdentity): void {
    const { id, label, labels, status } = this.#host;
    const own = { id, label, ...(labels && { labels }), ...(status && { status }) };
    this.#host = { ...host, ...own };
    this.#catalogue = catalogue;
    this.#tables = tables;
    this.#isDescribed = true;
    this.#revision += 1;
    this.#tell();
  }

  #close(): void {
    this.#open?.close();
    this.#next?.feed.close();
    this.#open = null;
    this.#next = null;
    this.#isWhole = false;
    // The last picture of a host that is down is all that there may ever be.
    if (this.status.state !== 'down') this.store.clear();
  }

  #tell(): void {
    for (const listener of this.#newsListeners) listener();
  }
}
