import { isHeadline } from '../elements/metrics-panel/panel-layout.ts';
import type { MetricsPanel } from '../elements/metrics-panel/metrics-panel.ts';

/** Of the page on a wall, in its own large type: what is above the charts, and what of a chart is not its plot. */
const HEADER_REM = 8.5;
const CARD_REM = 7.5;
const GAP_REM = 1;
const LEAST_PLOT_REM = 6;
/** So many stand beside each other before there is a second row, a third one, and below each other before there is a second column. */
const MOST_IN_ROW = 3;
const MOST_IN_TWO_ROWS = 8;
const MOST_IN_COLUMN = 4;

/**
 * Shows `panel` on a wall: only the headlines, which fill the screen, and nothing to click on. Page and screen do not sleep, as
 * far as the browser lets them. Returns the undo.
 */
export function showOnWall(panel: MetricsPanel): () => void {
  const { signal, stop } = listening();
  let count = 2;
  const fit = (): void => {
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const columns =
      innerWidth < innerHeight
        ? Math.ceil(count / MOST_IN_COLUMN)
        : count <= MOST_IN_ROW
          ? count
          : Math.ceil(count <= MOST_IN_TWO_ROWS ? count / 2 : Math.sqrt(count));
    const plot = (innerHeight / rem - HEADER_REM) / Math.ceil(count / columns) - CARD_REM;
    const width = (panel.clientWidth / rem + GAP_REM) / columns - GAP_REM;
    panel.style.setProperty('--mp-headline-height', `${Math.max(LEAST_PLOT_REM, plot)}rem`);
    panel.style.setProperty('--mp-headline-width', `${Math.floor(width)}rem`);
  };
  document.documentElement.dataset['wall'] = '';
  panel.sections = false;
  panel.tables = null;
  panel.additions = null;
  panel.metrics = 'cpu,memory';
  panel.addEventListener(
    'welcome',
    ({ detail: { catalogue } }) => {
      const names = catalogue.filter(isHeadline).map(({ name }) => name);
      count = Math.max(1, names.length);
      if (names.length > 0) panel.metrics = names.join();
      fit();
    },
    { signal },
  );
  window.addEventListener('resize', fit, { signal });
  fit();
  keepScreenAwake(signal);
  return () => {
    stop();
    delete document.documentElement.dataset['wall'];
  };
}

function listening(): { signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  return { signal: controller.signal, stop: () => controller.abort() };
}

/** A browser takes its promise back when the page is hidden, so that it is asked again. */
function keepScreenAwake(signal: AbortSignal): void {
  // Undefined where the page came without TLS from another machine, whatever the types say.
  const wakeLock = navigator.wakeLock as WakeLock | undefined;
  let lock: WakeLockSentinel | undefined;
  const ask = async (): Promise<void> => {
    if (document.visibilityState !== 'visible' || signal.aborted) return;
    try {
      lock = await wakeLock?.request('screen');
    } catch {
      // Refused, by a policy or an empty battery: the screen's own settings decide.
    }
  };
  document.addEventListener('visibilitychange', () => void ask(), { signal });
  signal.addEventListener('abort', () => void lock?.release());
  void ask();
}
