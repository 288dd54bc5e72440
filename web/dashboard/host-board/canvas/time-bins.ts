import { GAP_AFTER_INTERVALS, type GapSpan } from '../../../charts/gaps.ts';
import type { TimeWindow } from '../../../../shared/time-window.ts';
import type { ChartsContext } from '../../../elements/metrics-panel/charts-view.ts';

/** The time axis of the charts (metric-chart/chart-plot.ts); `null` before the first sample. */
export function axisOf({
  span,
  buffer: { samples, announcement },
}: Pick<ChartsContext, 'span' | 'buffer'>): GapSpan | null {
  if (span !== null) return span;
  if (samples.length === 0) return null;
  const toMs = samples.timestampAt(samples.length - 1);
  return { fromMs: toMs - Math.max(1, samples.capacity - 1) * announcement.intervalMs, toMs };
}

/** Where a time lies on an axis, 0 to 1; `null` outside. */
export function placeOf(timestampMs: number, { fromMs, toMs }: GapSpan): number | null {
  const place = (timestampMs - fromMs) / (toMs - fromMs);
  return place >= 0 && place <= 1 ? place : null;
}

/** How many bins an axis of samples has, at most `most`. */
export function binCountOf({ fromMs, toMs }: GapSpan, intervalMs: number, most: number): number {
  return Math.max(2, Math.min(Math.round((toMs - fromMs) / intervalMs) + 1, Math.floor(most)));
}

/**
 * Which bin each row of `samples` falls into, on an axis whose first and last bin are centred on its ends: so that a value lies where a chart has it. A row
 * covers the bins since the row before, unless there is a gap between them.
 */
export class TimeBins {
  readonly count: number;
  /** First and last bin of each row from `firstRow` on; -1 outside of the axis. */
  readonly #ends: Int32Array;
  readonly #starts: Int32Array;
  readonly #samples: TimeWindow;

  constructor(samples: TimeWindow, { fromMs, toMs }: GapSpan, intervalMs: number, count: number) {
    this.count = count;
    this.#samples = samples;
    this.#ends = new Int32Array(samples.length);
    this.#starts = new Int32Array(samples.length);
    let before = Number.NEGATIVE_INFINITY;
    for (let row = 0; row < samples.length; row += 1) {
      const at = samples.timestampAt(row);
      const bin = Math.round(((at - fromMs) / (toMs - fromMs)) * (count - 1));
      const isInside = bin >= 0 && bin < count && at <= toMs;
      const last = row === 0 ? -1 : (this.#ends[row - 1] ?? -1);
      const isNext = at - before <= GAP_AFTER_INTERVALS * intervalMs;
      this.#ends[row] = isInside ? bin : -1;
      this.#starts[row] = !isInside ? 0 : isNext && last >= 0 ? Math.min(bin, last + 1) : bin;
      before = at;
    }
  }

  /** Means of the sum of `columns` in each bin; NaN where nothing is known. */
  means(columns: readonly number[]): Float64Array {
    const sums = new Float64Array(this.count);
    const counts = new Uint16Array(this.count);
    for (let row = 0; row < this.#samples.length; row += 1) {
      const end = this.#ends[row] ?? -1;
      if (end < 0) continue;
      const value = sumOf(this.#samples, columns, row);
      if (Number.isNaN(value)) continue;
      for (let bin = this.#starts[row] ?? end; bin <= end; bin += 1) {
        sums[bin] = (sums[bin] ?? 0) + value;
        counts[bin] = (counts[bin] ?? 0) + 1;
      }
    }
    return sums.map((sum, bin) => sum / (counts[bin] ?? 0));
  }
}

/** Of the columns that are known; NaN if none is. */
export function sumOf(samples: TimeWindow, columns: readonly number[], row: number): number {
  let sum = Number.NaN;
  for (const column of columns) {
    const value = samples.valueAt(column, row);
    if (value !== null) sum = Number.isNaN(sum) ? value : sum + value;
  }
  return sum;
}
