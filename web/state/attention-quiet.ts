import type { AlertView } from '../../shared/protocol/messages.ts';
import type { TimeRange } from './time-range.ts';

const DAY_MS = 86_400_000;
/** Less is the restart of an agent, and nobody's concern. */
export const LONG_GAP_MS = 300_000;

/** What is known of the last hours. Times are Unix ms on the host's clock. */
export interface KnownPast {
  readonly nowMs: number;
  /** Since when the page itself has looked without a break. */
  readonly watchedMs: number;
  /** When something needed attention last, as the page saw it; NaN: never. */
  readonly loudMs: number;
  /** What an agent that keeps a history tells; `null`: nothing. */
  readonly told: {
    readonly oldestMs: number;
    readonly alerts: readonly AlertView[];
    /** In which it was not there. */
    readonly gaps: readonly TimeRange[];
  } | null;
}

/** Since when nothing needed attention, and what was before. No more than a day, and no more than is known. */
export function quietSince({ nowMs, watchedMs, loudMs, told }: KnownPast): {
  readonly quietSinceMs: number;
  readonly before: 'day' | 'unwatched' | 'event';
} {
  const dayMs = nowMs - DAY_MS;
  const knownMs = Math.max(dayMs, told === null ? watchedMs : Math.min(told.oldestMs, watchedMs));
  const unwatchedMs = latest(
    knownMs,
    (told?.gaps ?? []).filter(({ fromMs, toMs }) => toMs - fromMs >= LONG_GAP_MS).map(({ toMs }) => toMs),
  );
  const eventMs = latest(
    Number.isNaN(loudMs) ? knownMs : loudMs,
    (told?.alerts ?? []).flatMap(({ firedMs, endedMs }) => (firedMs === null ? [] : (endedMs ?? nowMs))),
  );
  // A clock that was set back has what it told before in its future.
  if (eventMs > unwatchedMs) return { quietSinceMs: Math.min(nowMs, eventMs), before: 'event' };
  return { quietSinceMs: unwatchedMs, before: unwatchedMs === dayMs ? 'day' : 'unwatched' };
}

function latest(leastMs: number, timesMs: readonly number[]): number {
  return timesMs.reduce((last, timeMs) => Math.max(last, timeMs), leastMs);
}
