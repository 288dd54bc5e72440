import { medianSlope, median } from './median-slope.ts';

/** Points of the line's window. */
const POINTS = 30;
/** So many of them must be known. */
const LEAST_POINTS = POINTS / 3;
/** The newest stretch has a line of its own. */
const STRETCH = 1 / 3;
const LEAST_STRETCH = 4;
/** The growth must be so many times what values are off the line in the mean. */
const ABOVE_NOISE = 5;
/** Less than this part of the level is no reason to look ahead: whoever copies a lot onto an empty disk knows. */
const LEAST_PART = 0.5;

export interface ForecastOptions {
  readonly isAbove: boolean;
  readonly level: number;
  readonly overMs: number;
  /** How far ahead anybody looks; less as long as not all of `over` is known. */
  readonly withinMs: number;
  readonly intervalMs: number;
}

/**
 * When will a series reach a level? By a line through the means of thirty stretches of the last `over`. It is silent unless all of this is so:
 *
 * - At least a third of `over` is known, and the level is no farther ahead than that allows: by a third of `over`, a third of `within`.
 * - The line of all of it and that of its newest third both get there; the later one counts.
 * - It still grows: the newest stretch is beyond all before it.
 * - The growth is more than the noise around the line.
 * - The series is half way up already.
 *
 * Lines have the median of all slopes, so that a file of 10 GB or a deletion moves them little.
 */
export class Forecast {
  readonly #isAbove: boolean;
  readonly #level: number;
  readonly #withinMs: number;
  readonly #pointMs: number;
  readonly #sums = new Float64Array(POINTS);
  readonly #counts = new Float64Array(POINTS);
  #last = Number.NEGATIVE_INFINITY;
  #newest = Number.NaN;
  /** Per ms, towards the level; 0 or less where it is not approached. NaN while too little is known. */
  #slope = Number.NaN;
  /** How far ahead the line is good for. */
  #horizonMs = 0;

  constructor({ isAbove, level, overMs, withinMs, intervalMs }: ForecastOptions) {
    this.#isAbove = isAbove;
    this.#level = level;
    this.#withinMs = withinMs;
    this.#pointMs = intervalMs * Math.max(1, Math.ceil(overMs / intervalMs / POINTS));
  }

  add(timeMs: number, value: number, count = 1): void {
    const point = Math.floor(timeMs / this.#pointMs);
    if (point < this.#last) return;
    if (point > this.#last) this.#begin(point);
    const slot = slotOf(point);
    this.#sums[slot] = (this.#sums[slot] ?? 0) + value * count;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + count;
    this.#newest = value;
  }

  /** Ms until the level is reached: 0 if it is, infinite if it will not be; NaN while too little is known. */
  get reading(): number {
    const slope = this.#slope;
    if (Number.isNaN(slope)) return slope;
    const way = (this.#level - this.#newest) * (this.#isAbove ? 1 : -1);
    if (way <= 0) return 0;
    if (slope <= 0 || (this.#isAbove && this.#level > 0 && this.#newest < this.#level * LEAST_PART))
      return Number.POSITIVE_INFINITY;
    const reachedMs = way / slope;
    return reachedMs <= this.#horizonMs ? reachedMs : Number.POSITIVE_INFINITY;
  }

  #begin(point: number): void {
    for (let at = Math.max(this.#last + 1, point - POINTS + 1); at <= point; at += 1) {
      this.#counts[slotOf(at)] = 0;
      this.#sums[slotOf(at)] = 0;
    }
    this.#last = point;
    this.#fit();
  }

  /** Fits the lines through all points but the last one, which has just begun. */
  #fit(): void {
    const times: number[] = [];
    const values: number[] = [];
    for (let at = this.#last - POINTS + 1; at < this.#last; at += 1) {
      const count = this.#counts[slotOf(at)] ?? 0;
      if (count === 0) continue;
      times.push(at * this.#pointMs);
      values.push(((this.#sums[slotOf(at)] ?? 0) / count) * (this.#isAbove ? 1 : -1));
    }
    this.#slope = times.length < LEAST_POINTS ? Number.NaN : steadySlope(times, values);
    const known = times.length / (POINTS - 1);
    this.#horizonMs = known < 1 ? this.#withinMs * known : Number.POSITIVE_INFINITY;
  }
}

function slotOf(point: number): number {
  return ((point % POINTS) + POINTS) % POINTS;
}

/** 0 if the growth is not steady. */
function steadySlope(times: readonly number[], values: readonly number[]): number {
  const stretch = -Math.max(LEAST_STRETCH, Math.ceil(times.length * STRETCH));
  const slope = medianSlope(times, values);
  const newest = medianSlope(times.slice(stretch), values.slice(stretch));
  const least = Math.min(slope, newest);
  const isHighest = (values.at(-1) ?? 0) > Math.max(...values.slice(0, -1));
  if (least <= 0 || !isHighest) return 0;
  const offsets = values.map((value, index) => value - slope * (times[index] ?? 0));
  const middle = median(offsets);
  const noise = offsets.reduce((sum, offset) => sum + Math.abs(offset - middle), 0) / offsets.length;
  const growth = slope * ((times.at(-1) ?? 0) - (times[0] ?? 0));
  return growth > ABOVE_NOISE * noise ? least : 0;
}
