import type { HistorySlice } from '../sample-history.ts';
import type { Piece } from './piece.ts';

/** Makes an answer of pieces. Pieces come in any order, but all up to a time before `take` of that time. */
export interface Points {
  add(piece: Piece): void;
  /** The points that no later piece can change: those before `untilMs`. */
  take(untilMs: number): HistorySlice;
}

/** Minimum, sum, maximum and number of the values of one series, by step. */
class Steps {
  readonly min: Float64Array;
  readonly sum: Float64Array;
  readonly max: Float64Array;
  readonly count: Float64Array;

  constructor(length: number) {
    this.min = new Float64Array(length).fill(Number.POSITIVE_INFINITY);
    this.sum = new Float64Array(length);
    this.max = new Float64Array(length).fill(Number.NEGATIVE_INFINITY);
    this.count = new Float64Array(length);
  }
}

const NONE = new Steps(0);
/** Means from here on are whole. */
const COARSE = 1000;

/** A point for each step of the Unix clock with a row in it. */
export class StepPoints implements Points {
  readonly #series: readonly (number | undefined)[];
  readonly #stepMs: number;
  readonly #beginIndex: number;
  readonly #endIndex: number;
  /** The step of the first element of `#hasRows`. */
  #firstIndex: number;
  #hasRows = new Uint8Array(0);
  #steps: Steps[] = [];

  /** @param series those that are not known are unknown throughout */
  constructor(series: readonly (number | undefined)[], stepMs: number, fromMs: number, toMs: number) {
    this.#series = series;
    this.#stepMs = stepMs;
    this.#beginIndex = Math.floor(fromMs / stepMs);
    this.#endIndex = Math.ceil(toMs / stepMs);
    this.#firstIndex = this.#beginIndex;
    this.#steps = series.map(() => NONE);
  }

  add(piece: Piece): void {
    const { timesMs } = piece;
    const last = Math.min(this.#endIndex - 1, Math.floor((timesMs.at(-1) ?? 0) / this.#stepMs));
    this.#reach(last);
    const at = new Int32Array(timesMs.length);
    let isEmpty = true;
    for (let row = 0; row < at.length; row += 1) {
      const index = Math.floor((timesMs[row] ?? 0) / this.#stepMs);
      const isIn = index >= this.#firstIndex && index < this.#endIndex;
      at[row] = isIn ? index - this.#firstIndex : -1;
      if (!isIn) continue;
      isEmpty = false;
      this.#hasRows[index - this.#firstIndex] = 1;
    }
    if (isEmpty) return;
    this.#series.forEach((id, index) => {
      const stats = id === undefined ? undefined : piece.stats(id);
      const steps = this.#steps[index];
      if (stats === undefined || steps === undefined) return;
      for (let row = 0; row < at.length; row += 1) {
        const step = at[row] ?? -1;
        const mean = stats.mean[row] ?? Number.NaN;
        if (step < 0 || Number.isNaN(mean)) continue;
        const count = stats.count === null ? 1 : (stats.count[row] ?? 1);
        const min = stats.min[row] ?? mean;
        const max = stats.max[row] ?? mean;
        if (min < (steps.min[step] ?? 0)) steps.min[step] = min;
        if (max > (steps.max[step] ?? 0)) steps.max[step] = max;
        steps.sum[step] = (steps.sum[step] ?? 0) + mean * count;
        steps.count[step] = (steps.count[step] ?? 0) + count;
      }
    });
  }

  take(untilMs: number): HistorySlice {
    const until = Math.min(Math.max(Math.floor(untilMs / this.#stepMs), this.#firstIndex), this.#endIndex);
    const length = Math.min(until - this.#firstIndex, this.#hasRows.length);
    const taken: number[] = [];
    for (let step = 0; step < length; step += 1) if (this.#hasRows[step] === 1) taken.push(step);
    const slice = {
      timesMs: picked(taken, (step) => (this.#firstIndex + step) * this.#stepMs),
      min: this.#steps.map(({ min, count }) => picked(taken, (step) => ifAny(count[step], min[step]))),
      mean: this.#steps.map((steps) => picked(taken, (step) => meanAt(steps, step))),
      max: this.#steps.map(({ max, count }) => picked(taken, (step) => ifAny(count[step], max[step]))),
    };
    this.#hasRows = this.#hasRows.slice(length);
    this.#steps = this.#steps.map((steps) => moved(steps, length, this.#hasRows.length));
    this.#firstIndex = until;
    return slice;
  }

  #reach(index: number): void {
    const length = index + 1 - this.#firstIndex;
    if (length <= this.#hasRows.length) return;
    const hasRows = new Uint8Array(length);
    hasRows.set(this.#hasRows);
    this.#hasRows = hasRows;
    this.#steps = this.#steps.map((steps) => moved(steps, 0, length));
  }
}

function moved(steps: Steps, from: number, length: number): Steps {
  if (length === 0) return NONE;
  const rest = new Steps(length);
  rest.min.set(steps.min.subarray(from));
  rest.sum.set(steps.sum.subarray(from));
  rest.max.set(steps.max.subarray(from));
  rest.count.set(steps.count.subarray(from));
  return rest;
}

/** Several times as fast as `Float64Array.from`. */
export function picked(steps: readonly number[], valueAt: (step: number) => number): Float64Array {
  const values = new Float64Array(steps.length);
  for (let index = 0; index < steps.length; index += 1) values[index] = valueAt(steps[index] ?? 0);
  return values;
}

function ifAny(count: number | undefined, value: number | undefined): number {
  return count === 0 ? Number.NaN : (value ?? Number.NaN);
}

function meanAt({ min, sum, max, count }: Steps, step: number): number {
  const rows = count[step] ?? 0;
  if (rows === 0) return Number.NaN;
  const [lowest, highest] = [min[step] ?? 0, max[step] ?? 0];
  return roundedMean((sum[step] ?? 0) / rows, lowest, highest);
}

/** More digits than the values have would only be noise, and cost space. */
function roundedMean(mean: number, min: number, max: number): number {
  const scale = Math.abs(mean) >= COARSE ? 1 : 1000;
  return Math.min(max, Math.max(min, Math.round(mean * scale) / scale + 0));
}

/** A point per row. Pieces must not overlap in time. */
export class RawPoints implements Points {
  readonly #series: readonly (number | undefined)[];
  readonly #fromMs: number;
  readonly #toMs: number;
  #lastMs = Number.NEGATIVE_INFINITY;
  #pieces: { readonly piece: Piece; readonly timesMs: Float64Array }[] = [];

  constructor(series: readonly (number | undefined)[], fromMs: number, toMs: number) {
    this.#series = series;
    this.#fromMs = fromMs;
    this.#toMs = toMs;
  }

  add(piece: Piece): void {
    this.#pieces.push({ piece, timesMs: piece.timesMs });
  }

  take(): HistorySlice {
    const pieces = this.#pieces
      .toSorted((one, other) => (one.timesMs[0] ?? 0) - (other.timesMs[0] ?? 0))
      .map(({ piece, timesMs }) => {
        // The clock may have been set back since the answer was planned.
        const from = timesMs.findIndex((timeMs) => timeMs >= this.#fromMs && timeMs > this.#lastMs);
        const last = timesMs.findLastIndex((timeMs) => timeMs < this.#toMs);
        if (from < 0 || last < from) return { piece, timesMs, from: 0, to: 0 };
        this.#lastMs = timesMs[last] ?? this.#lastMs;
        return { piece, timesMs, from, to: last + 1 };
      })
      .filter(({ from, to }) => to > from);
    this.#pieces = [];
    const values = this.#series.map((id) =>
      joined(
        pieces.map(({ piece, from, to }) => {
          const column = id === undefined ? undefined : piece.stats(id)?.mean;
          return column?.subarray(from, to) ?? new Float64Array(to - from).fill(Number.NaN);
        }),
      ),
    );
    const timesMs = joined(pieces.map(({ timesMs: own, from, to }) => own.subarray(from, to)));
    return { timesMs, min: values, mean: values, max: values };
  }
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
