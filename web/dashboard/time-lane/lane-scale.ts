import type { TimeRange } from '../../state/time-range.ts';

/** Where times are on the lane, in CSS pixels from its left end. */
export class LaneScale {
  readonly stretch: TimeRange;
  readonly width: number;

  constructor(stretch: TimeRange, width: number) {
    this.stretch = stretch;
    this.width = width;
  }

  /** Unix ms in a pixel. */
  get pixelMs(): number {
    return (this.stretch.toMs - this.stretch.fromMs) / this.width;
  }

  readonly xOf = (timestampMs: number): number => (timestampMs - this.stretch.fromMs) / this.pixelMs;

  timeAt(x: number): number {
    return this.stretch.fromMs + x * this.pixelMs;
  }

  /** The part of a range that is on the lane; empty, at one of its ends, if none is. */
  endsOf({ fromMs, toMs }: TimeRange): { readonly left: number; readonly right: number } {
    const on = (timestampMs: number): number => Math.min(this.width, Math.max(0, this.xOf(timestampMs)));
    return { left: on(fromMs), right: on(toMs) };
  }

  /** The same, at least so wide that it can be seen. */
  placeOf(range: TimeRange, leastPx: number): { readonly left: number; readonly right: number } {
    const { left, right } = this.endsOf(range);
    if (right - left >= leastPx) return { left, right };
    const begin = Math.min(this.width - leastPx, Math.max(0, (left + right - leastPx) / 2));
    return { left: begin, right: begin + leastPx };
  }
}
