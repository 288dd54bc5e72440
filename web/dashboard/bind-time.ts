import { enterLayer } from '../browser/layers.ts';
import { agentUrlOf } from '../client/agent-url.ts';
import type { MetricsPanel } from '../elements/metrics-panel/metrics-panel.ts';
import type { DashboardState } from '../state/dashboard-state.ts';
import type { TimeRange } from '../state/time-range.ts';
import type { TimeChip } from './time-chip/time-chip.ts';
import type { TimeLane } from './time-lane/time-lane.ts';
import { followZoomGestures, isLongEnough } from './zoom-gesture.ts';

/** The history's own; a finer zoom shows the samples that the panel holds. */
const HISTORY_INTERVAL_MS = 1000;

/** Lets the reader go to the past on `lane`, zoom by gestures, and out by a double click or Escape. Shows in `chip` where that led. */
export function bindTime(panel: MetricsPanel, chip: TimeChip, lane: TimeLane, state: DashboardState): void {
  const { time, pause } = state;
  chip.time = time;
  chip.pause = pause;
  lane.agentUrl = agentUrlOf(null) ?? location.href;
  lane.state = state;
  lane.addEventListener('rangemark', ({ detail }) => {
    chip.marked = detail;
  });
  panel.addEventListener('gap', ({ detail }) => lane.missed(detail));
  const isPast = (): boolean => time.value.range !== null;
  const out = (): void => {
    if (isPast()) time.leave();
    else pause.zoomOut();
  };

  let leaveLayer: (() => void) | null = null;
  const layer = (): void => {
    const isZoomed = isPast() || pause.zoom.value !== null;
    if (isZoomed) leaveLayer ??= enterLayer(panel, out);
    else {
      leaveLayer?.();
      leaveLayer = null;
    }
  };
  time.follow(layer);
  pause.zoom.onChange(layer);

  followZoomGestures(panel, {
    // The past stands still.
    started: () => {
      if (!isPast()) pause.zoomStarted();
    },
    marked: (range) => {
      chip.marked = range;
    },
    ended: (range: TimeRange | null, intervalMs: number) => {
      chip.marked = null;
      if (range !== null && time.value.isKept === true && intervalMs >= HISTORY_INTERVAL_MS) {
        // First the range: without it, the charts would show the present in between.
        time.zoomTo(range);
        pause.resume();
      } else if (!isPast()) {
        pause.zoomEnded(range !== null && isLongEnough(range, intervalMs) ? range : null);
      }
    },
    out,
  });
}
