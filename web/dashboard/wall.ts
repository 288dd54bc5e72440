import { isHeadline } from '../elements/metrics-panel/panel-layout.ts';
import type { MetricsPanel } from '../elements/metrics-panel/metrics-panel.ts';
import type { DashboardState } from '../state/dashboard-state.ts';
import { deferredParts } from './lazy-parts.ts';

/** Heights in rem of the wall's own large type: above the charts, and of a card without its plot. */
const HEADER_REM = 8.5;
const CARD_REM = 7.5;
const GAP_REM = 1;
const MIN_PLOT_REM = 4.5;
/** Charts side by side before a second and a third row, and stacked before a second column. */
const MAX_IN_ROW = 3;
const MAX_IN_TWO_ROWS = 8;
const MAX_IN_COLUMN = 4;

/**
 * Shows `panel` on a wall: headlines only, filling the screen, without controls. Keeps the screen awake where the browser allows it.
 * Returns the undo.
 */
export function showOnWall(panel: MetricsPanel, state: DashboardState): () => void {
  const { hosts } = state;
  const controller = new AbortController();
  const { signal } = controller;
  let count = 2;
  const fit = (): void => {
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const columns =
      innerWidth < innerHeight
        ? Math.ceil(count / MAX_IN_COLUMN)
        : count <= MAX_IN_ROW
          ? count
          : Math.ceil(count <= MAX_IN_TWO_ROWS ? count / 2 : Math.sqrt(count));
    const stripHeight = panel.parentElement?.querySelector('alert-strip')?.offsetHeight ?? 0;
    const stripRem = stripHeight === 0 ? 0 : stripHeight / rem + GAP_REM;
    const plot = (innerHeight / rem - HEADER_REM - stripRem) / Math.ceil(count / columns) - CARD_REM;
    const width = (panel.clientWidth / rem + GAP_REM) / columns - GAP_REM;
    panel.style.setProperty('--mp-headline-height', `${Math.max(MIN_PLOT_REM, plot)}rem`);
    panel.style.setProperty('--mp-headline-width', `${Math.floor(width)}rem`);
  };
  document.documentElement.dataset['wall'] = '';
  panel.sections = false;
  panel.tables = null;
  panel.metrics = 'cpu,memory';
  const leaveHosts = hosts.onChange(() => {
    const names = hosts.catalogue.filter(isHeadline).map(({ name }) => name);
    count = Math.max(1, names.length);
    if (names.length > 0) panel.metrics = names.join();
    fit();
  });
  window.addEventListener('resize', fit, { signal });
  // The strip of alerts comes and goes.
  const resized = new ResizeObserver(fit);
  if (panel.parentElement !== null) resized.observe(panel.parentElement);
  signal.addEventListener('abort', () => resized.disconnect());
  fit();
  keepScreenAwake(signal);
  const leaveAlerts = showAlerts(panel, state);
  return () => {
    controller.abort();
    leaveHosts();
    leaveAlerts();
    delete document.documentElement.dataset['wall'];
  };
}

/** Adds a strip above the panel for what fires. Returns the undo. */
function showAlerts(panel: MetricsPanel, state: DashboardState): () => void {
  const leave = deferredParts.follow(() => {
    if (deferredParts.module === null) return;
    leave();
    const strip = document.createElement('alert-strip');
    strip.state = state;
    panel.before(strip);
  });
  return leave;
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
