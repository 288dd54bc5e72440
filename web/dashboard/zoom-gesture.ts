import { isChart } from '../elements/metrics-panel/charts-view.ts';
import { enterLayer } from '../browser/layers.ts';
import type { TimeRange } from '../state/time-range.ts';

/** CSS pixels; less is a click. */
const MIN_DRAG = 6;
/** Sample intervals; a line needs two samples. */
const MIN_INTERVALS = 2;
/** A finger that rests this long marks a range instead of scrolling. */
const LONG_PRESS_MS = 400;
/** CSS pixels that a resting finger trembles. */
const MAX_TREMBLE = 10;

/** What a drag over a chart does. */
export interface ZoomTarget {
  started(): void;
  /** @param range what the reader has marked so far */
  marked(range: TimeRange): void;
  /**
   * @param range `null`: the reader gave up, or marked too little
   * @param intervalMs distance of the points of the chart
   */
  ended(range: TimeRange | null, intervalMs: number): void;
  /** A double click. */
  out(): void;
}

/**
 * Lets the reader mark a range of time by a drag over a chart in `area`, with a finger after a long press; all charts with the same crosshair show it.
 * Escape cancels.
 */
export function followZoomGestures(area: HTMLElement, target: ZoomTarget): void {
  let cancelDrag: () => void = () => {};
  /** A drag ended in one of the clicks that a browser counts for a double click: a short one and a tap after it are not two taps. */
  let isDragCounted = false;

  const begin = (event: PointerEvent): void => {
    const isOnPlot = event.composedPath()[0] instanceof HTMLCanvasElement;
    if (!event.isPrimary || event.button !== 0 || !isOnPlot) return;
    const chart = event.composedPath().find(isChart);
    let anchorMs = chart?.timeAt(event.clientX) ?? 0;
    if (chart === undefined || anchorMs === 0) return;
    cancelDrag();
    const isMouse = event.pointerType === 'mouse';
    const dragging = new AbortController();
    const { signal } = dragging;
    /** `null` until the drag is longer than a click, or the finger has rested. */
    let pointedMs: number | null = null;
    let leaveLayer = (): void => {};
    const rangeTo = (timestampMs: number): TimeRange => ({
      fromMs: Math.min(anchorMs, timestampMs),
      toMs: Math.max(anchorMs, timestampMs),
    });
    const mark = (timestampMs: number): void => {
      if (pointedMs === null) {
        leaveLayer = enterLayer(area, cancelDrag);
        target.started();
      }
      pointedMs = timestampMs;
      chart.crosshair?.moveTo(pointedMs, anchorMs);
      target.marked(rangeTo(pointedMs));
    };
    const end = (range: TimeRange | null): void => {
      dragging.abort();
      leaveLayer();
      if (pointedMs === null) return;
      pointedMs = null;
      chart.crosshair?.moveTo(null);
      target.ended(range, chart.intervalMs);
    };
    cancelDrag = () => end(null);
    const move = ({ clientX, clientY, buttons, pointerId }: PointerEvent): void => {
      if (pointerId !== event.pointerId) return;
      const distance = Math.abs(clientX - event.clientX);
      // The button was released outside the window.
      if (buttons === 0) cancelDrag();
      else if (pointedMs !== null || (isMouse && distance >= MIN_DRAG))
        mark(chart.timeAt(clientX) ?? anchorMs);
      else if (!isMouse && Math.hypot(distance, clientY - event.clientY) > MAX_TREMBLE) cancelDrag();
    };
    const release = ({ clientX, pointerId }: PointerEvent): void => {
      if (pointerId !== event.pointerId) return;
      if (pointedMs !== null)
        swallowClick(area, () => {
          isDragCounted = true;
        });
      const range = rangeTo(pointedMs ?? anchorMs);
      end(Math.abs(clientX - event.clientX) >= MIN_DRAG ? range : null);
    };
    document.addEventListener('pointermove', move, { signal });
    document.addEventListener('pointerup', release, { signal });
    // The finger scrolls after all, or a second one came.
    document.addEventListener('pointercancel', cancelDrag, { signal });
    if (isMouse) return;
    const timer = setTimeout(() => {
      // The chart has moved on meanwhile.
      anchorMs = chart.timeAt(event.clientX) ?? anchorMs;
      mark(anchorMs);
    }, LONG_PRESS_MS);
    signal.addEventListener('abort', () => clearTimeout(timer));
    // A long press on its own would open the browser's menu.
    area.addEventListener('contextmenu', (menu) => menu.preventDefault(), { signal });
  };

  area.addEventListener('pointerdown', begin);
  // Before the click of a drag is swallowed.
  area.addEventListener(
    'click',
    ({ detail }) => {
      if (detail === 1) isDragCounted = false;
    },
    { capture: true },
  );
  area.addEventListener('dblclick', (event) => {
    // Elsewhere a double click selects a word.
    if (event.composedPath()[0] instanceof HTMLCanvasElement && !isDragCounted) target.out();
  });
}

/** Whether a line of points that far apart can be drawn in the range. */
export function isLongEnough({ fromMs, toMs }: TimeRange, intervalMs: number): boolean {
  return toMs - fromMs >= MIN_INTERVALS * intervalMs;
}

/** The click that ends a drag is not meant for the element below it. A finger's comes later than its `pointerup`, or not at all. */
function swallowClick(area: HTMLElement, swallowed: () => void): void {
  const waiting = new AbortController();
  const options = { capture: true, signal: waiting.signal };
  const swallow = (event: Event): void => {
    event.stopPropagation();
    swallowed();
  };
  area.addEventListener('click', swallow, { ...options, once: true });
  for (const type of ['pointerdown', 'keydown'])
    document.addEventListener(type, () => waiting.abort(), options);
}
