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
    const isNext = point === this.#open + 1;
    const slot = this.#slot(point);
    const oldValue = this.#values[slot] ?? 0;
    const oldCount = this.#counts[slot] ?? 0;
    if (this.#openCount > 0) {
      const last = this.#slot(this.#open);
      this.#values[last] = this.#openValue;
      this.#counts[last] = this.#openCount;
    }
    for (let at = Math.max(this.#open + 1, point - length + 1); at <= point; at += 1)
      this.#counts[this.#slot(at)] = 0;
    // Once in a window all is summed up anew, so that rounding errors do not add up.
    if (!isNext || slot === 0 || !this.#couldShift(oldValue, oldCount)) this.#close(slot);
    this.#open = point;
    this.#openEndMs = (point + 1) * this.#pointMs;
    this.#openValue = 0;
    this.#openCount = 0;
  }

  /** Takes the open point to the closed ones, and the oldest away. Returns whether that was possible without looking at all others. */
  #couldShift(oldValue: number, oldCount: number): boolean {
    if (this.kind === 'change' || this.#openCount === 0 || this.#closedPoints === 0) return false;
    if (this.kind === 'mean') this.#closedValue += this.#openValue - (oldCount > 0 ? oldValue : 0);
    else if (oldCount > 0 && oldValue === this.#closedValue) return false;
    else this.#closedValue = this.#joined(this.#closedValue, this.#openValue);
    this.#closedCount += this.#openCount - oldCount;
    this.#closedPoints += oldCount > 0 ? 0 : 1;
    return true;
  }

  /** Sums up all points. @param slot of the one that begins */
  #close(slot: number): void {
    const [values, counts] = [this.#values, this.#counts];
    let [value, count, points] = [0, 0, 0];
    const { length } = values;
    let at = slot;
    for (let step = 1; step < length; step += 1) {
      at = at + 1 === length ? 0 : at + 1;
      const samples = counts[at] ?? 0;
      if (samples === 0) continue;
      value = points === 0 ? (values[at] ?? 0) : this.#joined(value, values[at] ?? 0);
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
