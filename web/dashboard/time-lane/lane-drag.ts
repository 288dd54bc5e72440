import type { DashboardState } from '../../state/dashboard-state.ts';
import { isIn, MIN_LENGTH_MS, type TimeRange } from '../../state/time-range.ts';
import { isLive, lengthOf, TIME_SPANS, type TimeSpan } from '../../state/time-span.ts';
import { goLive, goTo } from './go-to.ts';
import type { DragTarget } from './lane-gestures.ts';
import type { MarkGroup } from './lane-labels.ts';
import type { LaneScale } from './lane-scale.ts';
import type { ShownFrame } from './shown-frame.ts';

/** CSS pixels. */
export const LEAST_FRAME = 10;
const REACH = 6;
const REACH_OF_FINGER = 22;
/** A range that is moved so near to the end goes back to live. */
const SNAP = 4;

/** What a pointer takes hold of: the frame, one of its edges, or the lane beside it. */
export type LanePart = 'body' | 'begin' | 'end' | 'empty';

/**
 * @param frame its ends, CSS pixels
 * @param reach of a pointer
 */
export function partAt(
  x: number,
  frame: { readonly left: number; readonly right: number },
  reach: number,
): LanePart {
  const isNarrow = frame.right - frame.left < 4 * reach;
  // A narrow frame has its edges outside, or it could not be moved.
  const middle = (frame.left + frame.right) / 2;
  const left = isNarrow ? Math.min(frame.left, middle - reach) : frame.left + reach;
  const right = isNarrow ? Math.max(frame.right, middle + reach) : frame.right - reach;
  if (x >= left && x <= right) return 'body';
  if (x < left && x >= left - 2 * reach) return 'begin';
  return x > right && x <= right + 2 * reach ? 'end' : 'empty';
}

/** The range that a drag from `anchorMs` to `pointedMs` makes of `frame`, within `limits`. */
export function draggedRange(
  part: LanePart,
  frame: TimeRange,
  anchorMs: number,
  pointedMs: number,
  limits: TimeRange,
): TimeRange {
  const { fromMs, toMs } = frame;
  const at = Math.min(limits.toMs, Math.max(limits.fromMs, pointedMs));
  if (part === 'begin') return { fromMs: Math.min(at, toMs - MIN_LENGTH_MS), toMs };
  if (part === 'end') return { fromMs, toMs: Math.max(at, fromMs + MIN_LENGTH_MS) };
  if (part === 'empty') return { fromMs: Math.min(anchorMs, at), toMs: Math.max(anchorMs, at) };
  const distanceMs = Math.min(limits.toMs - toMs, Math.max(limits.fromMs - fromMs, pointedMs - anchorMs));
  return { fromMs: fromMs + distanceMs, toMs: toMs + distanceMs };
}

/** The span that is the nearest to a length, of those that the host can show. */
export function nearestSpan(lengthMs: number, intervalMs: number | undefined, isKept: boolean): TimeSpan {
  const distanceOf = (span: TimeSpan): number => Math.abs(Math.log(lengthOf(span, intervalMs) / lengthMs));
  let nearest: TimeSpan = 'points';
  for (const span of TIME_SPANS) {
    if ((isKept || isLive(span)) && distanceOf(span) < distanceOf(nearest)) nearest = span;
  }
  return nearest;
}

/** What a drag needs of the lane. */
interface DraggedLane {
  readonly state: DashboardState | null;
  readonly frame: ShownFrame | null;
  readonly scale: LaneScale | null;
  readonly groups: readonly MarkGroup[];
  readonly limits: TimeRange | null;
  setAttribute(name: string, value: string): void;
  toggleAttribute(name: string, force: boolean): void;
  preview(range: TimeRange | null): void;
  focusFrame(): void;
  goToMark(group: MarkGroup): void;
}

/** One drag of the frame, of an edge of it or beside it, and what a click does. The frame follows at once, the charts when the pointer rests. */
export class LaneDrag implements DragTarget {
  readonly #lane: DraggedLane;
  #drag: {
    readonly part: LanePart;
    readonly frame: ShownFrame;
    readonly scale: LaneScale;
    readonly anchorMs: number;
    range: TimeRange | null;
    /** The charts show a range of it. */
    isShown: boolean;
  } | null = null;

  constructor(lane: DraggedLane) {
    this.#lane = lane;
  }

  get isUnderWay(): boolean {
    return this.#drag !== null;
  }

  /** Says by the pointer's shape what a press would take hold of. */
  hovered(x: number, isTouch: boolean): void {
    const { frame, scale } = this.#lane;
    if (frame !== null && scale !== null) this.#lane.setAttribute('grip', partOf(frame, scale, x, isTouch));
  }

  pressed(x: number, isTouch: boolean): boolean {
    const { frame, scale } = this.#lane;
    if (frame === null || scale === null) return false;
    const part = partOf(frame, scale, x, isTouch);
    this.#drag = { part, frame, scale, anchorMs: scale.timeAt(x), range: null, isShown: false };
    this.#lane.setAttribute('grip', part);
    return true;
  }

  moved(x: number): void {
    const drag = this.#drag;
    const { limits } = this.#lane;
    if (drag === null || limits === null) return;
    drag.range = draggedRange(drag.part, drag.frame, drag.anchorMs, drag.scale.timeAt(x), limits);
    this.#lane.toggleAttribute('dragging', true);
    this.#lane.preview(drag.range);
  }

  rested(): void {
    const { state } = this.#lane;
    const drag = this.#drag;
    if (state === null || drag === null || drag.range === null || drag.part === 'empty') return;
    if (isOfSpan(drag) || state.time.value.isKept !== true) return;
    goTo(state, drag.range, !drag.isShown && drag.part !== 'body');
    drag.isShown = true;
  }

  released(): void {
    const { state } = this.#lane;
    const drag = this.#drag;
    this.#end();
    if (state === null || drag === null || drag.range === null) return;
    const { range, part, isShown } = drag;
    if (isOfSpan(drag)) {
      const { time, hosts, pause } = state;
      const lengthMs = range.toMs - range.fromMs;
      time.chooseSpan(nearestSpan(lengthMs, hosts.intervalMs.value, time.value.isKept === true));
      pause.resume();
    } else if (part === 'body') this.#move(range, SNAP * drag.scale.pixelMs);
    else goTo(state, range, !isShown);
  }

  cancelled(): void {
    const { state } = this.#lane;
    const drag = this.#drag;
    this.#end();
    if (state === null || drag?.isShown !== true) return;
    if (drag.frame.isLive) state.time.leave();
    else goTo(state, drag.frame, false);
  }

  clicked(x: number, isTouch: boolean): void {
    const { frame, scale, groups } = this.#lane;
    if (frame === null || scale === null) return;
    // A finger need not meet the mark itself.
    const near = isTouch ? groups.find((group) => Math.abs(group.x - x) <= REACH_OF_FINGER) : undefined;
    if (near !== undefined) this.#lane.goToMark(near);
    const at = scale.timeAt(x);
    // A frame may be drawn wider than what it shows.
    if (near === undefined && !isIn(frame, at)) {
      const halfMs = (frame.toMs - frame.fromMs) / 2;
      this.#move({ fromMs: at - halfMs, toMs: at + halfMs });
    }
    this.#lane.focusFrame();
  }

  /** A range that reaches the present is live again. */
  #move(range: TimeRange, snapMs = 0): void {
    const { state } = this.#lane;
    if (state === null) return;
    if (range.toMs >= state.time.nowMs - snapMs) goLive(state);
    else goTo(state, range, false);
  }

  #end(): void {
    if (this.#drag === null) return;
    this.#drag = null;
    this.#lane.toggleAttribute('dragging', false);
    this.#lane.preview(null);
  }
}

function partOf(frame: TimeRange, scale: LaneScale, x: number, isTouch: boolean): LanePart {
  return partAt(x, scale.placeOf(frame, LEAST_FRAME), isTouch ? REACH_OF_FINGER : REACH);
}

/** The left edge of a window that ends now chooses how long it is. */
function isOfSpan({ part, frame }: { readonly part: LanePart; readonly frame: ShownFrame }): boolean {
  return part === 'begin' && frame.isLive;
}
