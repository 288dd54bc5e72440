import type { HostRegistry } from '../hosts/host-registry.ts';
import type { AlertBoard } from '../alerts/alert-board.ts';
import type { HostStream } from '../hosts/host-stream.ts';
import { Cohort, type LivePosition } from './cohort.ts';
import type { Worker } from './fair-queue.ts';
import { FrameCache, type Channel } from './frame-cache.ts';
import { MetricSelection } from './metric-selection.ts';
import { RecordedPast } from './recorded-past.ts';
import { SharedBatches } from './shared-batches.ts';
import type { Viewer } from './squad.ts';

/** Reacts to a host's samples, or to how hosts are. */
export interface Follower {
  /**
   * Called when a sample is in the store. Returns a worker if there is more to do in its turn.
   * @param broadcast `null` if the overview of hosts has changed
   */
  wake(broadcast: Broadcast | null): Worker | undefined;
}

/** A follower that is sent samples without being woken while it is in a cohort, of this host or of another. */
export interface SeatedFollower extends Follower, Viewer {}

/** Distributes one host's samples to its followers, which share resolved names and encoded frames: to cohorts first, then to each that is loose. */
export class Broadcast {
  readonly stream: HostStream;
  readonly frames: FrameCache;
  readonly batches: SharedBatches;
  readonly selection: MetricSelection;
  readonly past: RecordedPast;
  /** `null` if its alerts are not known. */
  readonly alerts: AlertBoard | null;
  /** Those that are loose, each with the number of its subscriptions to this host. */
  readonly #followers = new Map<Follower, number>();
  /** The same for those in cohorts: woken only if they are owed more than samples. */
  readonly #seated = new Map<SeatedFollower, number>();
  readonly #cohorts = new Map<Channel, Cohort>();
  /** What is known of the host beside samples, when last looked at. */
  #news = { revision: -1, alerts: -1, rules: -1 };
  #skippedSamples = 0;
  #sentBytes = 0;

  constructor(stream: HostStream, alerts?: AlertBoard | null) {
    this.stream = stream;
    this.alerts = alerts ?? null;
    this.frames = new FrameCache(stream.store);
    this.batches = new SharedBatches(stream.store);
    this.selection = new MetricSelection(stream);
    this.past = new RecordedPast(stream);
  }

  /** Sends to cohorts and wakes loose followers after a sample has entered the store, or something else has changed. Returns the workers that have more to do. */
  publish(nowMs: number): Worker[] {
    if (this.#hasNews()) for (const follower of this.#seated.keys()) follower.stand();
    for (const [channel, cohort] of this.#cohorts) {
      if (cohort.size > 0) this.#sentBytes += cohort.publish(nowMs);
      if (cohort.size === 0) this.#cohorts.delete(channel);
    }
    const behind: Worker[] = [];
    for (const follower of this.#followers.keys()) {
      const worker = follower.wake(this);
      if (worker !== undefined) behind.push(worker);
    }
    return behind;
  }

  /** As `Cohort.round`. */
  round(isOnTime: boolean, nowMs: number, sinceBootMs: number): void {
    for (const cohort of this.#cohorts.values()) cohort.round(isOnTime, nowMs, sinceBootMs);
  }

  get isFollowed(): boolean {
    return this.#followers.size > 0 || this.#seated.size > 0;
  }

  /** Called by a loose follower, which counts until as many calls of `unfollow`. */
  follow(follower: Follower): void {
    this.#followers.set(follower, (this.#followers.get(follower) ?? 0) + 1);
  }

  /** Called by a loose follower. */
  unfollow(follower: Follower): void {
    const count = (this.#followers.get(follower) ?? 1) - 1;
    if (count > 0) this.#followers.set(follower, count);
    else this.#followers.delete(follower);
  }

  /** The cohort of a channel for a viewer that is as far as this. */
  cohortAt(channel: Channel, position: LivePosition): Cohort {
    const known = this.#cohorts.get(channel);
    if (known !== undefined && known.size > 0) return known;
    const cohort = new Cohort(channel, { store: this.stream.store, frames: this.frames }, position);
    this.#cohorts.set(channel, cohort);
    return cohort;
  }

  /** Called by a follower that has entered a cohort. */
  seated(follower: SeatedFollower): void {
    const count = this.#followers.get(follower);
    if (count === undefined) return;
    this.#followers.delete(follower);
    this.#seated.set(follower, count);
  }

  /** Called by a follower that is loose again. */
  stood(follower: SeatedFollower): void {
    const count = this.#seated.get(follower);
    if (count === undefined) return;
    this.#seated.delete(follower);
    this.#followers.set(follower, count);
  }

  #hasNews(): boolean {
    const { revision } = this.stream;
    const alerts = this.alerts?.revision ?? 0;
    const rules = this.alerts?.rulesRevision ?? 0;
    const before = this.#news;
    if (before.revision === revision && before.alerts === alerts && before.rules === rules) return false;
    this.#news = { revision, alerts, rules };
    return true;
  }

  /** Bytes of frames sent to members of cohorts. */
  get sentBytes(): number {
    return this.#sentBytes;
  }

  /** Samples that clients missed because they did not read (FC-1). */
  get skippedSamples(): number {
    return this.#skippedSamples;
  }

  countSkipped(count = 1): void {
    this.#skippedSamples += count;
  }
}

/** The broadcasts of all hosts. */
export class Broadcasts {
  readonly hosts: HostRegistry;
  readonly #alerts: AlertBoard | null;
  readonly #byHost = new Map<HostStream, Broadcast>();
  /** Of hosts that were removed, or that nobody follows any more. */
  #skippedBefore = 0;
  #sentBefore = 0;

  constructor(hosts: HostRegistry, alerts: AlertBoard | null = null) {
    this.hosts = hosts;
    this.#alerts = alerts;
  }

  of(stream: HostStream): Broadcast {
    const known = this.#byHost.get(stream);
    if (known !== undefined) return known;
    const broadcast = new Broadcast(stream, stream.isRemote ? stream.alerts : this.#alerts);
    this.#byHost.set(stream, broadcast);
    return broadcast;
  }

  /** The broadcast of a host that somebody has asked for. */
  known(stream: HostStream): Broadcast | undefined {
    return this.#byHost.get(stream);
  }

  delete(stream: HostStream): void {
    this.#skippedBefore += this.#byHost.get(stream)?.skippedSamples ?? 0;
    this.#sentBefore += this.#byHost.get(stream)?.sentBytes ?? 0;
    this.#byHost.delete(stream);
  }

  /** As `Cohort.round`. */
  round(isOnTime: boolean, nowMs: number, sinceBootMs: number): void {
    for (const broadcast of this.#byHost.values()) broadcast.round(isOnTime, nowMs, sinceBootMs);
  }

  /** As `Broadcast.sentBytes`. */
  get sentBytes(): number {
    return [...this.#byHost.values()].reduce((sum, { sentBytes }) => sum + sentBytes, this.#sentBefore);
  }

  /** Frames encoded so far. */
  get encodings(): number {
    return [...this.#byHost.values()].reduce((sum, { frames }) => sum + frames.encodings, 0);
  }

  get skippedSamples(): number {
    const present = [...this.#byHost.values()];
    return present.reduce((sum, { skippedSamples }) => sum + skippedSamples, this.#skippedBefore);
  }
}
