import type { GapSpan } from '../charts/gaps.ts';
import { isChart } from '../elements/metrics-panel/charts-view.ts';
import { enterLayer } from '../layers.ts';

/** Less is a click. CSS pixels. */
const LEAST_WAY = 6;
/** Two samples make a line. */
const LEAST_INTERVALS = 2;

export interface ZoomEvents {
  /** The picture should stand still from now on. */
  begun(): void;
  /** It is done; `null`: the reader gave it up, or marked too little. */
  ended(span: GapSpan | null): void;
}

/**
 * Lets a mouse that is dragged over a chart in `area` mark a stretch of time, on all charts that share its crosshair. Escape
 * gives it up. Returns the undo.
 */
export function followZoomGesture(area: HTMLElement, { begun, ended }: ZoomEvents): () => void {
  const listening = new AbortController();
  let endDrag: () => void = () => {};

  const begin = (event: PointerEvent): void => {
    const isOnPlot = event.composedPath()[0] instanceof HTMLCanvasElement;
    if (event.pointerType !== 'mouse' || event.button !== 0 || !isOnPlot) return;
    const chart = event.composedPath().find(isChart);
    const anchorMs = chart?.timeAt(event.clientX) ?? null;
    if (chart === undefined || anchorMs === null) return;
    endDrag();
    const dragging = new AbortController();
    const { signal } = dragging;
    let nowMs: number | null = null;
    let leaveLayer = (): void => {};
    const end = (span: GapSpan | null): void => {
      dragging.abort();
      leaveLayer();
      if (nowMs === null) return;
      nowMs = null;
      chart.crosshair?.moveTo(null);
      ended(span);
    };
    endDrag = () => end(null);
    const move = ({ clientX, buttons }: PointerEvent): void => {
      // Let go outside of the window.
      if (buttons === 0) endDrag();
      else if (nowMs !== null || Math.abs(clientX - event.clientX) >= LEAST_WAY) {
        if (nowMs === null) {
          leaveLayer = enterLayer(area, endDrag);
          begun();
        }
        nowMs = chart.timeAt(clientX) ?? anchorMs;
        chart.crosshair?.moveTo(nowMs, anchorMs);
      }
    };
    const letGo = (): void => {
      if (nowMs !== null) swallowClick(area);
      const toMs = nowMs ?? anchorMs;
      const span = { fromMs: Math.min(anchorMs, toMs), toMs: Math.max(anchorMs, toMs) };
      end(span.toMs - span.fromMs >= LEAST_INTERVALS * chart.intervalMs ? span : null);
    };
    document.addEventListener('pointermove', move, { signal });
    document.addEventListener('pointerup', letGo, { signal });
    document.addEventListener('pointercancel', endDrag, { signal });
  };

  area.addEventListener('pointerdown', begin, { signal: listening.signal });
  return () => {
    listening.abort();
    endDrag();
  };
}

/** The click that ends a drag is not meant for what lies below it. */
function swallowClick(area: HTMLElement): void {
  const swallow = (event: Event): void => event.stopPropagation();
  area.addEventListener('click', swallow, { capture: true, once: true });
  setTimeout(() => area.removeEventListener('click', swallow, { capture: true }));
}
