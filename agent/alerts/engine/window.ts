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
  #last = Number.NEGATIVE_INFINITY;
  #newest = Number.NaN;
  /** Of all points but the last one. */
  readonly #closed = { value: 0, count: 0, points: 0 };

  constructor(kind: WindowKind, windowMs: number, intervalMs: number) {
    this.kind = kind;
    this.#pointMs = intervalMs * Math.max(1, Math.ceil(windowMs / intervalMs / MAX_POINTS));
    const points = Math.max(1, Math.round(windowMs / this.#pointMs));
    this.#values = new Float64Array(points);
    this.#counts = new Float64Array(points);
  }

  /** @param count of samples that the value stands for */
  add(timeMs: number, value: number, count = 1): void {
    const point = Math.floor(timeMs / this.#pointMs);
    if (point < this.#last) return;
    if (point > this.#last) this.#begin(point);
    const slot = this.#slot(point);
    const before = this.#counts[slot] ?? 0;
    this.#values[slot] =
      before === 0 ? this.#first(value, count) : this.#joined(this.#values[slot] ?? 0, value, count);
    this.#counts[slot] = before + count;
    this.#newest = value;
  }

  /** `null` while less than half of the window is known. */
  get reading(): number | null {
    const { value, count, points } = this.#closed;
    if ((points + 1) * 2 < this.#values.length || this.#last < 0) return null;
    const slot = this.#slot(this.#last);
    const last = this.#values[slot] ?? 0;
    switch (this.kind) {
      case 'mean':
        return (value + last) / (count + (this.#counts[slot] ?? 0));
      case 'max':
        return points === 0 ? last : Math.max(value, last);
      case 'min':
        return points === 0 ? last : Math.min(value, last);
      case 'change':
        return this.#newest - (points === 0 ? last : value);
    }
  }

  #first(value: number, count: number): number {
    return this.kind === 'mean' ? value * count : value;
  }

  #joined(held: number, value: number, count: number): number {
    switch (this.kind) {
      case 'mean':
        return held + value * count;
      case 'max':
        return Math.max(held, value);
      case 'min':
        return Math.min(held, value);
      case 'change':
        return held;
    }
  }

  #begin(point: number): void {
    const length = this.#values.length;
    const from = Math.max(this.#last + 1, point - length + 1);
    for (let at = from; at <= point; at += 1) this.#counts[this.#slot(at)] = 0;
    this.#last = point;
    this.#close();
  }

  /** Sums up all points but the last one anew, so that rounding errors do not add up. */
  #close(): void {
    const closed = this.#closed;
    closed.count = 0;
    closed.points = 0;
    closed.value = 0;
    const length = this.#values.length;
    for (let at = this.#last - length + 1; at < this.#last; at += 1) {
      const slot = this.#slot(at);
      const count = this.#counts[slot] ?? 0;
      if (count === 0) continue;
      const value = this.#values[slot] ?? 0;
      closed.value = closed.points === 0 ? value : this.#summed(closed.value, value);
      closed.count += count;
      closed.points += 1;
    }
  }

  #summed(held: number, value: number): number {
    return this.kind === 'mean' ? held + value : this.#joined(held, value, 1);
  }

  #slot(point: number): number {
    const length = this.#values.length;
    return ((point % length) + length) % length;
  }
}
