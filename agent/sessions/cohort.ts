import type { Position } from '../../shared/protocol/messages.ts';
import type { SampleStore } from '../store/sample-store.ts';
import { TURN, type Meter } from './connection.ts';
import type { Channel, FrameCache } from './frame-cache.ts';
import { Squad, type Viewer } from './squad.ts';
import { HEARTBEAT_MS } from './welcome.ts';

/** How far a viewer is that was sent everything due: what it needs to go on is in the store's next sample. */
export interface LivePosition {
  /** `prev` of the next frame. */
  readonly prev: number;
  /** Timestamp of that sample, Unix ms; `undefined` if not known. */
  readonly ts: number | undefined;
  /** The newest sample considered, whether it was due or not. */
  readonly seen: number;
}

/** Small enough that few pings come with one frame, and no smaller, since each squad costs a look at it. */
const SQUAD_SIZE = 32;
/** Multiples of it, without the whole, are spread evenly, however many there are. */
const GOLDEN_RATIO = 0.618_034;

/**
 * The viewers of a channel who were sent every due sample up to `prev`. So the next frame is the same for all of them, and is written to their pipes in one dense
 * loop, without a look at their sessions. Whoever misses something, says something, waits for something else or ends is loose, and served by its session: viewers
 * leave before anything happens to them, with their position and their credit (FC-2), and come back once they are up to date.
 *
 * As a meter it counts for its members what they were sent. They are pinged in turn, squad by squad.
 */
export class Cohort implements Meter {
  readonly #channel: Channel;
  readonly #store: SampleStore;
  readonly #frames: FrameCache;
  readonly #squads: Squad[] = [];
  /** The newest sample considered. */
  #head: Position;
  #prev: number;
  #ts: number | undefined;
  /** Monotonic time of the last frame, if there was one. */
  #lastSentMs = Number.NEGATIVE_INFINITY;
  /** When a member was last sent something, at the earliest. */
  #silentSinceMs = Number.POSITIVE_INFINITY;
  /** When the first member has to be loose, as `Clock.sinceBoot`, or earlier. */
  #standsAtMs = Number.POSITIVE_INFINITY;
  bytes = 0;
  rounds = 0;
  /** `rounds` at the last frame. */
  #roundsAtFrame = 0;
  #size = 0;

  constructor(
    channel: Channel,
    { store, frames }: { readonly store: SampleStore; readonly frames: FrameCache },
    { prev, ts }: LivePosition,
  ) {
    this.#channel = channel;
    this.#store = store;
    this.#frames = frames;
    this.#head = store.head;
    this.#prev = prev;
    this.#ts = ts;
  }

  get size(): number {
    return this.#size;
  }

  /** Of all members. */
  get position(): LivePosition {
    return { prev: this.#prev, ts: this.#ts, seen: this.#head.seq };
  }

  /** Monotonic time of the last frame; minus infinity before the first. */
  get lastSentMs(): number {
    return this.#lastSentMs;
  }

  /** Takes a viewer that is up to date with the store. Returns its squad; `null` if the others are not as far. */
  enter(viewer: Viewer, { prev }: LivePosition): Squad | null {
    if (prev !== this.#prev || this.#head !== this.#store.head) return null;
    const squad = this.#squadFor(viewer);
    squad.add(viewer);
    this.#size += 1;
    this.#standsAtMs = Math.min(this.#standsAtMs, viewer.standsAtMs);
    this.#silentSinceMs = Math.min(this.#silentSinceMs, viewer.lastSentMs);
    return squad;
  }

  /** Called by a member, which goes on by itself from `position`. */
  leave(viewer: Viewer, squad: Squad): void {
    squad.remove(viewer);
    this.#size -= 1;
  }

  /**
   * Sends the newest sample, if it is due. If members have missed something, or need more than the sample, they all leave instead.
   * @returns bytes sent
   */
  publish(nowMs: number): number {
    const { head } = this.#store;
    if (head === this.#head) return 0;
    if (!this.#isNext(head)) {
      this.#dissolve();
      return 0;
    }
    if (!this.#store.startsCell(head.seq, this.#channel.stride)) {
      this.#head = head;
      return 0;
    }
    if (!this.#store.isUnbrokenAfter(this.#prev)) {
      this.#dissolve();
      return 0;
    }
    const wire = this.#frames.newest(this.#channel, this.#prev).wire(this.#channel.format);
    const size = this.#size;
    this.#head = head;
    this.#prev = head.seq;
    this.#ts = head.ts;
    this.#lastSentMs = nowMs;
    this.#silentSinceMs = nowMs;
    this.#write(wire);
    return size * wire.length;
  }

  /** Whether this is the first sample since the last one considered. */
  #isNext({ epoch, seq }: Position): boolean {
    return epoch === this.#head.epoch && seq === this.#head.seq + 1;
  }

  #write(frame: Uint8Array): void {
    const roundsPerFrame = this.rounds - this.#roundsAtFrame;
    this.#roundsAtFrame = this.rounds;
    this.bytes += frame.length;
    const leaving: Viewer[] = [];
    for (const squad of this.#squads) squad.write(frame, roundsPerFrame, leaving);
    for (const viewer of leaving) viewer.stand();
  }

  /**
   * Called about once a second: lets those go who are owed more than samples. They have this round by themselves, the others by the meter.
   * @param isOnTime as `Session.round`
   */
  round(isOnTime: boolean, nowMs: number, sinceBootMs: number): void {
    const leaving: Viewer[] = [];
    if (isOnTime) for (const squad of this.#squads) squad.findSilent(leaving);
    if (sinceBootMs >= this.#standsAtMs) this.#findExpiring(sinceBootMs, leaving);
    for (const viewer of leaving) viewer.stand();
    if (nowMs - this.#silentSinceMs >= HEARTBEAT_MS) this.#dissolve();
    if (isOnTime) this.rounds += 1;
  }

  #findExpiring(sinceBootMs: number, leaving: Viewer[]): void {
    this.#standsAtMs = Number.POSITIVE_INFINITY;
    for (const viewer of this.#squads.flatMap(({ viewers }) => viewers)) {
      if (viewer.standsAtMs <= sinceBootMs) leaving.push(viewer);
      else this.#standsAtMs = Math.min(this.#standsAtMs, viewer.standsAtMs);
    }
  }

  #dissolve(): void {
    for (const squad of this.#squads.splice(0)) for (const viewer of squad.clear()) viewer.stand();
  }

  /**
   * A squad with room that has its turn before the viewer has to be pinged. Those who came one after the other sit side by side: what belongs to them does so in
   * memory too, in the kernel as well as here, so that a walk in this order is faster.
   */
  #squadFor({ seat: { roundsToPing } }: Viewer): Squad {
    const known = this.#squads.find(
      ({ size, roundsToTurn }) => size < SQUAD_SIZE && roundsToTurn <= roundsToPing,
    );
    if (known !== undefined) return known;
    const elapsed = ((this.#squads.length + 1) * GOLDEN_RATIO) % 1;
    const squad = new Squad(this, Math.max(elapsed, 1 - roundsToPing / TURN.rounds));
    this.#squads.push(squad);
    return squad;
  }
}
