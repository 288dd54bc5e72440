import type { HostRegistry } from '../hosts/host-registry.ts';
import type { AlertBoard } from '../alerts/alert-board.ts';
import type { HostStream } from '../hosts/host-stream.ts';
import type { Worker } from './fair-queue.ts';
import { FrameCache } from './frame-cache.ts';
import { MetricSelection } from './metric-selection.ts';
import { RecordedPast } from './recorded-past.ts';
import { SharedBatches } from './shared-batches.ts';

/** Reacts to a host's samples, or to how hosts are. */
export interface Follower {
  /**
   * Called when a sample is in the store. Returns a worker if there is more to do in its turn.
   * @param broadcast `null` if the overview of hosts has changed
   */
  wake(broadcast: Broadcast | null): Worker | undefined;
}

/** Distributes one host's samples to its followers, which share resolved names and encoded frames. */
export class Broadcast {
  readonly stream: HostStream;
  readonly frames: FrameCache;
  readonly batches: SharedBatches;
  readonly selection: MetricSelection;
  readonly past: RecordedPast;
  /** `null` if its alerts are not known. */
  readonly alerts: AlertBoard | null;
  /** Each with the number of its subscriptions to this host. */
  readonly #followers = new Map<Follower, number>();
  #skippedSamples = 0;

  constructor(stream: HostStream, alerts?: AlertBoard | null) {
    this.stream = stream;
    this.alerts = alerts ?? null;
    this.frames = new FrameCache(stream.store);
    this.batches = new SharedBatches(stream.store);
    this.selection = new MetricSelection(stream);
    this.past = new RecordedPast(stream);
  }

  /** Wakes the followers after a sample has entered the store. Returns the workers that have more to do. */
  publish(): Worker[] {
    const behind: Worker[] = [];
    for (const follower of this.#followers.keys()) {
      const worker = follower.wake(this);
      if (worker !== undefined) behind.push(worker);
    }
    return behind;
  }

  get isFollowed(): boolean {
    return this.#followers.size > 0;
  }

  /** Returns the undo. */
  follow(follower: Follower): () => void {
    this.#followers.set(follower, (this.#followers.get(follower) ?? 0) + 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const count = (this.#followers.get(follower) ?? 1) - 1;
      if (count > 0) this.#followers.set(follower, count);
      else this.#followers.delete(follower);
    };
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
    this.#byHost.delete(stream);
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
