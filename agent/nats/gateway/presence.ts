import type { HostStatus } from '../../../shared/protocol/messages.ts';
import type { Clock } from '../../clock.ts';

/** A host that nobody watches says so every 10 s. */
const SILENT_MS = 30_000;
/** A host that is watched sends each sample. */
const WATCHED_SILENT_MS = 10_000;
/** How many samples may be late. */
const LATE_SAMPLES = 3;
/** How often `update` is called: nothing is told later than the above. */
export const PRESENCE_TICK_MS = 1000;

/** Since when the broker is there, or is not: monotonic, and as the wall clock was set. */
export interface Link {
  readonly isConnected: boolean;
  readonly sinceMs: number;
  readonly sinceWallMs: number;
}

/** Whether a host is there, by when something was last heard of it. Never by its own clock. */
export class Presence {
  readonly #clock: Clock;
  readonly #knownSinceMs: number;
  #heardMs = Number.NEGATIVE_INFINITY;
  #heardWallMs: number | null = null;
  #upSinceMs: number | null = null;
  #watchedSinceMs: number | null = null;
  #farewell: string | null = null;
  /** Until something is heard of it again, also while the broker is away. */
  #isDown = false;
  #status: HostStatus = { state: 'unknown', sinceMs: null };

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#knownSinceMs = clock.now();
  }

  /** How long nothing was heard of it, or is known that there is nothing to hear. */
  get silentMs(): number {
    return this.#clock.now() - Math.max(this.#heardMs, this.#knownSinceMs);
  }

  /** Something that only the host can have sent. */
  heard(): void {
    this.#heardMs = this.#clock.now();
    this.#heardWallMs = this.#clock.wallNow();
    this.#upSinceMs ??= this.#heardWallMs;
    this.#farewell = null;
    this.#isDown = false;
  }

  /** It said that it ends. */
  left(reason: string): void {
    this.heard();
    this.#farewell = reason;
  }

  set isWatched(isWatched: boolean) {
    if (isWatched !== (this.#watchedSinceMs !== null))
      this.#watchedSinceMs = isWatched ? this.#clock.now() : null;
  }

  /** @returns the same object as long as it is the same */
  update(link: Link, intervalMs: number): HostStatus {
    if (this.#isDown) return this.#status;
    const { state, sinceMs, reason } = this.#read(link, intervalMs);
    this.#isDown = state === 'down';
    if (this.#isDown) this.#upSinceMs = null;
    const before = this.#status;
    if (state !== before.state || sinceMs !== before.sinceMs || reason !== before.reason)
      this.#status = { state, sinceMs, ...(reason === undefined ? {} : { reason }) };
    return this.#status;
  }

  #read(link: Link, intervalMs: number): HostStatus {
    const sinceMs = this.#heardWallMs;
    if (this.#farewell !== null) return { state: 'down', sinceMs, reason: this.#farewell };
    if (!link.isConnected)
      return { state: 'unknown', sinceMs: link.sinceWallMs, reason: 'the broker cannot be reached' };
    const isNew = this.#heardMs < link.sinceMs;
    const silentMs = this.#silentMs(link, intervalMs);
    if (silentMs === null)
      return isNew ? { state: 'unknown', sinceMs: null } : { state: 'up', sinceMs: this.#upSinceMs };
    return { state: 'down', sinceMs, reason: `nothing was heard of it for ${silentMs / 1000} seconds` };
  }

  /** The limit that its silence is beyond; `null` while it is not. What was not heard while the broker was away does not count. */
  #silentMs({ sinceMs }: Link, intervalMs: number): number | null {
    const nowMs = this.#clock.now();
    const heardMs = Math.max(this.#heardMs, sinceMs);
    if (nowMs - heardMs > SILENT_MS - PRESENCE_TICK_MS) return SILENT_MS;
    const limitMs = Math.max(WATCHED_SILENT_MS, LATE_SAMPLES * intervalMs);
    const isOverdue =
      this.#heardMs >= sinceMs &&
      this.#watchedSinceMs !== null &&
      nowMs - Math.max(heardMs, this.#watchedSinceMs) > limitMs - PRESENCE_TICK_MS;
    return isOverdue ? limitMs : null;
  }
}
