import { encode } from '../../shared/protocol/codec.ts';
import type { Gap, Position } from '../../shared/protocol/messages.ts';
import { Frame } from './frame.ts';
import type { Channel, Feed } from '../hosts/feed.ts';
import type { MetricSet } from '../store/metric-set.ts';
import type { Outlet, Subscription } from './subscription.ts';

const MAX_BATCH = 300;
/** A client that stops reading in the middle of a replay holds no more than one of these (FC-4). */
const MAX_BATCH_CHARACTERS = 32 * 1024;

/** Of means over long intervals a few already take longer than others should wait: values that are read for one batch. */
const MAX_BATCH_VALUES = 200_000;

const NO_GAPS: readonly Bounds[] = [];

type Bounds = Omit<Gap, 'type' | 'sub'>;

/** A position that this ring cannot continue, until the client has been told so. */
interface Opening {
  readonly reason: 'agent_restart' | 'unknown_position';
  readonly since: Position;
}

export interface CursorOptions {
  readonly sub: string;
  readonly set: MetricSet;
  /** Units of the grid between its samples. */
  readonly stride: number;
  /** Names of the tables that come with them. */
  readonly tables: readonly string[];
}

/**
 * The v1 profile's subscription: a cursor into the ring, never a queue. Its samples are the first of each cell of `stride`
 * grid units, so that all clients of one interval share frames.
 *
 * It is either replaying, sending batches from the cursor on as it gets its turns and as fast as the client reads, or live, sending the newest sample
 * that is due. A live client that does not read is skipped and told so by a `gap`; a replay waits for it until the ring
 * has moved on.
 */
export class CursorSubscription implements Subscription {
  readonly #feed: Feed;
  readonly #outlet: Outlet;
  #channel: Channel;
  /** The lowest number that the client has not been sent or told of. */
  #next: number;
  /** `prev` of the next frame. */
  #prev = 0;
  /** Timestamp of the client's last sample, where it is known. */
  #lastTs: number | undefined;
  /** Nothing has been sent and no position was brought along: there is nothing that a first frame could miss. */
  #isFresh = true;
  #opening: Opening | null = null;
  #isReplaying = false;
  /** The head when a backfill began: sent although it may not start a cell. */
  #backfillHead = 0;
  /** The newest sample that live has looked at. */
  #seen = 0;
  /** Due and not yet sent, the first and the newest; 0 for none. */
  #firstDue = 0;
  #due = 0;

  constructor(feed: Feed, outlet: Outlet, { sub, set, stride, tables }: CursorOptions) {
    this.#feed = feed;
    this.#outlet = outlet;
    this.#channel = feed.channel(set, sub, stride, tables);
    this.#next = Math.max(1, feed.ring.head);
  }

  /** Begins with the last `count` samples that it would have had, the head being the newest of them (RT-3). */
  backfill(count: number): void {
    const { head, oldest } = this.#feed.ring;
    this.#backfillHead = head;
    this.#isReplaying = count > 0 && head >= oldest;
    if (!this.#isReplaying) return;
    const isAll = count > head - oldest;
    if (isAll || this.#channel.stride === 1) {
      this.#next = isAll ? oldest : head + 1 - count;
      return;
    }
    let found = 0;
    for (let seq = head; seq >= oldest && found < count; seq -= 1) {
      if (!this.#isOfGrid(seq) && seq !== head) continue;
      this.#next = seq;
      found += 1;
    }
  }

  /** Begins after the position that the client has (RT-4 to RT-7). Returns whether everything after it follows. */
  resume(since: Position): boolean {
    const { epoch, head, oldest } = this.#feed.ring;
    if (epoch !== since.epoch) {
      this.#opening = { reason: 'agent_restart', since };
      this.#next = oldest;
      this.#isReplaying = true;
      return false;
    }
    if (since.seq > head) {
      this.#opening = { reason: 'unknown_position', since };
      return false;
    }
    const isHeld = since.seq >= oldest;
    this.#isFresh = false;
    this.#prev = since.seq;
    this.#next = since.seq + 1;
    this.#lastTs = since.ts ?? (isHeld ? this.#feed.ring.timestampAt(since.seq) : undefined);
    this.#isReplaying = true;
    return since.seq >= oldest - 1;
  }

  /** Goes on with other series, from here on. Returns whether they are others. */
  follow(set: MetricSet): boolean {
    const { sub, stride, tables, set: before } = this.#channel;
    if (before.key === set.key) return false;
    this.#channel = this.#feed.channel(set, sub, stride, tables);
    return true;
  }

  get fingerprint(): string {
    return this.#feed.fingerprint(this.#channel);
  }

  sampled(): boolean {
    // It reads again, and its turn has not come since.
    if (this.#due > 0 && this.#outlet.canSend()) this.#sendDue(this.#due);
    // Woken too late for the sample before, which is no fault of the client's: that comes first.
    this.#isReplaying ||= this.#seen > 0 && this.#due === 0 && this.#feed.ring.head > this.#seen + 1;
    if (!this.#isReplaying) this.#followHead();
    return this.#isReplaying;
  }

  step(): boolean {
    if (!this.sampled() || !this.#outlet.canSend()) return this.#isReplaying;
    this.#replayBatch();
    return this.sampled();
  }

  position(): Position {
    if (this.#opening !== null) return this.#opening.since;
    return { epoch: this.#feed.ring.epoch, seq: this.#next - 1, ts: this.#lastTs };
  }

  #replayBatch(): void {
    const members = this.#nextBatch();
    if (members.length > 0) {
      this.#outlet.send(Frame.batch(members));
      return;
    }
    // Only now that it has read the last batch, or all but a little: live samples are not skipped behind a replay.
    this.#isReplaying = false;
    this.#seen = this.#feed.ring.head;
  }

  /** The next messages of the replay; none when it has caught up. */
  #nextBatch(): string[] {
    const members: string[] = [];
    const { set, stride } = this.#channel;
    let characters = 0;
    let values = 0;
    while (characters < MAX_BATCH_CHARACTERS && values < MAX_BATCH_VALUES) {
      const seq = this.#nextDue();
      if (seq === 0) break;
      const gaps = this.#gapsBefore(seq);
      if (members.length > 0 && members.length + gaps.length >= MAX_BATCH) break;
      for (const gap of gaps) members.push(this.#encodeGap(gap));
      for (const text of this.#feed.texts(this.#channel, seq, gaps.at(-1)?.to ?? this.#prev)) {
        members.push(text);
        characters += text.length;
      }
      values += set.columns.length * stride;
      this.#advanceTo(seq);
    }
    return members;
  }

  /** The sample that the replay comes to next, 0 when it has caught up. */
  #nextDue(): number {
    const { head, oldest } = this.#feed.ring;
    for (let seq = Math.max(this.#next, oldest); seq <= head; seq += 1) {
      if (this.#isOfGrid(seq) || seq === this.#backfillHead) return seq;
    }
    return 0;
  }

  #followHead(): void {
    const { ring } = this.#feed;
    if (ring.head > this.#seen) {
      this.#seen = ring.head;
      if (this.#isFresh || this.#isOfGrid(ring.head)) {
        if (this.#due > 0) this.#feed.countSkipped();
        this.#due = ring.head;
        this.#firstDue ||= ring.head;
      }
    }
    if (this.#due === 0 || !this.#outlet.canSend()) return;
    this.#sendDue(this.#due);
  }

  #sendDue(seq: number): void {
    const gaps = this.#gapsBefore(seq);
    const prev = gaps.at(-1)?.to ?? this.#prev;
    this.#firstDue = 0;
    this.#due = 0;
    this.#advanceTo(seq);
    const frame = this.#frame(seq, prev);
    if (gaps.length === 0) {
      this.#outlet.send(frame);
      return;
    }
    // In one message, so that no client has the gap, and the position behind it, without the sample.
    this.#outlet.send(Frame.batch([...gaps.map((gap) => this.#encodeGap(gap)), ...frame.members]));
  }

  #frame(seq: number, prev: number): Frame {
    return seq === this.#feed.ring.head
      ? this.#feed.headFrame(this.#channel, prev)
      : Frame.ofAll(this.#feed.texts(this.#channel, seq, prev));
  }

  /** What the client has to be told before sample `seq`; `prev` of that is then `to` of the last. */
  #gapsBefore(seq: number): readonly Bounds[] {
    const { ring, intervalMs } = this.#feed;
    if (this.#isContinuedBy(seq)) return NO_GAPS;
    const toTs = ring.timestampAt(seq);
    if (this.#opening !== null) {
      const { reason, since } = this.#opening;
      const from = reason === 'agent_restart' ? ring.oldest : seq;
      return [{ from, to: from - 1, fromTs: since.ts ?? toTs, toTs, reason }];
    }
    if (this.#isFresh) return [];
    if (this.#firstDue > 0 && this.#firstDue < seq) {
      return [{ from: this.#next, to: seq - 1, fromTs: this.#lastTs ?? toTs, toTs, reason: 'slow' }];
    }
    if (this.#next < ring.oldest) {
      const missed = ring.oldest - this.#next;
      const fromTs = this.#lastTs ?? ring.timestampAt(ring.oldest) - missed * intervalMs;
      return [{ from: this.#next, to: ring.oldest - 1, fromTs, toTs, reason: 'evicted' }];
    }
    return ring.breaksBetween(this.#next - 1, seq).map(({ fromTs, toTs: until, reason }) => ({
      from: this.#prev + 1,
      to: this.#prev,
      fromTs,
      toTs: until,
      reason,
    }));
  }

  /** Whether nothing at all was missed before `seq`: so for nearly every client and sample, and then nothing is allocated. */
  #isContinuedBy(seq: number): boolean {
    const isWhole = this.#opening === null && (this.#firstDue === 0 || this.#firstDue === seq);
    return isWhole && this.#next >= this.#feed.ring.oldest && !this.#feed.ring.hasBreakSince(this.#next - 1);
  }

  #advanceTo(seq: number): void {
    this.#opening = null;
    this.#isFresh = false;
    this.#prev = seq;
    this.#next = seq + 1;
    this.#lastTs = this.#feed.ring.timestampAt(seq);
  }

  #isOfGrid(seq: number): boolean {
    return this.#feed.ring.startsCell(seq, this.#channel.stride);
  }

  #encodeGap(gap: Bounds): string {
    return encode({ type: 'gap', sub: this.#channel.sub, ...gap });
  }
}
