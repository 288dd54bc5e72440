import { browserClock } from '../browser/browser-clock.ts';
import type { MetricsPanel } from '../elements/metrics-panel/metrics-panel.ts';
import type { Clock } from '../../shared/clock.ts';
import type { DashboardState } from '../state/dashboard-state.ts';
import './wall-head/wall-head.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
/** How far the picture moves in either direction, CSS pixels. */
const DRIFT = 5;
const STILL = '(prefers-reduced-motion: reduce)';

/**
 * Shows the page on a wall: one screen without controls, in type that is read across a room. Keeps the screen awake where the browser allows it, and moves the
 * picture a little each minute, so that nothing burns in. Returns the undo.
 */
export function showOnWall(
  panel: MetricsPanel,
  state: DashboardState,
  clock: Clock = browserClock,
): () => void {
  const { documentElement } = document;
  const controller = new AbortController();
  const { signal } = controller;
  documentElement.dataset['wall'] = '';
  for (const sentence of document.querySelectorAll('host-sentence')) sentence.large = true;
  keepScreenAwake(signal);
  const leaveHead = showHead(panel, state, clock);
  let minutes = 0;
  const stopDrift = repeat(clock, MINUTE_MS, () => {
    minutes += 1;
    documentElement.style.setProperty('--drift', matchMedia(STILL).matches ? '0 0' : driftAt(minutes));
  });
  const update = (): void => panel.requestUpdate();
  matchMedia('(orientation: portrait)').addEventListener('change', update, { signal });
  return () => {
    controller.abort();
    leaveHead();
    stopDrift();
    documentElement.style.removeProperty('--drift');
    delete documentElement.dataset['wall'];
  };
}

/** Offsets of the picture: a path that comes back to its begin after an hour or so, and is never far from the step before. */
export function driftAt(minutes: number): string {
  const x = Math.round(DRIFT * Math.sin(minutes / 3));
  const y = Math.round(DRIFT * Math.sin(minutes / 5));
  return `${x}px ${y}px`;
}

/** Adds clock, host and badge before the panel. Returns the undo. */
function showHead(panel: MetricsPanel, { hosts }: DashboardState, clock: Clock): () => void {
  const head = document.createElement('wall-head');
  const update = (): void => {
    head.host = hosts.shownName ?? hosts.chosen;
    head.status = panel.standing;
  };
  update();
  head.nowMs = Date.now();
  panel.before(head);
  panel.addEventListener('standingchange', update);
  const leave = hosts.onChange(update);
  const stop = repeat(clock, SECOND_MS, () => {
    head.nowMs = Date.now();
  });
  return () => {
    panel.removeEventListener('standingchange', update);
    leave();
    stop();
    head.remove();
  };
}

/** Runs `task` each time so much time has passed. Returns the undo. */
function repeat(clock: Clock, everyMs: number, task: () => void): () => void {
  let cancel = (): void => {};
  const again = (): void => {
    cancel = clock.schedule(() => {
      task();
      again();
    }, everyMs);
  };
  again();
  return () => cancel();
}

/** The browser releases the lock when the page is hidden: it is requested again when the page is back. */
function keepScreenAwake(signal: AbortSignal): void {
  // Undefined in insecure contexts, whatever the types say.
  const wakeLock = navigator.wakeLock as WakeLock | undefined;
  let lock: WakeLockSentinel | undefined;
  const request = async (): Promise<void> => {
    if (document.visibilityState !== 'visible' || signal.aborted) return;
    try {
      lock = await wakeLock?.request('screen');
    } catch {
      // Refused by a policy or an empty battery: the screen's own settings decide.
    }
  };
  document.addEventListener('visibilitychange', () => void request(), { signal });
  signal.addEventListener('abort', () => void lock?.release());
  void request();
}
