import type { DashboardState } from '../../state/dashboard-state.ts';
import type { TimeRange } from '../../state/time-range.ts';

type Shown = Pick<DashboardState, 'time' | 'pause'>;

/**
 * Shows a range of the past; without a history, of what the panel holds.
 * @param isStep whether Back leaves it; a range that is only moved stays one step
 */
export function goTo({ time, pause }: Shown, range: TimeRange, isStep: boolean): void {
  if (time.value.isKept === true) {
    // First the range: without it, the charts would show the present in between.
    if (isStep) time.zoomTo(range);
    else time.moveTo(range);
    pause.resume();
  } else {
    pause.zoomStarted();
    pause.zoomEnded(range);
  }
}

export function goLive({ time, pause }: Shown): void {
  if (time.value.range !== null) time.live();
  pause.resume();
}
