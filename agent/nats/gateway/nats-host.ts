import type { HostStatus, HostSummary } from '../../../shared/protocol/messages.ts';
import type { Clock } from '../../clock.ts';
import type { FeedListener, FeedPace, FeedStart, HostFeed, OpenFeed } from '../../hosts/host-feed.ts';
import { RemoteHost } from '../../hosts/remote-host.ts';
import { cleanLabel } from '../../sampling/instances.ts';
import type { BeatBody } from '../bodies.ts';
import { subjectsOf, type Subjects } from '../subjects.ts';
import { summaryOfBeat, type Measured } from './beat-summary.ts';
import { BeatAlerts } from './beat-alerts.ts';
import type { Broker } from './broker.ts';
import { Catalogues } from './catalogues.ts';
import type { Drops } from './drops.ts';
import type { Fills } from './fills.ts';
import { Following } from './following.ts';
import { HostRun, type RunClaim } from './host-run.ts';
import { Presence, type Link } from './presence.ts';

/** What the hosts of a gateway share. */
export interface NatsHostParts {
  readonly broker: Broker;
  readonly fills: Fills;
  readonly drops: Drops;
  readonly clock: Clock;
  readonly link: () => Link;
  /** Called with what should never happen. */
  readonly failed: (error: unknown) => void;
}

/** Each change of a pace goes through all sessions, and comes with a restart of the agent. */
const REPLACE_EVERY_MS = 10_000;

/** A host behind a broker: what its agent says of it, and whether it is there. */
export class NatsHost implements HostFeed {
  readonly name: string;
  readonly #parts: NatsHostParts;
  readonly #subjects: Subjects;
  readonly #run: HostRun;
  readonly #presence: Presence;
  readonly #catalogues: Catalogues;
  readonly #alerts: BeatAlerts;
  readonly #feeds = new Set<Following>();
  #measured: Measured;
  /** Id of the catalogue of its last beat. */
  #catalogue: string | undefined;
  #status: HostStatus;
  #stream: RemoteHost;
  /** When its pace changed, monotonic. */
  #replacedMs = Number.NEGATIVE_INFINITY;

  /** @param measured what it said of itself, in the run `claim` */
  constructor(name: string, measured: Measured, claim: RunClaim, parts: NatsHostParts) {
    const { broker, drops, clock } = parts;
    this.name = name;
    this.#parts = parts;
    this.#subjects = subjectsOf(name);
    this.#run = new HostRun(clock);
    this.#run.expect(claim);
    this.#presence = new Presence(clock);
    this.#catalogues = new Catalogues({ name, subjects: this.#subjects, broker, run: this.#run, drops });
    this.#alerts = new BeatAlerts(name, clock);
    this.#measured = measured;
    this.#status = this.#presence.update(parts.link(), measured.intervalMs);
    this.#stream = this.#createStream();
  }

  /** Another one when its agent samples at another pace. */
  get stream(): RemoteHost {
    return this.#stream;
  }

  get status(): HostStatus {
    return this.#status;
  }

  get isWatched(): boolean {
    return this.#feeds.size > 0;
  }

  /** How long nothing was heard of it. */
  get silentMs(): number {
    return this.#presence.silentMs;
  }

  /** Takes a beat. Returns whether it has another `stream` now. */
  take(beat: BeatBody): boolean {
    const { drops } = this.#parts;
    const measured = summaryOfBeat(this.name, beat);
    const isRestless = measured !== undefined && !hasPaceOf(this.#measured, measured) && this.#isJustReplaced;
    if (isRestless) {
      drops.count('malformed');
      return false;
    }
    const isOther = measured === undefined || !this.#run.hears(beat);
    if (isOther) {
      drops.count(measured === undefined ? 'malformed' : 'earlier_run');
      return false;
    }
    if (beat.bye === undefined) this.#presence.heard();
    else this.#presence.left(farewellOf(beat.bye));
    this.#alerts.take(beat.alerts ?? []);
    this.#catalogue = beat.c;
    const before = this.#measured;
    this.#measured = measured;
    this.#status = this.#presence.update(this.#parts.link(), measured.intervalMs);
    const isSamePace = hasPaceOf(before, measured);
    if (isSamePace) this.#stream.learn(this.#summary);
    else {
      this.#replacedMs = this.#parts.clock.now();
      this.#stream.stop();
      this.#stream = this.#createStream();
    }
    for (const feed of this.#feeds) feed.beatHeard(beat);
    return !isSamePace;
  }

  get #isJustReplaced(): boolean {
    return this.#parts.clock.now() - this.#replacedMs < REPLACE_EVERY_MS;
  }

  /** Looks whether it is still there. */
  check(): void {
    const status = this.#presence.update(this.#parts.link(), this.#measured.intervalMs);
    if (status === this.#status) return;
    this.#status = status;
    this.#stream.learn(this.#summary);
  }

  open(start: FeedStart, pace: FeedPace, listener: FeedListener): OpenFeed {
    const { intervalMs, minIntervalMs: unitMs } = this.#measured;
    const { broker, fills, drops, clock, failed } = this.#parts;
    const feed = new Following(
      {
        subjects: this.#subjects,
        intervalMs,
        unitMs,
        broker,
        catalogues: this.#catalogues,
        run: this.#run,
        fills,
        drops,
        clock,
        newestCatalogue: () => this.#catalogue,
        heard: () => this.#heard(),
        closed: (closed) => this.#closed(closed),
        failed,
      },
      start,
      pace,
      listener,
    );
    this.#feeds.add(feed);
    this.#presence.isWatched = true;
    feed.begin();
    return feed;
  }

  stop(): void {
    this.#stream.stop();
    for (const feed of this.#feeds) feed.close();
  }

  get #summary(): HostSummary {
    return { ...this.#measured, status: this.#status };
  }

  #createStream(): RemoteHost {
    return new RemoteHost({
      summary: this.#summary,
      feed: this,
      clock: this.#parts.clock,
      alerts: this.#alerts.board,
    });
  }

  #heard(): void {
    this.#presence.heard();
    if (this.#status.state !== 'up') this.check();
  }

  #closed(feed: Following): void {
    this.#feeds.delete(feed);
    if (this.isWatched) return;
    this.#presence.isWatched = false;
    this.#catalogues.forget();
  }
}

function farewellOf(bye: string): string {
  const reason = cleanLabel(bye);
  return reason === '' ? 'its agent has ended' : reason;
}

function hasPaceOf(one: Measured, other: Measured): boolean {
  return one.intervalMs === other.intervalMs && one.minIntervalMs === other.minIntervalMs;
}
