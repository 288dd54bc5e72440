import { isChart } from '../elements/metrics-panel/charts-view.ts';
import { enterLayer } from '../browser/layers.ts';
import type { MetricsPanel } from '../elements/metrics-panel/metrics-panel.ts';
import type { Pause, TimeRange } from '../state/pause.ts';

/** CSS pixels; less is a click. */
const MIN_DRAG = 6;
/** Sample intervals; a line needs two samples. */
const MIN_INTERVALS = 2;

/** Lets the reader zoom into a time range by dragging over a chart, and out by a double click or Escape. */
export function bindZoom(panel: MetricsPanel, pause: Pause): void {
  followDrags(panel, pause);
  let leaveLayer = (): void => {};
  pause.zoom.onChange((zoom) => {
    panel.range = zoom;
    leaveLayer();
    if (zoom !== null) leaveLayer = enterLayer(panel, pause.zoomOut);
  });
  panel.addEventListener('dblclick', (event) => {
    // Elsewhere a double click selects a word.
    if (event.composedPath()[0] instanceof HTMLCanvasElement) pause.zoomOut();
  });
}

/** The mouse marks a range by a drag over a chart in `area`; all charts with the same crosshair show it. Escape cancels. */
function followDrags(area: HTMLElement, { zoomStarted, zoomEnded }: Pause): void {
  let cancelDrag: () => void = () => {};

  const begin = (event: PointerEvent): void => {
    const isOnPlot = event.composedPath()[0] instanceof HTMLCanvasElement;
    if (event.pointerType !== 'mouse' || event.button !== 0 || !isOnPlot) return;
    const chart = event.composedPath().find(isChart);
    const anchorMs = chart?.timeAt(event.clientX) ?? null;
    if (chart === undefined || anchorMs === null) return;
    cancelDrag();
    const dragging = new AbortController();
    const { signal } = dragging;
    /** `null` until the drag is longer than a click. */
    let pointedMs: number | null = null;
    let leaveLayer = (): void => {};
    const end = (range: TimeRange | null): void => {
      dragging.abort();
      leaveLayer();
      if (pointedMs === null) return;
      pointedMs = null;
      chart.crosshair?.moveTo(null);
      zoomEnded(range);
    };
    cancelDrag = () => end(null);
    const move = ({ clientX, buttons }: PointerEvent): void => {
      // The button was released outside the window.
      if (buttons === 0) cancelDrag();
      else if (pointedMs !== null || Math.abs(clientX - event.clientX) >= MIN_DRAG) {
        if (pointedMs === null) {
          leaveLayer = enterLayer(area, cancelDrag);
          zoomStarted();
        }
        pointedMs = chart.timeAt(clientX) ?? anchorMs;
        chart.crosshair?.moveTo(pointedMs, anchorMs);
      }
    };
    const release = (): void => {
      if (pointedMs !== null) swallowClick(area);
      const toMs = pointedMs ?? anchorMs;
      const range = { fromMs: Math.min(anchorMs, toMs), toMs: Math.max(anchorMs, toMs) };
      end(range.toMs - range.fromMs >= MIN_INTERVALS * chart.intervalMs ? range : null);
    };
    document.addEventListener('pointermove', move, { signal });
    document.addEventListener('pointerup', release, { signal });
    document.addEventListener('pointercancel', cancelDrag, { signal });
  };

  area.addEventListener('pointerdown', begin);
}

/** The click that ends a drag is not meant for the element below it. */
function swallowClick(area: HTMLElement): void {
  const swallow = (event: Event): void => event.stopPropagation();
  area.addEventListener('click', swallow, { capture: true, once: true });
  setTimeout(() => area.removeEventListener('click', swallow, { capture: true }));
}
