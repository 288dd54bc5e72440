import type { Alert, AlertChange } from '../alert.ts';
import type { TellingKind } from './telling.ts';

/**
 * What a channel knows of an alert, and what there is to know. The difference is what must be told, so that nothing is told twice, and what passed
 * while the channel was out of reach becomes one message. Times are those of the outbox (notifier.ts).
 */
export interface Thread {
  alert: Alert;
  /** What has happened. */
  hasFired: boolean;
  hasNoData: boolean;
  hasEnded: boolean;
  /** What of it has been told. */
  toldFired: boolean;
  toldNoData: boolean;
  /** How much has been told, and when the last of it was; given up counts too. */
  told: number;
  toldAtMs: number | null;
  /** How often it was told that it still goes on. */
  repeats: number;
  isAcknowledged: boolean;
  /** Since when something waits that may be told; `null` for nothing. */
  queuedAtMs: number | null;
  /** Order of what waits, from 1; 0 for nothing. */
  order: number;
  /** It fired while nothing could be told of it, and nothing could since. */
  isHeld: boolean;
}

export function newThread(alert: Alert): Thread {
  return {
    alert,
    hasFired: false,
    hasNoData: false,
    hasEnded: false,
    toldFired: false,
    toldNoData: false,
    told: 0,
    toldAtMs: null,
    repeats: 0,
    isAcknowledged: false,
    queuedAtMs: null,
    order: 0,
    isHeld: false,
  };
}

export function applyChange(thread: Thread, { kind, alert }: AlertChange): void {
  thread.alert = alert;
  thread.isAcknowledged ||= alert.acknowledgedMs !== null;
  if (kind === 'fired') thread.hasFired = true;
  if (kind === 'ended' || alert.isEvent) thread.hasEnded = true;
  if (kind === 'noData') thread.hasNoData = true;
  if (kind === 'dataBack') thread.hasNoData = false;
}

/** What must be told now; `null` for nothing. */
export function toTell(thread: Thread, nowMs: number): TellingKind | null {
  const { hasFired, hasEnded, toldFired, hasNoData, toldNoData } = thread;
  if (hasEnded) {
    if (toldFired) return 'ended';
    if (hasFired) return thread.alert.isEvent ? 'event' : 'was';
    return toldNoData ? 'ended' : null;
  }
  if (hasFired && !toldFired && (thread.toldAtMs === null || isRepeatDue(thread, nowMs))) return 'fired';
  if (hasNoData !== toldNoData) return hasNoData ? 'noData' : 'dataBack';
  return toldFired && isRepeatDue(thread, nowMs) ? 'repeat' : null;
}

/** What a message told, as it was when it was composed. */
export type Snapshot = Pick<Thread, 'hasFired' | 'hasNoData' | 'hasEnded'> & { readonly kind: TellingKind };

/** Counts what was told, at `nowMs`. */
export function markTold(thread: Thread, { kind, hasFired, hasNoData }: Snapshot, nowMs: number): void {
  if (kind === 'repeat') thread.repeats += 1;
  thread.toldFired ||= hasFired;
  thread.toldNoData = hasNoData;
  thread.told += 1;
  thread.toldAtMs = nowMs;
}

/** Counts as told what could not be: what goes on is tried again when it would be repeated. */
export function giveUp(thread: Thread, nowMs: number): void {
  if (thread.hasFired) thread.repeats += 1;
  thread.toldNoData = thread.hasNoData;
  thread.toldAtMs = nowMs;
}

/** Nothing can follow. */
export function isOver(thread: Thread): boolean {
  return thread.hasEnded || !(thread.hasFired || thread.hasNoData || thread.toldNoData);
}

function isRepeatDue({ alert, toldAtMs, repeats, isAcknowledged }: Thread, nowMs: number): boolean {
  const { repeatMs, repeatAtMost } = alert.policy;
  return (
    repeatMs > 0 &&
    repeats < repeatAtMost &&
    !isAcknowledged &&
    toldAtMs !== null &&
    nowMs - toldAtMs >= repeatMs
  );
}
