import type { Position } from '../../shared/protocol/messages.ts';
import type { Following } from '../hosts/host-stream.ts';
import type { MetricSet } from '../store/metric-set.ts';
import type { Broadcast } from './broadcast.ts';
import type { Frame } from './frame.ts';
import type { Delay, Subscription } from './subscription.ts';

/** The plain profile's subscription: one sample per interval of the host, with metric names. Skips samples without a gap. */
export class PlainSubscription implements Subscription {
  readonly fingerprint = '';
  readonly isBehind = false;
  readonly batchLength = 1;
  readonly #broadcast: Broadcast;
  readonly #stride: number;
  #set: MetricSet;
  #epoch = '';
  #seen = 0;
  #isDue = false;

  constructor(broadcast: Broadcast, set: MetricSet) {
    const { intervalMs, unitMs } = broadcast.stream;
    this.#broadcast = broadcast;
    this.#stride = intervalMs / unitMs;
    this.#set = set;
  }

  /** Waits until the host is known. */
  *begin(following: Following): Generator<Delay, boolean> {
    while (!following.isReady) yield 'opening';
    return false;
  }

  catchUp(): void {}

  get epoch(): string {
    return this.head.epoch;
  }

  get head(): Position {
    return this.#broadcast.stream.store.head;
  }

  get isDue(): boolean {
    return this.#isDue || this.epoch !== this.#epoch || this.head.seq > this.#seen;
  }

  next(): Frame | undefined {
    this.hold();
    if (!this.#isDue) return undefined;
    this.#isDue = false;
    return this.#broadcast.frames.newestPlain(this.#set, this.#stride);
  }

  hold(): void {
    const { store } = this.#broadcast.stream;
    const { epoch, seq } = store.head;
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      this.#seen = 0;
    }
    if (seq <= this.#seen) return;
    const isDue = this.#seen === 0 || store.startsCell(seq, this.#stride);
    if (isDue && this.#isDue) this.#broadcast.countSkipped();
    this.#isDue ||= isDue;
    this.#seen = seq;
  }

  round(): boolean {
    return false;
  }

  flush(): boolean {
    return false;
  }

  changeSeries(set: MetricSet): boolean {
    this.#set = set;
    return false;
  }

  position(): Position {
    return { epoch: this.#broadcast.stream.store.head.epoch, seq: this.#seen };
  }
}
