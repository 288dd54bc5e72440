import { encode } from '../../shared/protocol/codec.ts';
import type { Position, Subscribe } from '../../shared/protocol/messages.ts';
import type { Following } from '../hosts/host-stream.ts';
import type { MetricSet } from '../store/metric-set.ts';
import { HistoryError, type RecordedRun } from '../store/sample-history.ts';
import type { SampleStore, StoredSample, StoreGap } from '../store/sample-store.ts';
import type { Broadcast } from './broadcast.ts';
import type { LivePosition } from './cohort.ts';
import { memberOf, type Channel, type ChannelOptions } from './frame-cache.ts';
import { Frame, lengthOf, type Member } from './frame.ts';
import { MAX_REPLAYED, type PastStart, type RecordedPast } from './recorded-past.ts';
import type { SharedBatch } from './shared-batches.ts';
import type { Delay, LiveCursor, Subscription } from './subscription.ts';

const MAX_BATCH = 300;
/** Bounds what is buffered for a client that stops reading in the middle of a replay (FC-4). */
const MAX_BATCH_CHARACTERS = 32 * 1024;

/** Limits the values read for one batch: a few means over long intervals already take longer than other clients should wait. */
const MAX_BATCH_VALUES = 200_000;
/** The same for rows of the history, which have to be decoded first. */
const MAX_BATCH_ROWS = 3000;

/** About the time between two calls of `round`, and how many of them may come before a batch that is not overdue. */
const ROUND_MS = 1000;
const SPARE_ROUNDS = 2;

/** A position that cannot be continued from; cleared once the client was sent a gap for it. */
interface Discontinuity {
  readonly reason: 'agent_restart' | 'unknown_position' | 'evicted';
  readonly since: Position;
}

/** What comes first: everything after `since`, or else the last `backfill` samples. */
interface Beginning {
  readonly since: Position | undefined;
  readonly backfill: number;
  /** What `backfill` is counted in: grid units. */
  readonly backfillStride: number;
  /** The fingerprint that a client knows which polls, and so is not away in between. */
  readonly known: string | undefined;
  readonly following: Following | undefined;
}

/** How to make messages of samples. */
interface Encoding {
  /** The share of a batch that reading one sample takes. */
  readonly cost: number;
  readonly membersOf: (sample: StoredSample, prev: number) => readonly Member[];
  /** The batch ends with this sample, or the first after it. */
  readonly upToSeq?: number;
}

/**
 * The v1 profile's subscription: a cursor into the store, never a queue. It takes the first sample of each cell of `stride` grid units, so that all
 * clients of one interval share frames.
 *
 * It is either behind, sending batches from the cursor on as fast as the client reads, or live, sending the newest sample that is due. A live client
 * that does not read misses samples, reported by a `gap`; a replay waits for the client to read, and loses only what the store evicts meanwhile.
 *
 * A replay reads the host's history up to where the store begins: earlier runs of the agent, one after the other, and what the store has evicted of this
 * one.
 *
 * With `batchStride` above the stride, a live client gets the samples since the last with the first sample of each cell of so many grid units: again the
 * same for all clients, which share the batch.
 */
export class CursorSubscription implements Subscription {
  readonly #broadcast: Broadcast;
  readonly #store: SampleStore;
  readonly batchLength: number;
  /** Whether samples wait for others to come with them. */
  readonly isBatching: boolean;
  #channel: Channel;
  readonly #batchStride: number;
  /** The epoch of the store when last looked at. */
  #storeEpoch: string;
  /** The epoch that `#next` counts in: that of the store, or of an earlier run. */
  #epoch: string;
  /** The newest sample of an earlier run. */
  #pastHead: Position | null = null;
  /** Number up to which the history has no sample that is due after the last one; 0 if not known. */
  #emptyUpTo = 0;
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
  /** What the client asked for of a host that has not answered yet. */
  #awaited: Beginning | null = null;
  /** The head when a backfill began: sent even if it does not start a cell. */
  #backfillHead = 0;
  /** The newest sample considered while live. */
  #seen = 0;
  /** The first sample that is due and not yet sent; 0 for none. */
  #firstDue = 0;
  /** The newest such sample, the only one that will be sent; with batches, the last that will be. 0 for none. */
  #due = 0;
  /** Rounds since the last batch. */
  #rounds = 0;

  /** @param batchStride a multiple of the stride */
  constructor(broadcast: Broadcast, channel: ChannelOptions, batchStride = channel.stride) {
    this.#broadcast = broadcast;
    this.#batchStride = batchStride;
    this.batchLength = batchStride / channel.stride;
    this.isBatching = this.batchLength > 1;
    this.#store = broadcast.stream.store;
    this.#channel = broadcast.frames.channel(channel);
    const { epoch, seq } = this.#store.head;
    this.#storeEpoch = epoch;
    this.#epoch = epoch;
    this.#next = Math.max(1, seq);
  }

  /** Waits until the store has been filled: what is in it then may be another run. */
  *#filled(following: Following | undefined): Generator<Delay, void> {
    if (following === undefined || following.isReady) return;
    while (!following.isReady) yield 'opening';
    this.#enter();
  }

  #enter(): void {
    const { epoch, seq } = this.#store.head;
    this.#storeEpoch = epoch;
    this.#epoch = epoch;
    this.#next = Math.max(1, seq);
  }

  /**
   * Finds its first sample: after the client's position, or before the requested backfill. Call before anything else, until it is done.
   * @param backfillStride what the backfill is counted in, if that is not its own stride
   * @param known the fingerprint of the subscription that a client which polls goes on with
   * @returns whether nothing after the position is lost
   */
  *begin(
    { since, backfill = 0 }: Pick<Subscribe, 'since' | 'backfill'>,
    following?: Following,
    backfillStride = this.#channel.stride,
    known?: string,
  ): Generator<Delay, boolean> {
    yield* this.#filled(following);
    const { isRemote, history } = this.#broadcast.stream;
    const beginning = { since, backfill, backfillStride, following, known };
    const isBehindClient = this.#store.head.seq === 0 || this.#isAhead(since);
    if (isRemote && history === undefined && isBehindClient) {
      this.#awaited = beginning;
      return false;
    }
    return yield* this.#start(beginning);
  }

  *#start({ since, backfill, backfillStride, known }: Beginning): Generator<Delay, boolean> {
    if (since !== undefined) return yield* this.#resume(since, known);
    yield* this.#backfill(backfill, backfillStride);
    return false;
  }

  catchUp(): void {
    if (this.#awaited === null || !this.#canStart(this.#awaited)) return;
    const awaited = this.#awaited;
    this.#awaited = null;
    this.#enter();
    // Without a history there is nothing to wait for.
    const steps = this.#start(awaited);
    while (steps.next().done !== true);
  }

  /** Whether the host, which did not answer in time, has come as far as the client. */
  #canStart({ since, following }: Beginning): boolean {
    return this.#store.head.seq > 0 && following?.isFilled !== false && !this.#isAhead(since);
  }

  /** Whether the client has what this copy has yet to get. By the time that it tells, it does not just claim to have what the host has yet to take. */
  #isAhead(since: Position | undefined): boolean {
    const { epoch, seq, ts = 0 } = this.#store.head;
    return since?.epoch === epoch && since.seq > seq && since.ts !== undefined && since.ts >= ts;
  }

  /** Begins with the last `count` samples at this stride, the head being the newest of them (RT-3). */
  *#backfill(count: number, stride: number): Generator<Delay, void> {
    const start = yield* this.#find(() => {
      const { head, oldest } = this.#store;
      const held = head.seq < oldest ? 0 : this.#store.backfillStart(count, stride).count;
      return Math.min(count, MAX_REPLAYED) - held;
    }, stride);
    const { head, oldest } = this.#store;
    this.#backfillHead = head.seq;
    this.#isReplaying = count > 0 && (start !== null || head.seq >= oldest);
    if (start !== null) this.#replayFrom(start);
    else if (this.#isReplaying) this.#next = this.#store.backfillStart(count, stride).seq;
    else this.#next = Math.max(1, head.seq);
  }

  /** Continues after the client's position (RT-4 to RT-7). Returns whether nothing after it is lost. */
  *#resume(since: Position, known?: string): Generator<Delay, boolean> {
    const isLost = (): boolean => {
      const where = this.#store.locate(since);
      return where === 'other_epoch' || (where === 'evicted' && !this.#store.isCompleteAfter(since.seq));
    };
    const { stride } = this.#channel;
    const start = yield* this.#find(() => (isLost() ? MAX_REPLAYED : 0), stride, since);
    if (start !== null && isLost()) {
      this.#replayFrom(start);
      if (start.epoch === since.epoch && start.seq === since.seq + 1) {
        this.#isFresh = false;
        this.#prev = since.seq;
        this.#lastTs = since.ts ?? this.#tsAtEnd(since);
      } else {
        const reason = start.epoch === since.epoch ? 'evicted' : 'agent_restart';
        this.#discontinuity = { reason, since };
      }
      return start.isWhole;
    }
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
    // Of a client that was not away, samples go on waiting for their batch.
    const isBatchOpen = this.isBatching && known === this.fingerprint && where === 'held';
    this.#isReplaying = !isBatchOpen || this.#newestStart(since.seq, this.#batchStride) > 0;
    if (!this.#isReplaying) this.#seen = this.#store.head.seq;
    return this.#store.isCompleteAfter(since.seq);
  }

  changeSeries(set: MetricSet): boolean {
    const { set: before, number } = this.#channel;
    if (this.#storeEpoch !== this.#store.head.epoch && this.#awaited === null) this.#changeEpoch();
    if (before.key === set.key) return false;
    this.#channel = this.#broadcast.frames.channel({ ...this.#channel, set });
    // They may be in other columns only.
    return before.seriesText !== set.seriesText || this.#channel.number !== number;
  }

  get epoch(): string {
    return this.#epoch;
  }

  get head(): Position {
    const { head } = this.#store;
    return this.#epoch === head.epoch ? head : (this.#pastHead ?? head);
  }

  get channel(): number | undefined {
    const { isCompact, number } = this.#channel;
    return isCompact ? number : undefined;
  }

  get fingerprint(): string {
    const fingerprint = this.#broadcast.frames.fingerprint(this.#channel);
    return this.isBatching ? `${fingerprint}/${this.#batchStride}` : fingerprint;
  }

  get live(): LiveCursor | null {
    const { epoch, seq } = this.#store.head;
    const isLive =
      this.#awaited === null && !this.#isFresh && !this.#isReplaying && this.#discontinuity === null;
    const isPresent = this.#epoch === epoch && this.#storeEpoch === epoch && this.#seen === seq;
    if (this.isBatching || !isLive || !isPresent || this.#due > 0 || this.#prev !== this.#next - 1)
      return null;
    return { channel: this.#channel, prev: this.#prev, ts: this.#lastTs, seen: seq };
  }

  goOnAt({ prev, ts, seen }: LivePosition): void {
    this.#prev = prev;
    this.#next = prev + 1;
    this.#lastTs = ts;
    this.#seen = seen;
  }

  get isBehind(): boolean {
    if (this.#awaited !== null) return this.#canStart(this.#awaited);
    if (this.isBatching) return this.#isReplaying;
    // If the agent was too busy to send an earlier sample in time, that one comes first.
    const hasBegun = this.#seen > 0 || !this.#isFresh;
    return this.#isReplaying || (hasBegun && this.#due === 0 && this.#store.head.seq > this.#seen + 1);
  }

  get isDue(): boolean {
    if (this.#awaited !== null) return this.#canStart(this.#awaited);
    return this.#due > 0 || this.#isReplaying || this.#store.head.seq > this.#seen;
  }

  next(): Frame | undefined {
    this.catchUp();
    if (this.#awaited !== null) return undefined;
    if (this.#due > 0 && this.#due < this.#store.oldest) this.#replay();
    // Send a sample that was held while the client did not read before considering the newest.
    if (this.#due === 0) {
      if (this.isBehind) return this.#nextBatch();
      this.hold();
    }
    if (this.#due === 0) return undefined;
    return this.isBatching ? this.#dueBatch(this.#due) : this.#dueFrame(this.#due);
  }

  hold(): void {
    if (this.isBehind || this.#awaited !== null) return;
    const { seq } = this.#store.head;
    if (seq <= this.#seen) return;
    const due = this.#isFresh ? seq : this.#newestStart(this.#seen, this.#batchStride);
    this.#seen = seq;
    if (due === 0) return;
    if (this.#due > 0) this.#broadcast.countSkipped(this.batchLength);
    this.#due = due;
    this.#firstDue ||= due;
  }

  /** The newest sample after number `after` that starts a cell of so many grid units; 0 for none. */
  #newestStart(after: number, stride: number): number {
    const { head, oldest } = this.#store;
    for (let seq = head.seq; seq > after && seq >= oldest; seq -= 1) {
      const isHeld = seq === head.seq || this.#store.timestampAt(seq) !== undefined;
      if (isHeld && this.#store.startsCell(seq, stride)) return seq;
    }
    return 0;
  }

  round(): boolean {
    this.#rounds += 1;
    const { unitMs } = this.#broadcast.stream;
    const isOverdue = (this.#rounds - SPARE_ROUNDS) * ROUND_MS >= this.#batchStride * unitMs;
    return isOverdue && this.flush();
  }

  flush(): boolean {
    if (!this.isBatching || this.isBehind || this.#awaited !== null || this.#isFresh) return false;
    if (this.#due === 0) this.#due = this.#newestStart(this.#next - 1, this.#channel.stride);
    this.#firstDue ||= this.#due;
    return this.#due > 0;
  }

  position(): Position {
    return this.#awaited?.since ?? this.#discontinuity?.since ?? this.#reached;
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
    this.#emptyUpTo = 0;
    this.#prev = 0;
    this.#seen = 0;
    this.#replay();
  }

  /** The store has started over with another epoch. What was not sent of the one before is in the history, if anywhere. */
  #changeEpoch(): void {
    const isInPast = this.#epoch !== this.#storeEpoch;
    this.#storeEpoch = this.#store.head.epoch;
    if (isInPast) return;
    const run = tried(() => this.#past.run(this.#epoch));
    if (run === undefined) return this.#restart(this.position());
    this.#pastHead = endOf(run);
    this.#emptyUpTo = 0;
    this.#seen = 0;
    this.#replay();
  }

  get #past(): RecordedPast {
    return this.#broadcast.past;
  }

  /** Looks for a number of samples in the history, once it is open; `null` if none are wanted, or there are none. */
  *#find(wanted: () => number, stride: number, since?: Position): Generator<Delay, PastStart | null> {
    const { set } = this.#channel;
    if (set.series.length === 0 || wanted() <= 0) return null;
    yield* this.#past.opened();
    const count = wanted();
    return count <= 0 ? null : yield* this.#past.find(count, stride, since);
  }

  #replayFrom({ epoch, seq }: PastStart): void {
    const run = tried(() => this.#past.run(epoch));
    this.#pastHead = run === undefined ? null : endOf(run);
    this.#epoch = epoch;
    this.#next = seq;
    this.#isReplaying = true;
  }

  /** When an earlier run ended, for a position at or after its end. */
  #tsAtEnd({ epoch, seq }: Position): number | undefined {
    const end = this.#pastHead;
    return end?.epoch === epoch && seq >= end.seq ? end.ts : undefined;
  }

  /** The next messages of the replay; `undefined` when it has caught up, or comes to the next run of the agent. */
  #nextBatch(): Frame | undefined {
    const { head, oldest } = this.#store;
    const isEnded = this.#epoch !== head.epoch;
    if (isEnded || this.#covered < oldest - 1) {
      const members = this.#pastMembers(isEnded ? Number.POSITIVE_INFINITY : oldest - 1);
      if (members.length > 0) return Frame.batch(members);
      if (isEnded) return this.#enterNextRun();
    }
    const batch = this.#storeBatch();
    if (batch !== undefined) return batch;
    // End the replay only now, when the client has read nearly all of the last batch, so that it costs no live sample.
    this.#isReplaying = false;
    this.#seen = this.#store.head.seq;
    return undefined;
  }

  /** What the store has next. Clients that go on from the same sample share it: after an outage there may be thousands. */
  #storeBatch(): Frame | undefined {
    const prev = this.#prev;
    const { head } = this.#store;
    // Each client may say for itself when a gap began, and where its backfill ends.
    const isShared =
      !this.#isFresh &&
      this.#discontinuity === null &&
      this.#next === prev + 1 &&
      this.#backfillHead <= prev &&
      this.#store.isUnbrokenAfter(prev);
    if (!isShared) {
      const members = this.#storeMembers();
      return members.length > 0 ? Frame.batch(members) : undefined;
    }
    const read = (): SharedBatch => this.#readBatch(head.seq);
    const { frame, last } = this.#broadcast.batches.get(this.#channel, prev, head.seq, read);
    if (last.seq === prev) return undefined;
    this.#advanceTo(last);
    return frame;
  }

  /** @param upToSeq the last sample to send, if not the newest */
  #storeMembers(upToSeq?: number): readonly Member[] {
    const { set, stride } = this.#channel;
    const members: Member[] = [];
    this.#gather(members, this.#read(MAX_BATCH), {
      cost: (set.columns.length * stride) / MAX_BATCH_VALUES,
      membersOf: (sample, prev) => this.#broadcast.frames.members(this.#channel, sample, prev),
      ...(upToSeq === undefined ? {} : { upToSeq }),
    });
    return members;
  }

  /** Messages from the history; none where its part of the run ends. @param upToSeq the sample from which on the store has all */
  #pastMembers(upToSeq: number): readonly Member[] {
    const { set: series, stride } = this.#channel;
    const members: Member[] = [];
    // Only samples are replayed from the history, no tables.
    if (series.series.length === 0) return members;
    tried(() => {
      const run = this.#past.run(this.#epoch);
      if (run === undefined) return;
      const rows = this.#past.rowsPerSample(run, stride);
      const query = { after: this.#reached, limit: MAX_BATCH, series, stride };
      this.#gather(members, this.#past.read(run, query), {
        cost: Math.max(rows / MAX_BATCH_ROWS, (rows * series.columns.length) / MAX_BATCH_VALUES),
        membersOf: (sample, prev) => [memberOf(this.#channel, sample, prev)],
        upToSeq,
      });
      if (members.length === 0) this.#emptyUpTo = Math.min(run.lastSeq, upToSeq);
    });
    return members;
  }

  /** Adds messages of samples until a batch is full. */
  #gather(
    members: Member[],
    items: Iterable<StoredSample | StoreGap>,
    { cost, membersOf, upToSeq = Number.POSITIVE_INFINITY }: Encoding,
  ): void {
    let gaps: StoreGap[] = [];
    let characters = 0;
    let spent = 0;
    for (const item of items) {
      if (!('values' in item)) {
        gaps.push(item);
        continue;
      }
      const reported = this.#gapsBefore(item, gaps);
      if (members.length > 0 && members.length + reported.length >= MAX_BATCH) return;
      for (const gap of reported) members.push(this.#encodeGap(gap));
      const prev = reported.at(-1)?.to ?? this.#prev;
      for (const member of membersOf(item, prev)) {
        members.push(member);
        characters += lengthOf(member);
      }
      spent += cost;
      gaps = [];
      this.#advanceTo(item);
      if (item.seq >= upToSeq || characters >= MAX_BATCH_CHARACTERS || spent >= 1) return;
    }
  }

  /** Goes on with the run after an earlier one, which is announced before its first sample. */
  #enterNextRun(): undefined {
    const { head, oldest } = this.#store;
    const since = this.position();
    const run = tried(() => this.#past.runAfter(this.#epoch));
    const isPresent = run === undefined || run.epoch === head.epoch;
    this.#pastHead = isPresent ? null : endOf(run);
    this.#epoch = isPresent ? head.epoch : run.epoch;
    this.#next = isPresent ? Math.min(run?.firstSeq ?? oldest, oldest) : run.firstSeq;
    this.#prev = 0;
    this.#emptyUpTo = 0;
    if (!this.#isFresh) this.#discontinuity = { reason: 'agent_restart', since };
  }

  /** Number up to which the client has everything that is due, if nothing is lost before `#next`. */
  get #covered(): number {
    return Math.max(this.#next - 1, this.#emptyUpTo);
  }

  /** The samples since the last frame and up to a due one, as far as they fit into a frame. A batch that could not be sent in time is skipped like a sample. */
  #dueBatch(upTo: number): Frame | undefined {
    this.#rounds = 0;
    if (this.#isFresh || this.#discontinuity !== null || this.#firstDue < upTo) return this.#dueFrame(upTo);
    const prev = this.#prev;
    const read = (): SharedBatch => this.#readBatch(upTo);
    // Each client may say for itself when a gap began.
    const isShared = this.#store.isUnbrokenAfter(this.#next - 1);
    const { frame, last } = isShared ? this.#broadcast.batches.get(this.#channel, prev, upTo, read) : read();
    this.#advanceTo(last);
    if (last.seq === prev) return undefined;
    if (last.seq < upTo) {
      // The rest did not fit.
      this.#due = upTo;
      this.#firstDue = upTo;
    }
    return frame;
  }

  #readBatch(upTo: number): SharedBatch {
    const members = this.#storeMembers(upTo);
    const length = members.reduce((sum, member) => sum + lengthOf(member), 0);
    return { frame: Frame.batch(members), length, last: { seq: this.#prev, timestampMs: this.#lastTs ?? 0 } };
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
          : Frame.ofAll(this.#broadcast.frames.members(this.#channel, item, prev));
      if (reported.length === 0) return frame;
      return Frame.batch([...reported.map((gap) => this.#encodeGap(gap)), ...frame.members]);
    }
    throw new RangeError(`sample ${seq} is not held`);
  }

  /** @param only reads just this sample, even if it does not start a cell */
  #read(limit: number, only?: number): Iterable<StoredSample | StoreGap> {
    const { set: series, stride } = this.#channel;
    const isSkip = only !== undefined && (this.#isFresh || this.#firstDue < only);
    const after = isSkip ? { epoch: this.#epoch, seq: only - 1 } : { ...this.#reached, seq: this.#covered };
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
      // What is lost at the begin of a run belongs to the same gap.
      const first =
        reason === 'unknown_position' ? seq : Math.max(this.#next, ...found.map(({ to }) => to + 1));
      const from = reason === 'evicted' ? since.seq + 1 : first;
      return [{ from, to: first - 1, fromTs: since.ts ?? timestampMs, toTs: timestampMs, reason }];
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

/** A result from the history; none if it cannot be read, so that what it holds counts as evicted. */
function tried<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof HistoryError) return undefined;
    throw error;
  }
}

function endOf({ epoch, lastSeq, lastMs }: RecordedRun): Position {
  return { epoch, seq: lastSeq, ts: lastMs };
}
