/** How much later or earlier than the one before, beside their distance, a sample may be and still belong to the expected point, in units. */
const TOLERANCE = 0.5;
/** Where samples go on within a unit after a step of the clock. */
const AFTER_STEP = 0.25;
/** A sample that is later than this many own intervals, without a gap before it, came with a step of the clock. */
const MAX_INTERVALS = 5;

/** What places a sample on the grid. */
export interface Placed {
  readonly epoch: string;
  readonly timestampMs: number;
  /** Whether samples are missing before it, or could not be taken. */
  readonly hasGap: boolean;
}

/**
 * Finds the grid points of samples from their times. An agent begins its grid on a whole interval of wall time and keeps to it by the monotonic clock, so
 * that every copy of its samples has the same points, unless its wall clock is stepped: then they go on after the last one.
 */
export class GridIndex {
  readonly #unitMs: number;
  readonly #base: number;
  #epoch = '';
  #last = Number.NEGATIVE_INFINITY;
  /** Units between the last two samples. */
  #advance: number;
  /** How late the last sample was, in units. */
  #lateness = 0;
  /** Units by which the wall clock was stepped back since the run began. */
  #shift = 0;

  /** @param unitMs of the grid @param intervalMs the host's own */
  constructor(unitMs: number, intervalMs: number) {
    this.#unitMs = unitMs;
    this.#base = intervalMs / unitMs;
    this.#advance = this.#base;
  }

  /** The point of the next sample: after that of the one before. */
  of({ epoch, timestampMs, hasGap }: Placed): number {
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      this.#last = Number.NEGATIVE_INFINITY;
      this.#shift = 0;
    }
    const at = timestampMs / this.#unitMs + this.#shift;
    // A step may have left the samples near the border of two points: stay on the same side of it.
    const expected = this.#last + (this.#base % this.#advance === 0 ? this.#advance : this.#base);
    const isExpected = Math.abs(at - expected - this.#lateness) < TOLERANCE;
    let index = isExpected ? expected : Math.floor(at);
    this.#lateness = at - index;
    const isStep = index <= this.#last || (!hasGap && index - this.#last > MAX_INTERVALS * this.#base);
    if (isStep && this.#last !== Number.NEGATIVE_INFINITY) {
      index = expected;
      this.#lateness = AFTER_STEP;
      this.#shift += index + AFTER_STEP - at;
    }
    this.#advance = index - this.#last;
    this.#last = index;
    return index;
  }
}
