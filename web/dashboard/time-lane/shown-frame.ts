import type { DashboardState } from '../../state/dashboard-state.ts';
import type { TimeRange } from '../../state/time-range.ts';
import { lengthOf } from '../../state/time-span.ts';

/** What the charts show. */
export interface ShownFrame extends TimeRange {
  /** It ends now, and moves on with it. */
  readonly isLive: boolean;
}

/** @param pausedMs when the pause began, by the host's clock; `null` unless paused */
export function shownFrame(
  { time, pause, hosts }: Pick<DashboardState, 'time' | 'pause' | 'hosts'>,
  pausedMs: number | null,
): ShownFrame {
  const { range, span } = time.value;
  const fixed = range ?? pause.zoom.value;
  if (fixed !== null) return { ...fixed, isLive: false };
  const toMs = pausedMs ?? time.nowMs;
  return { fromMs: toMs - lengthOf(span, hosts.intervalMs.value), toMs, isLive: pausedMs === null };
}
