import { encode } from '../../shared/protocol/codec.ts';
import type { Position } from '../../shared/protocol/messages.ts';
import type { MetricSet } from '../store/metric-set.ts';
import type { SampleStore, StoredSample, StoreGap } from '../store/sample-store.ts';
import type { Broadcast } from './broadcast.ts';
import type { Channel } from './frame-cache.ts';
import { Frame } from './frame.ts';
import type { Subscription } from './subscription.ts';

const MAX_BATCH = 300;
/** Bounds what is buffered for a client that stops reading in the middle of a replay (FC-4). */
const MAX_BATCH_CHARACTERS = 32 * 1024;

/** Limits the values read for one batch: a few means over long intervals already take longer than other clients should wait. */
const MAX_BATCH_VALUES = 200_000;

/** A position that the store cannot continue from; cleared once the client was sent a gap for it. */
interface Discontinuity {
  readonly reason: 'agent_restart' | 'unknown_position';
  readonly since: Position;
}

/**
 * The v1 profile's subscription: a cursor into the store, never a queue. It takes the first sample of each cell of `stride` grid units, so that all
 * clients of one interval share frames.
 *
 * It is either behind, sending batches from the cursor on as fast as the client reads, or live, sending the newest sample that is due. A live client
 * that does not read misses samples, reported by a `gap`; a replay waits for the client to read, and loses only what the store evicts meanwhile.
 */
export class CursorSubscription implements Subscription {
  readonly #broadcast: Broadcast;
  readonly #store: SampleStore;
  #channel: Channel;
  /** The epoch that `#next` counts in. */
  #epoch: string;
  /** The lowest number covered by neither a sample nor a gap that the client was sent. */
  #next: number;
  /** `prev` of the next frame. */
  #prev = 0;
  /** Timestamp of the client's last sample, if known. */
  #lastTs: number | undefined;
  /** Nothing was sent and the client had no position, so that no gap precedes the first frame. */
  #isFresh = true;
  #discontinuity: Discontinuity | null = null;
  #isReplaying = false;
  /** The head when a backfill began: sent even if it does not start a cell. */
  #backfillHead = 0;
  /** The newest sample considered while live. */
  #seen = 0;
  /** The first sample that is due and not yet sent; 0 for none. */
  #firstDue = 0;
  /** The newest such sample, the only one that will be sent; 0 for none. */
  #due = 0;

  constructor(broadcast: Broadcast, channel: Omit<Channel, 'key'>) {
    this.#broadcast = broadcast;
    this.#store = broadcast.stream.store;
    this.#channel = broadcast.frames.channel(channel);
    const { epoch, seq } = this.#store.head;
    this.#epoch = epoch;
    this.#next = Math.max(1, seq);
  }

  /** Begins with the last `count` samples that it would have received, the head being the newest of them (RT-3). */
  backfill(count: number): void {
    const { head, oldest } = this.#store;
    this.#backfillHead = head.seq;
    this.#isReplaying = count > 0 && head.seq >= oldest;
    if (this.#isReplaying) this.#next = this.#store.backfillStart(count, this.#channel.stride).seq;
  }

  /** Continues after the client's position (RT-4 to RT-7). Returns whether nothing after it is lost. */
  resume(since: Position): boolean {
    const where = this.#store.locate(since);
    if (where === 'other_epoch') {
      this.#restart(since);
      return false;
    }
    if (where === 'unknown') {
      this.#discontinuity = { reason: 'unknown_position', since };
      return false;
    }
    this.#isFresh = false;
    this.#prev = since.seq;
    this.#next = since.seq + 1;
    this.#lastTs = since.ts ?? this.#store.timestampAt(since.seq);
    this.#isReplaying = true;
    return this.#store.isCompleteAfter(since.seq);
  }

  changeSeries(set: MetricSet): boolean {
    const { sub, stride, tables, set: before } = this.#channel;
    const isNewEpoch = this.#epoch !== this.#store.head.epoch;
    if (isNewEpoch) this.#restart(this.position());
    if (before.key === set.key && !isNewEpoch) return false;
    this.#channel = this.#broadcast.frames.channel({ set, sub, stride, tables });
    return true;
  }

  get fingerprint(): string {
    return this.#broadcast.frames.fingerprint(this.#channel);
  }

  get isBehind(): boolean {
    // If the agent was too busy to send an earlier sample in time, that one comes first.
    const hasBegun = this.#seen > 0 || !this.#isFresh;
    return this.#isReplaying || (hasBegun && this.#due === 0 && this.#store.head.seq > this.#seen + 1);
  }

  get isDue(): boolean {
    return this.#due > 0 || this.#isReplaying || this.#store.head.seq > this.#seen;
  }

  next(): Frame | undefined {
    if (this.#due > 0 && this.#due < this.#store.oldest) this.#replay();
    // Send a sample that was held while the client did not read before considering the newest.
    if (this.#due === 0) {
      if (this.isBehind) return this.#nextBatch();
      this.hold();
    }
    return this.#due === 0 ? undefined : this.#dueFrame(this.#due);
  }

  hold(): void {
    if (this.isBehind) return;
    const { seq } = this.#store.head;
    if (seq <= this.#seen) return;
    this.#seen = seq;
    if (!this.#isFresh && !this.#store.startsCell(seq, this.#channel.stride)) return;
    if (this.#due > 0) this.#broadcast.countSkipped();
    this.#due = seq;
    this.#firstDue ||= seq;
  }

  position(): Position {
    return this.#discontinuity?.since ?? this.#reached;
  }

  get #reached(): Position {
    return { epoch: this.#epoch, seq: this.#next - 1, ts: this.#lastTs };
  }

  /** Replays what is still held, after the sample that was due has been evicted. */
  #replay(): void {
    this.#firstDue = 0;
    this.#due = 0;
    this.#isReplaying = true;
  }

  /** Starts with the oldest sample of the present epoch, after that of `since` has ended. */
  #restart(since: Position): void {
    const { head, oldest } = this.#store;
    this.#epoch = head.epoch;
    this.#discontinuity = { reason: 'agent_restart', since };
    this.#next = oldest;
    this.#prev = 0;
    this.#seen = 0;
    this.#replay();
  }

  /** The next messages of the replay; `undefined` when it has caught up. */
  #nextBatch(): Frame | undefined {
    const { set, stride } = this.#channel;
    const members: string[] = [];
    let gaps: StoreGap[] = [];
    let characters = 0;
    let values = 0;
    for (const item of this.#read(MAX_BATCH)) {
      if (!('values' in item)) {
        gaps.push(item);
        continue;
      }
      const reported = this.#gapsBefore(item, gaps);
      if (members.length > 0 && members.length + reported.length >= MAX_BATCH) break;
      for (const gap of reported) members.push(this.#encodeGap(gap));
      const prev = reported.at(-1)?.to ?? this.#prev;
      for (const text of this.#broadcast.frames.texts(this.#channel, item, prev)) {
        members.push(text);
        characters += text.length;
      }
      values += set.columns.length * stride;
      gaps = [];
      this.#advanceTo(item);
      if (characters >= MAX_BATCH_CHARACTERS || values >= MAX_BATCH_VALUES) break;
    }
    if (members.length > 0) return Frame.batch(members);
    // End the replay only now, when the client has read nearly all of the last batch, so that it costs no live sample.
    this.#isReplaying = false;
    this.#seen = this.#store.head.seq;
    return undefined;
  }

  /** The frame of a due sample, together with the gaps before it: a client never holds the position after a gap without the sample that follows. */
  #dueFrame(seq: number): Frame {
    const { head } = this.#store;
    const isWhole = this.#discontinuity === null && (this.#firstDue === 0 || this.#firstDue === seq);
    // The fast path for nearly every client and sample: allocates nothing.
    if (isWhole && seq === head.seq && (this.#isFresh || this.#store.isUnbrokenAfter(this.#next - 1))) {
      const prev = this.#prev;
      this.#advanceTo({ seq, timestampMs: head.ts ?? 0 });
      return this.#broadcast.frames.newest(this.#channel, prev);
    }
    const gaps: StoreGap[] = [];
    for (const item of this.#read(1, seq)) {
      if (!('values' in item)) {
        gaps.push(item);
        continue;
      }
      const reported = this.#gapsBefore(item, gaps);
      const prev = reported.at(-1)?.to ?? this.#prev;
      this.#advanceTo(item);
      const frame =
        seq === head.seq
          ? this.#broadcast.frames.newest(this.#channel, prev)
          : Frame.ofAll(this.#broadcast.frames.texts(this.#channel, item, prev));
      if (reported.length === 0) return frame;
      return Frame.batch([...reported.map((gap) => this.#encodeGap(gap)), ...frame.members]);
    }
    throw new RangeError(`sample ${seq} is not held`);
  }

  /** @param only reads just this sample, even if it does not start a cell */
  #read(limit: number, only?: number): Iterable<StoredSample | StoreGap> {
    const { set: series, stride } = this.#channel;
    const isSkip = only !== undefined && (this.#isFresh || this.#firstDue < only);
    const after = isSkip ? { epoch: this.#epoch, seq: only - 1 } : this.#reached;
    const including = only ?? this.#backfillHead;
    return this.#store.read({ after, limit, series, stride, including });
  }

  /** The gaps to send before a sample, whose `prev` is then `to` of the last gap. */
  #gapsBefore(
    { seq, timestampMs }: Omit<StoredSample, 'values'>,
    found: readonly StoreGap[],
  ): readonly StoreGap[] {
    if (this.#discontinuity !== null) {
      const { reason, since } = this.#discontinuity;
      const from = reason === 'agent_restart' ? this.#store.oldest : seq;
      return [{ from, to: from - 1, fromTs: since.ts ?? timestampMs, toTs: timestampMs, reason }];
    }
    if (this.#isFresh) return [];
    if (this.#firstDue > 0 && this.#firstDue < seq) {
      const fromTs = this.#lastTs ?? timestampMs;
      return [{ from: this.#next, to: seq - 1, fromTs, toTs: timestampMs, reason: 'slow' }];
    }
    return found;
  }

  #advanceTo({ seq, timestampMs }: Omit<StoredSample, 'values'>): void {
    this.#discontinuity = null;
    this.#isFresh = false;
    this.#firstDue = 0;
    this.#due = 0;
    this.#prev = seq;
    this.#next = seq + 1;
    this.#lastTs = timestampMs;
  }

  #encodeGap(gap: StoreGap): string {
    return encode({ type: 'gap', sub: this.#channel.sub, ...gap });
  }
}
