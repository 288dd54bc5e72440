import { GAP_AFTER_INTERVALS } from '../../charts/gaps.ts';
import type { HistoryAnswer } from '../../client/history.ts';
import type { TimeRange } from '../../state/time-range.ts';

/** A stretch without values, and the agent's word for its cause; `null`: none is known. */
export interface LaneGap extends TimeRange {
  readonly reason: string | null;
}

/** The highest of several series, in steps of time. */
export class LanePast {
  readonly stepMs: number;
  /** Begin of each step, ascending, Unix ms. */
  readonly times: number[] = [];
  /** The mean of the series whose mean is the highest; NaN where none is known. */
  readonly means: number[] = [];
  /** The highest value of all. */
  readonly peaks: number[] = [];
  readonly #causes: { fromMs: number; toMs: number; reason: string }[] = [];
  /** Values in the newest step that came one by one. */
  #count = 1;

  constructor(stepMs: number) {
    this.stepMs = stepMs;
  }

  static of({ header, points }: HistoryAnswer): LanePast {
    const past = new LanePast(header.stepMs);
    for (const [row, timestampMs] of points.ts.entries()) {
      past.times.push(timestampMs);
      past.means.push(highest(points.mean.map((column) => column[row])));
      past.peaks.push(highest((points.max ?? points.mean).map((column) => column[row])));
    }
    for (const { fromTs, toTs, reason } of header.gaps) past.addCause(fromTs, toTs, reason);
    return past;
  }

  /** Begin of the step of a value that comes on its own. */
  stepOf(timestampMs: number): number {
    return Math.floor(timestampMs / this.stepMs) * this.stepMs;
  }

  /** Adds a value that is newer than all others. */
  add(timestampMs: number, value: number): void {
    const begin = this.stepOf(timestampMs);
    const last = this.times.length - 1;
    const newest = this.times[last] ?? Number.NEGATIVE_INFINITY;
    if (begin < newest) {
      // The host's clock was set back: what is known now lies in its future.
      this.forgetFrom(begin);
      this.add(timestampMs, value);
    } else if (timestampMs - newest < this.stepMs) {
      this.#count += 1;
      const mean = this.means[last] ?? Number.NaN;
      this.means[last] = Number.isNaN(mean) ? value : mean + (value - mean) / this.#count || mean;
      this.peaks[last] = highest([this.peaks[last], value]);
    } else {
      this.#count = 1;
      this.times.push(begin);
      this.means.push(value);
      this.peaks.push(value);
    }
  }

  addCause(fromMs: number, toMs: number, reason: string): void {
    this.#causes.push({ fromMs, toMs, reason });
  }

  /** Drops what ends before `fromMs`. */
  forget(fromMs: number): void {
    const count = this.times.findIndex((begin) => begin + this.stepMs > fromMs);
    if (count > 0) for (const column of [this.times, this.means, this.peaks]) column.splice(0, count);
    while ((this.#causes[0]?.toMs ?? fromMs) < fromMs) this.#causes.shift();
  }

  forgetFrom(timestampMs: number): void {
    const count = this.times.findIndex((begin) => begin >= timestampMs);
    if (count >= 0) for (const column of [this.times, this.means, this.peaks]) column.length = count;
  }

  /** The first time of which something is known; `null`: none. */
  get beginMs(): number | null {
    return this.times.find((_, row) => !Number.isNaN(this.peaks[row])) ?? null;
  }

  /** Stretches of `range` between known values, and after them up to its end, oldest first. */
  gaps(range: TimeRange): LaneGap[] {
    const gaps: LaneGap[] = [];
    let known: number | null = null;
    const close = (untilMs: number): void => {
      if (known !== null && untilMs - known > GAP_AFTER_INTERVALS * this.stepMs)
        gaps.push(this.#gap(known + this.stepMs, untilMs));
    };
    for (const [row, begin] of this.times.entries()) {
      if (Number.isNaN(this.peaks[row])) continue;
      close(begin);
      known = begin;
    }
    close(range.toMs);
    return gaps.filter(({ fromMs, toMs }) => toMs > range.fromMs && fromMs < range.toMs);
  }

  /** The highest value in `range`, and when it was; `null`: nothing is known. */
  highestIn({ fromMs, toMs }: TimeRange): { readonly value: number; readonly timestampMs: number } | null {
    let found: { value: number; timestampMs: number } | null = null;
    for (const [row, timestampMs] of this.times.entries()) {
      const value = this.peaks[row] ?? Number.NaN;
      if (timestampMs >= fromMs - this.stepMs && timestampMs <= toMs && value > (found?.value ?? -1))
        found = { value, timestampMs };
    }
    return found;
  }

  /** The cause that explains the most of it names the gap. */
  #gap(fromMs: number, toMs: number): LaneGap {
    let reason: string | null = null;
    let longestMs = 0;
    for (const cause of this.#causes) {
      const lengthMs = Math.min(toMs, cause.toMs) - Math.max(fromMs - this.stepMs, cause.fromMs);
      if (lengthMs <= longestMs) continue;
      longestMs = lengthMs;
      ({ reason } = cause);
    }
    return { fromMs, toMs, reason };
  }
}

/** NaN if none is known. */
export function highest(values: readonly (number | null | undefined)[]): number {
  let found = Number.NaN;
  for (const value of values) {
    if (value !== null && value !== undefined && !(value <= found) && !Number.isNaN(value)) found = value;
  }
  return found;
}
