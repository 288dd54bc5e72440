import { encodeSubscribed } from '../../shared/protocol/codec.ts';
import type { Subscribe, Subscribed } from '../../shared/protocol/messages.ts';
import type { MetricSet } from '../store/metric-set.ts';
import type { SampleStore } from '../store/sample-store.ts';
import type { Broadcast } from './broadcast.ts';
import { Frame } from './frame.ts';
import type { ScopedHost } from './scope-view.ts';
import type { Subscription } from './subscription.ts';

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
  /** Withdraws the subscription's demands. */
  readonly release: () => void;
}

/** A subscription with its request: tracks what the globs match, and announces the series before the first frame that contains them. */
export class FollowedSubscription {
  readonly subscription: Subscription;
  readonly request: Subscribe;
  readonly release: () => void;
  readonly #intervalMs: number;
  readonly #store: SampleStore;
  #host: ScopedHost;
  /** The store's catalogue when the series were chosen. */
  #catalogue: SampleStore['catalogue'];
  #epoch: string;
  #weight: number;
  #announcement: Frame | undefined;

  constructor({ subscription, host, request, intervalMs, release }: FollowedOptions, set: MetricSet) {
    this.subscription = subscription;
    this.request = request;
    this.release = release;
    this.#intervalMs = intervalMs;
    this.#store = host.broadcast.stream.store;
    this.#host = host;
    this.#catalogue = this.#store.catalogue;
    this.#epoch = this.#store.head.epoch;
    this.#weight = this.#weightOf(set);
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

  /** Whether past samples come next. */
  get isBehind(): boolean {
    return this.#announcement === undefined && this.subscription.isBehind;
  }

  /** Whether `next` may have a frame. */
  get isDue(): boolean {
    return this.#announcement !== undefined || this.subscription.isDue;
  }

  /** The announcement due before the next frame, if any. Call only while the client reads. */
  nextAnnouncement(): Frame | undefined {
    if (this.#catalogue !== this.#store.catalogue || this.#epoch !== this.#store.head.epoch)
      this.#useSeries(this.#host.select(this.request.metrics));
    const announcement = this.#announcement;
    this.#announcement = undefined;
    return announcement;
  }

  /** The next frame to send; `undefined` if there is none now. Call only while the client reads. */
  next(): Frame | undefined {
    return this.nextAnnouncement() ?? this.subscription.next();
  }

  /** Announces the series to the client before the next frame. */
  announce(set: MetricSet, { recovered, id }: Pick<Subscribed, 'recovered' | 'id'>): void {
    const { sub, tables } = this.request;
    const { epoch, seq } = this.#store.head;
    const answer: Omit<Subscribed, 'series'> = {
      type: 'subscribed',
      sub,
      host: this.#host.id,
      epoch,
      seq,
      intervalMs: this.#intervalMs,
      recovered,
      tables: this.#host.tables.filter(({ name }) => tables.includes(name)),
      id,
    };
    this.#announcement = Frame.of(encodeSubscribed(answer, set.seriesText));
  }

  /** Continues with the view that another scope has of the host. */
  moveTo(host: ScopedHost, set: MetricSet): void {
    this.#host = host;
    this.#useSeries(set);
  }

  /** Switches to another set of series: metrics have appeared or vanished, or the host's agent was restarted. */
  #useSeries(set: MetricSet): void {
    const { epoch } = this.#store.head;
    const recovered = this.#epoch === epoch;
    this.#catalogue = this.#store.catalogue;
    this.#epoch = epoch;
    if (!this.subscription.changeSeries(set)) return;
    this.#weight = this.#weightOf(set);
    this.announce(set, { recovered, id: undefined });
  }

  #weightOf({ series }: MetricSet): number {
    const mean = 1 + this.#intervalMs / this.broadcast.stream.unitMs / UNITS_PER_WEIGHT;
    return FRAME_WEIGHT + PATTERN_WEIGHT * this.request.metrics.length + series.length * mean;
  }
}
