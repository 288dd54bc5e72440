/** Points of a window, however long it is. */
const MAX_POINTS = 60;

export type WindowKind = 'mean' | 'max' | 'min' | 'change';

/**
 * Mean, highest, lowest or growth of a series over a window. Keeps at most 60 points, each of a stretch of time, so that a long window begins up
 * to a sixtieth later than asked for. Known as soon as half of it is.
 */
export class Window {
  readonly kind: WindowKind;
  readonly #pointMs: number;
  /** Of each point: sum, highest, lowest, or first value. */
  readonly #values: Float64Array;
  /** Samples of each point. */
  readonly #counts: Float64Array;
  /** The newest point, which is not in the arrays yet: its number, its end, and what they will hold. */
  #open = Number.NEGATIVE_INFINITY;
  #openEndMs = Number.NEGATIVE_INFINITY;
  #openValue = 0;
  #openCount = 0;
  #newest = 0;
  /** Of all points before it. */
  #closedValue = 0;
  #closedCount = 0;
  #closedPoints = 0;

  constructor(kind: WindowKind, windowMs: number, intervalMs: number) {
    this.kind = kind;
    this.#pointMs = intervalMs * Math.max(1, Math.ceil(windowMs / intervalMs / MAX_POINTS));
    const points = Math.max(1, Math.round(windowMs / this.#pointMs));
    this.#values = new Float64Array(points);
    this.#counts = new Float64Array(points);
  }

  /** @param count of samples that the value stands for */
  add(timeMs: number, value: number, count = 1): void {
    if (timeMs >= this.#openEndMs) this.#begin(Math.floor(timeMs / this.#pointMs));
    else if (timeMs < this.#openEndMs - this.#pointMs) return;
    const own = this.kind === 'mean' ? value * count : value;
    this.#openValue = this.#openCount === 0 ? own : this.#joined(this.#openValue, own);
    this.#openCount += count;
    this.#newest = value;
  }

  /** NaN while less than half of the window is known. */
  get reading(): number {
    const points = this.#closedPoints;
    if ((points + 1) * 2 < this.#values.length || this.#openCount === 0) return Number.NaN;
    const all = points === 0 ? this.#openValue : this.#joined(this.#closedValue, this.#openValue);
    if (this.kind === 'mean') return all / (this.#closedCount + this.#openCount);
    return this.kind === 'change' ? this.#newest - all : all;
  }

  /** @param held of the time before `added` */
  #joined(held: number, added: number): number {
    switch (this.kind) {
      case 'mean':
        return held + added;
      case 'max':
        return Math.max(held, added);
      case 'min':
        return Math.min(held, added);
      case 'change':
        return held;
    }
  }

  #begin(point: number): void {
    const length = this.#values.length;
    if (this.#openCount > 0) {
      const slot = this.#slot(this.#open);
      this.#values[slot] = this.#openValue;
      this.#counts[slot] = this.#openCount;
    }
    for (let at = Math.max(this.#open + 1, point - length + 1); at <= point; at += 1)
      this.#counts[this.#slot(at)] = 0;
    this.#open = point;
    this.#openEndMs = (point + 1) * this.#pointMs;
    this.#openValue = 0;
    this.#openCount = 0;
    this.#close();
  }

  /** Sums up all points but the newest one anew, so that rounding errors do not add up. */
  #close(): void {
    const [values, counts] = [this.#values, this.#counts];
    let [value, count, points] = [0, 0, 0];
    const { length } = values;
    let slot = this.#slot(this.#open);
    for (let step = 1; step < length; step += 1) {
      slot = slot + 1 === length ? 0 : slot + 1;
      const samples = counts[slot] ?? 0;
      if (samples === 0) continue;
      value = points === 0 ? (values[slot] ?? 0) : this.#joined(value, values[slot] ?? 0);
      count += samples;
      points += 1;
    }
    this.#closedValue = value;
    this.#closedCount = count;
    this.#closedPoints = points;
  }

  #slot(point: number): number {
    const { length } = this.#values;
    return ((point % length) + length) % length;
  }
}
