import { browserClock } from '../../browser/browser-clock.ts';
import { enterLayer } from '../../browser/layers.ts';

/** CSS pixels; less is a click. */
const MIN_DRAG = 4;
/** A pointer that stands still this long wants to see what it points at. */
const REST_MS = 150;

/** Called with places in CSS pixels from the left end of the area. */
export interface DragTarget {
  /** The pointer is pressed at `x`. Returns false to leave it alone. */
  pressed(x: number, isTouch: boolean): boolean;
  moved(x: number): void;
  rested(): void;
  released(): void;
  cancelled(): void;
  clicked(x: number, isTouch: boolean): void;
}

/** Follows presses and drags of one pointer in `area`. Escape cancels a drag. */
export function followDrags(area: HTMLElement, target: DragTarget): void {
  let cancel = (): void => {};
  area.addEventListener('pointerdown', (event) => {
    const isOnButton = event.composedPath().some((node) => node instanceof HTMLButtonElement);
    if (!event.isPrimary || event.button !== 0 || isOnButton) return;
    const { left } = area.getBoundingClientRect();
    const isTouch = event.pointerType !== 'mouse';
    if (!target.pressed(event.clientX - left, isTouch)) return;
    cancel();
    area.setPointerCapture(event.pointerId);
    const following = new AbortController();
    const { signal } = following;
    let isDrag = false;
    let stopResting = (): void => {};
    let leaveLayer = (): void => {};
    const stop = (): void => {
      following.abort();
      stopResting();
      leaveLayer();
      cancel = () => {};
    };
    cancel = () => {
      stop();
      target.cancelled();
    };
    const move = ({ clientX, pointerId }: PointerEvent): void => {
      if (pointerId !== event.pointerId) return;
      if (!isDrag && Math.abs(clientX - event.clientX) < MIN_DRAG) return;
      if (!isDrag) leaveLayer = enterLayer(area, () => cancel());
      isDrag = true;
      target.moved(clientX - left);
      stopResting();
      stopResting = browserClock.schedule(() => target.rested(), REST_MS);
    };
    const release = ({ clientX, pointerId }: PointerEvent): void => {
      if (pointerId !== event.pointerId) return;
      stop();
      if (isDrag) target.released();
      else {
        target.cancelled();
        target.clicked(clientX - left, isTouch);
      }
    };
    area.addEventListener('pointermove', move, { signal });
    area.addEventListener('pointerup', release, { signal });
    // The finger scrolls after all.
    area.addEventListener('pointercancel', () => cancel(), { signal });
  });
}
