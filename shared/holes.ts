/** Two points further apart than this many steps have a step without a point between them: samples are never quite on time. */
const HOLE_AFTER_STEPS = 1.5;

/** Unix ms. */
interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Where a table of points needs a row without values, since whoever draws it would otherwise connect the points around a gap. */
export class Holes {
  readonly #gaps: readonly Gap[];
  readonly #stepMs: number;
  #next = 0;
  #beforeMs = Number.NaN;

  /**
   * @param gaps by their begin
   * @param stepMs distance of two points
   */
  constructor(gaps: readonly Gap[], stepMs: number) {
    this.#gaps = gaps;
    this.#stepMs = stepMs;
  }

  /**
   * The time of the row without values that belongs between the point before and this one; `null` if none does. Points of an earlier run may be
   * further apart without any gap.
   * @param timeMs later than the last time
   */
  before(timeMs: number): number | null {
    const beforeMs = this.#beforeMs;
    this.#beforeMs = timeMs;
    if (!(timeMs - beforeMs > HOLE_AFTER_STEPS * this.#stepMs)) return null;
    while ((this.#gaps[this.#next]?.toMs ?? Number.POSITIVE_INFINITY) <= beforeMs) this.#next += 1;
    const gap = this.#gaps[this.#next];
    return gap !== undefined && gap.fromMs < timeMs ? beforeMs + this.#stepMs : null;
  }
}
