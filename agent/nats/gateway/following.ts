import type { FeedListener, FeedPace, FeedStart, OpenFeed } from '../../hosts/host-feed.ts';
import type { Position } from '../../../shared/protocol/messages.ts';
import type { Clock } from '../../clock.ts';
import type { SequencedSample } from '../../store/sample-store.ts';
import { liveSchema, type BatchBody, type LiveBody } from '../bodies.ts';
import type { Subjects } from '../subjects.ts';
import { askReplay } from './ask-replay.ts';
import type { AskEnd, Broker, BrokerMessage } from './broker.ts';
import type { Catalogues, Description } from './catalogues.ts';
import type { DropReason, Drops } from './drops.ts';
import type { Fills } from './fills.ts';
import type { HostRun } from './host-run.ts';
import { readLog } from './log-reader.ts';
import { RateLease } from './rate-lease.ts';
import { readBody } from './read-body.ts';
import { toSample, type Entry } from './to-sample.ts';

/** What the feeds of one host share. */
export interface FeedParts {
  readonly subjects: Subjects;
  readonly intervalMs: number;
  readonly unitMs: number;
  readonly broker: Broker;
  readonly catalogues: Catalogues;
  readonly run: HostRun;
  readonly fills: Fills;
  readonly drops: Drops;
  readonly clock: Clock;
  /** Id of the catalogue that the host last said to have. */
  readonly newestCatalogue: () => string | undefined;
  /** Called with each live sample. */
  readonly heard: () => void;
  /** Called when a feed is closed. */
  readonly closed: (feed: Following) => void;
  /** Called with what should never happen. */
  readonly failed: (error: unknown) => void;
}

/** How often a host is asked for what is missing before it counts as lost. */
const MAX_TRIES = 3;
/** Live samples that wait for those before them. What has no room is asked for again. */
const MAX_WAITING = 1000;
const RETRY_MS = 1000;
/** As `Gap.reason`. */
const REASON = /^[a-z_]{1,32}$/;
/** What is said of numbers that neither the host nor the log has. */
const LOST = 'evicted';

/**
 * The samples of one host, in order and each once: live ones as they come, everything else from the ring of its agent, or from the log where the agent
 * does not answer. What comes meanwhile waits.
 */
export class Following implements OpenFeed {
  readonly #parts: FeedParts;
  readonly #start: FeedStart;
  readonly #listener: FeedListener;
  readonly #lease: RateLease;
  #pace: FeedPace;
  /** Of the last sample that was delivered, or that is to be continued after. */
  #position: Position | null;
  /** Whether a sample was delivered: until then the position is what somebody asked for, which may not exist. */
  #hasDelivered = false;
  #gridIndex = Number.NEGATIVE_INFINITY;
  /** Id of the catalogue that the listener knows. */
  #described: string | null = null;
  /** Of the last sample; `null` before the first of a run. */
  #catalogueId: string | null = null;
  /** What was delivered until everything is there; then `null`. */
  #gathered: SequencedSample[] | null = [];
  readonly #waiting: LiveBody[] = [];
  /** Whether samples may be missing after the last, without one that shows it. */
  #isDoubtful = true;
  #tries = 0;
  #isWorking = false;
  #isClosed = false;
  readonly #undos: (() => void)[] = [];
  #cancelRetry: () => void = () => {};

  constructor(parts: FeedParts, start: FeedStart, pace: FeedPace, listener: FeedListener) {
    this.#parts = parts;
    this.#start = start;
    this.#listener = listener;
    this.#lease = new RateLease(parts);
    this.#pace = pace;
    this.#position = typeof start === 'object' && 'since' in start ? start.since : null;
  }

  /** Listens first, so that nothing is missing between what is replayed and what is live. */
  begin(): void {
    const { broker, subjects } = this.#parts;
    this.#undos.push(
      broker.listen(subjects.live, (message) => this.#hear(message)),
      broker.onLink(() => this.#linkChanged()),
    );
    this.#lease.renew(this.#pace);
    void this.#work();
  }

  setPace(pace: FeedPace): void {
    const isSame = pace.intervalMs === this.#pace.intervalMs && pace.tables === this.#pace.tables;
    this.#pace = pace;
    if (!isSame) this.#lease.renew(this.#pace);
  }

  /** Takes what a beat says: the run, and the number of its newest sample, which was sent before. */
  beatHeard({ e, q }: Pick<LiveBody, 'e' | 'q'>): void {
    const position = this.#position;
    const isComplete = position?.epoch === e && position.seq >= q;
    if (isComplete || q === 0 || this.#isWorking || this.#waiting.length > 0) return;
    this.#isDoubtful = true;
    void this.#work();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const undo of this.#undos) undo();
    this.#lease.end();
    this.#cancelRetry();
    this.#parts.closed(this);
  }

  // ---------------------------------------------------------------------------------------------- what is heard

  #hear({ data }: BrokerMessage): void {
    const { run, drops, heard } = this.#parts;
    const body = readBody(liveSchema, data);
    if (body === undefined) return drops.count('malformed');
    if (!run.hears(body)) return drops.count('earlier_run');
    heard();
    if (this.#waiting.length >= MAX_WAITING) this.#waiting.shift();
    this.#waiting.push(body);
    if (this.#isWorking) return;
    if (!this.#isDoubtful && this.#gathered === null) this.#deliverWaiting();
    if (this.#waiting.length > 0) void this.#work();
  }

  #linkChanged(): void {
    if (!this.#parts.broker.isConnected) return;
    this.#isDoubtful = true;
    this.#lease.renew(this.#pace);
    void this.#work();
  }

  // ---------------------------------------------------------------------------------------------- putting it in order

  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    try {
      let isMore = true;
      while (isMore && !this.#isClosed) isMore = await this.#step();
    } catch (error) {
      this.#parts.failed(error);
      this.#retryLater();
    }
    this.#isWorking = false;
    this.#finishFill();
  }

  /** Returns whether there may be more to do. */
  async #step(): Promise<boolean> {
    if (this.#isDoubtful) {
      this.#isDoubtful = false;
      const end = await this.#fill();
      this.#tries = this.#position === null && end === 'answered' ? MAX_TRIES : 0;
      return true;
    }
    this.#deliverWaiting();
    const [next] = this.#waiting;
    if (next === undefined) return false;
    if (this.#parts.catalogues.known(next.c) !== undefined) return this.#mend(next);
    const found = await this.#parts.catalogues.of(next.c);
    if (found === 'silent') return this.#retryLater();
    // The agent tells what is in its ring in the order of the catalogue that it has now.
    if (found === 'other') this.#drop(next, 'undescribed');
    return true;
  }

  /** Looks for what is missing before a sample. Returns whether there may be more to do. */
  async #mend(next: LiveBody): Promise<boolean> {
    if (this.#tries >= MAX_TRIES) {
      this.#tries = 0;
      if (this.#position === null) this.#position = { epoch: next.e, seq: next.p };
      else this.#deliverNext(next, LOST);
      return true;
    }
    const before = this.#position;
    const end = await this.#fill();
    if (this.#position !== before) this.#tries = 0;
    else if (end === 'answered') this.#tries = MAX_TRIES;
    else {
      this.#tries += 1;
      if (end === 'absent') return this.#retryLater();
    }
    return true;
  }

  /** Delivers live samples as far as nothing is missing. */
  #deliverWaiting(): void {
    const { catalogues, run } = this.#parts;
    for (let [next] = this.#waiting; next !== undefined && !this.#isClosed; [next] = this.#waiting) {
      if (this.#position === null) return;
      if (next.e !== this.#position.epoch && next.e === run.epoch) this.#beginRun(next.e);
      const { epoch, seq } = this.#position;
      if (next.e !== epoch) this.#drop(next, 'earlier_run');
      else if (next.q <= seq && !this.#hasDelivered) this.#position = { epoch, seq: next.p };
      else if (next.q <= seq) this.#waiting.shift();
      else if (next.p > seq || catalogues.known(next.c) === undefined) return;
      else this.#deliverNext(next);
    }
  }

  #deliverNext(next: LiveBody, lost?: typeof LOST): void {
    this.#waiting.shift();
    const description = this.#parts.catalogues.known(next.c);
    if (description !== undefined) this.#deliver(next, next.e, description, lost);
  }

  #drop(next: LiveBody, reason: DropReason): void {
    if (this.#waiting[0] === next) this.#waiting.shift();
    this.#parts.drops.count(reason);
  }

  #retryLater(): false {
    this.#cancelRetry();
    this.#cancelRetry = this.#parts.clock.schedule(() => void this.#work(), RETRY_MS);
    return false;
  }

  // ---------------------------------------------------------------------------------------------- what is not live

  /** Continues after the position, or begins. */
  async #fill(): Promise<AskEnd> {
    return this.#parts.fills.run(async () => {
      if (this.#isClosed) return 'absent';
      const { bodies, end } = await askReplay(this.#parts, {
        start: this.#position === null ? this.#start : { since: this.#position },
        knownCatalogue: this.#knownCatalogue,
        tries: this.#tries,
      });
      if (bodies.length > 0) await this.#takeReplay(bodies);
      else if (end !== 'answered') await this.#takeLog(this.#position === null);
      if (this.#described === null && !this.#isClosed) {
        const description = await this.#parts.catalogues.newest();
        if (description !== null && this.#described === null) this.#describe(description);
      }
      return end;
    });
  }

  /** One that is known, or that the host can be asked for. */
  get #knownCatalogue(): string | undefined {
    const { catalogues, newestCatalogue } = this.#parts;
    const id = this.#catalogueId;
    return id !== null && catalogues.known(id) !== undefined ? id : newestCatalogue();
  }

  async #takeReplay(bodies: readonly BatchBody[]): Promise<void> {
    const [first] = bodies;
    const position = this.#position;
    if (position !== null && position.epoch === first?.e && (first.b[0]?.p ?? 0) > position.seq)
      await this.#takeLog(true);
    await this.#take(bodies, true);
  }

  /** @param mayLose whether samples after missing ones are taken: not if their host may still have those */
  async #takeLog(mayLose: boolean): Promise<void> {
    const { broker, subjects, run, fills, intervalMs, unitMs } = this.#parts;
    const start = this.#position === null ? this.#start : { since: this.#position };
    let bodies: readonly BatchBody[];
    try {
      bodies = await readLog(broker, { subject: subjects.log, start, run, intervalMs, unitMs });
    } catch {
      return;
    }
    if (bodies.length > 0) fills.fromLog += 1;
    await this.#take(bodies, mayLose);
  }

  async #take(bodies: readonly BatchBody[], mayLose: boolean): Promise<void> {
    const { catalogues, drops } = this.#parts;
    const unknown = new Set<string>();
    for (const body of bodies) {
      if (this.#isClosed) return;
      const { e, c, b } = body;
      await catalogues.learn(body);
      const description = unknown.has(c) ? null : await catalogues.of(c);
      if (description === null || typeof description === 'string') {
        unknown.add(c);
        drops.count('undescribed');
        continue;
      }
      if (this.#position !== null && this.#position.epoch !== e) this.#beginRun(e);
      for (const entry of b) {
        const seq = this.#position?.seq ?? entry.p;
        if (entry.q <= seq) continue;
        const isHole = entry.p > seq;
        if (isHole && !mayLose) return;
        this.#deliver(entry, e, description, isHole ? LOST : undefined);
      }
    }
  }

  // ---------------------------------------------------------------------------------------------- delivering

  /** What still waits of the run before is all that there will ever be of it. */
  #beginRun(epoch: string): void {
    const ended = this.#position?.epoch;
    for (let [next] = this.#waiting; next !== undefined && next.e === ended; [next] = this.#waiting)
      this.#deliverNext(next, next.p > (this.#position?.seq ?? 0) ? LOST : undefined);
    this.#position = { epoch, seq: 0 };
    this.#gridIndex = Number.NEGATIVE_INFINITY;
    this.#catalogueId = null;
    this.#lease.renew(this.#pace);
  }

  #deliver(entry: Entry, epoch: string, description: Description, lost?: typeof LOST): void {
    const { drops } = this.#parts;
    if (this.#isClosed || entry.q <= (this.#position?.seq ?? 0)) return;
    const sample = toSample(entry, epoch, description);
    if (sample === undefined) return drops.count('malformed');
    if (entry.g <= this.#gridIndex) return drops.count('out_of_order');
    const isChanged = this.#catalogueId !== description.id;
    this.#catalogueId = description.id;
    if (this.#described !== description.id) this.#describe(description);
    this.#position = { epoch, seq: entry.q };
    this.#hasDelivered = true;
    this.#gridIndex = entry.g;
    const gapReason = lost ?? (entry.r !== undefined && REASON.test(entry.r) ? entry.r : undefined);
    const told: SequencedSample = {
      ...sample,
      ...(isChanged ? { catalogue: description.identity.catalogue } : {}),
      ...(gapReason === undefined ? {} : { gapReason }),
    };
    if (this.#gathered === null) this.#listener.sample(told);
    else this.#gathered.push(told);
  }

  #describe({ id, identity }: Description): void {
    this.#described = id;
    this.#listener.described(identity);
  }

  #finishFill(): void {
    const gathered = this.#gathered;
    if (gathered === null || this.#isDoubtful || this.#isClosed) return;
    this.#gathered = null;
    this.#listener.filled(gathered);
  }
}
