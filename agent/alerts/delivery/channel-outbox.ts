import type { Alert, AlertChange } from '../alert.ts';
import type { Telling } from './telling.ts';
import {
  applyChange,
  giveUp,
  isOver,
  markTold,
  newThread,
  toTell,
  type Snapshot,
  type Thread,
} from './thread.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;

/** What comes within this time of the first is one message. */
const GROUP_MS = 10 * SECOND_MS;
const GIVE_UP_MS = 24 * HOUR_MS;
const MAX_MESSAGES_AN_HOUR = 20;
/** Of alerts that came and went untold, when more wait the oldest are only counted. Those that go on are as many as there are alerts. */
const MAX_WAITING = 1000;
const FIRST_RETRY_MS = 10 * SECOND_MS;
const MAX_RETRY_MS = HOUR_MS;
/** A host that is not even reached gets no message twice and hardly notices, and what waits should go soon after it is back. */
const MAX_UNREACHED_RETRY_MS = 100 * SECOND_MS;

/** The channel's own state, as it is kept over a restart. Times are those of the outbox. */
export interface OutboxState {
  /** When it was written. */
  nowMs: number;
  /** When messages were sent within the last hour. */
  sentAtMs: readonly number[];
  /** Failures in a row. */
  failures: number;
  retryAtMs: number;
  /** Alerts that came and went, and are only counted. */
  unlisted: number;
}

/** What is sent at once. */
export interface Batch {
  readonly tellings: readonly [Telling, ...Telling[]];
  readonly unlisted: number;
  readonly parts: readonly { readonly thread: Thread; readonly snapshot: Snapshot }[];
}

interface Hooks {
  /** A thread changed, or is no more. */
  readonly threadChanged: (alertId: string) => void;
  readonly stateChanged: () => void;
  readonly isMuted: (thread: Thread) => boolean;
  /** The alert as it is now; `null` if it is not active any more. */
  readonly newest: (thread: Thread) => Alert | null;
}

/**
 * What one channel must still be told. Decides what goes when, and knows nothing of how. Times are ms of the outbox: they go on only while the agent
 * runs, so that neither a wall clock that is set nor a night switched off gives up or repeats anything.
 */
export class ChannelOutbox {
  readonly threads = new Map<string, Thread>();
  state: OutboxState = { nowMs: 0, sentAtMs: [], failures: 0, retryAtMs: 0, unlisted: 0 };
  readonly #hooks: Hooks;
  /** Threads with something to tell, held back or not. */
  readonly #waiting = new Set<Thread>();
  readonly #inFlight = new Set<Thread>();
  #order = 0;

  constructor(hooks: Hooks) {
    this.#hooks = hooks;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  restoreThread(thread: Thread): void {
    this.threads.set(thread.alert.id, thread);
    this.#order = Math.max(this.#order, thread.order);
  }

  /** @param isForThis whether this channel is told of alerts of that rule */
  take(change: AlertChange, isForThis: boolean, nowMs: number): void {
    const { id } = change.alert;
    let thread = this.threads.get(id);
    if (thread === undefined) {
      // What has ended or come back without having been told needs no words.
      if (!isForThis || change.kind === 'ended' || change.kind === 'dataBack') return;
      thread = newThread(change.alert);
      this.threads.set(id, thread);
    }
    const isNew = change.kind === 'fired' && !thread.hasFired;
    applyChange(thread, change);
    this.#hooks.threadChanged(id);
    const isMuted = this.#hooks.isMuted(thread);
    if (isNew) thread.isHeld = isMuted;
    const cameAndWent = thread.hasEnded && !thread.toldFired && thread.isHeld && isMuted;
    if (cameAndWent) this.#forget(thread);
    else this.#sort(thread, isMuted, nowMs);
    this.#count();
  }

  acknowledge(alertId: string): void {
    const thread = this.threads.get(alertId);
    if (thread === undefined || thread.isAcknowledged) return;
    thread.isAcknowledged = true;
    this.#hooks.threadChanged(alertId);
    // A repeat that waits.
    if (thread.queuedAtMs !== null && toTell(thread, thread.queuedAtMs) === null) this.#rest(thread);
  }

  /** Looks for what has to be repeated, is no longer held back, or has waited for too long. @returns how many were given up */
  review(nowMs: number): number {
    let givenUp = 0;
    for (const thread of this.threads.values()) {
      if (this.#inFlight.has(thread)) continue;
      const { queuedAtMs } = thread;
      if (queuedAtMs !== null && nowMs - queuedAtMs > GIVE_UP_MS) {
        givenUp += 1;
        if (thread.hasEnded) {
          this.#forget(thread);
          continue;
        }
        giveUp(thread, nowMs);
        this.#hooks.threadChanged(thread.alert.id);
      }
      const kind = toTell(thread, nowMs);
      if (kind !== null || this.#waiting.has(thread)) {
        if (kind === 'repeat' && this.#hooks.newest(thread) === null) this.#rest(thread);
        else this.#sort(thread, this.#hooks.isMuted(thread), nowMs);
      } else if (!thread.hasFired && this.#hooks.newest(thread) === null) this.#forget(thread);
    }
    if (givenUp > 0 && this.#waiting.size === 0) {
      givenUp += this.state.unlisted;
      this.state.unlisted = 0;
    }
    const sentAtMs = this.state.sentAtMs.filter((atMs) => nowMs - atMs < HOUR_MS);
    if (givenUp > 0 || sentAtMs.length !== this.state.sentAtMs.length) {
      this.state.sentAtMs = sentAtMs;
      this.#hooks.stateChanged();
    }
    return givenUp;
  }

  /** What is due, if nothing is under way: everything that waits, as soon as the first of it has waited for the others, and there is room within the hour. */
  due(nowMs: number): Batch | null {
    const { sentAtMs, retryAtMs, unlisted } = this.state;
    if (this.#waiting.size === 0 || nowMs < retryAtMs) return null;
    const ready = [...this.#waiting].filter(({ queuedAtMs }) => queuedAtMs !== null);
    const firstMs = Math.min(...ready.map(({ queuedAtMs }) => queuedAtMs ?? nowMs));
    if (ready.length === 0 || nowMs - firstMs < GROUP_MS) return null;
    if (sentAtMs.filter((atMs) => nowMs - atMs < HOUR_MS).length >= MAX_MESSAGES_AN_HOUR) return null;
    const parts = ready
      .toSorted((a, b) => a.order - b.order)
      .flatMap((thread) => {
        const kind = toTell(thread, nowMs);
        if (kind === null) return [];
        const { hasFired, hasNoData, hasEnded, told } = thread;
        const snapshot = { kind, hasFired, hasNoData, hasEnded };
        const alert = (hasEnded ? null : this.#hooks.newest(thread)) ?? thread.alert;
        return [{ thread, snapshot, telling: { kind, alert, before: told } }];
      });
    const [first, ...others] = parts.map(({ telling }) => telling);
    return first === undefined ? null : { tellings: [first, ...others], unlisted, parts };
  }

  begin({ parts }: Batch): void {
    for (const { thread } of parts) this.#inFlight.add(thread);
  }

  succeed({ parts, unlisted }: Batch, nowMs: number): void {
    this.#inFlight.clear();
    for (const { thread, snapshot } of parts) {
      markTold(thread, snapshot, nowMs);
      thread.queuedAtMs = null;
      thread.order = 0;
      this.#waiting.delete(thread);
      if (snapshot.hasEnded) this.#forget(thread);
      else this.#sort(thread, this.#hooks.isMuted(thread), nowMs);
      this.#hooks.threadChanged(thread.alert.id);
    }
    this.state.sentAtMs = [...this.state.sentAtMs, nowMs];
    this.state.unlisted -= unlisted;
    this.recover();
  }

  fail({ parts }: Batch, nowMs: number, isUnreached: boolean, retryAfterMs: number | null): void {
    this.#inFlight.clear();
    for (const { thread } of parts) this.#sort(thread, this.#hooks.isMuted(thread), nowMs);
    const { failures } = this.state;
    const atMost = isUnreached ? MAX_UNREACHED_RETRY_MS : MAX_RETRY_MS;
    const usualMs = Math.min(atMost, FIRST_RETRY_MS * 2 ** Math.min(failures, 20));
    const waitMs = Math.min(MAX_RETRY_MS, Math.max(usualMs, retryAfterMs ?? 0));
    this.state.failures = failures + 1;
    this.state.retryAtMs = nowMs + waitMs;
    this.#hooks.stateChanged();
  }

  /** What was under way stays as it was. */
  cancel(): void {
    this.#inFlight.clear();
  }

  /** The channel works, or may work now: what waits goes at once. */
  recover(): void {
    this.state.failures = 0;
    this.state.retryAtMs = 0;
    this.#hooks.stateChanged();
  }

  /** Puts a thread where it belongs after a change of it or of what is muted. */
  #sort(thread: Thread, isMuted: boolean, nowMs: number): void {
    if (toTell(thread, nowMs) === null) {
      if (!this.#inFlight.has(thread)) {
        if (isOver(thread)) this.#forget(thread);
        else this.#rest(thread);
      }
      return;
    }
    if (!this.#waiting.has(thread)) {
      this.#waiting.add(thread);
      // After a restart it keeps its place.
      if (thread.order === 0) thread.order = ++this.#order;
      this.#hooks.threadChanged(thread.alert.id);
    }
    if (isMuted === (thread.queuedAtMs === null)) return;
    if (isMuted) thread.queuedAtMs = null;
    else {
      thread.queuedAtMs = nowMs;
      thread.isHeld = false;
    }
    this.#hooks.threadChanged(thread.alert.id);
  }

  #rest(thread: Thread): void {
    this.#waiting.delete(thread);
    if (thread.queuedAtMs === null && thread.order === 0) return;
    thread.queuedAtMs = null;
    thread.order = 0;
    this.#hooks.threadChanged(thread.alert.id);
  }

  #forget(thread: Thread): void {
    this.#waiting.delete(thread);
    this.threads.delete(thread.alert.id);
    this.#hooks.threadChanged(thread.alert.id);
  }

  #count(): void {
    if (this.#waiting.size <= MAX_WAITING) return;
    for (const thread of this.#waiting) {
      if (!thread.hasEnded || thread.toldFired || this.#inFlight.has(thread)) continue;
      this.#forget(thread);
      this.state.unlisted += 1;
      this.#hooks.stateChanged();
      return;
    }
  }
}
