import type { SequencedSample } from '../sample-store.ts';

const SCALES = [1, 10, 100, 1000] as const;

/**
 * The samples of one second, or of one interval if that is longer, as one row: of each value the mean of what is known, rounded as finely as the
 * values were. A value that repeats that of an earlier sample counts only where there is no other.
 */
export class SecondRow {
  readonly #samples: SequencedSample[] = [];

  get first(): SequencedSample | undefined {
    return this.#samples[0];
  }

  get width(): number {
    return this.#samples[0]?.values.length ?? 0;
  }

  /** The sample that gives the row its time, number and grid index. */
  get last(): SequencedSample | undefined {
    return this.#samples.at(-1);
  }

  /** @param sample with the same catalogue as those before */
  add(sample: SequencedSample): void {
    this.#samples.push(sample);
  }

  clear(): void {
    this.#samples.length = 0;
  }

  /** In the order of the samples' values; NaN where nothing is known. */
  values(): Float64Array {
    const row = new Float64Array(this.width);
    for (let index = 0; index < row.length; index += 1) row[index] = this.valueAt(index);
    return row;
  }

  valueAt(index: number): number {
    if (this.#samples.length === 1) return numberOf(this.#samples[0]?.values[index]);
    const isAnyRead = this.#samples.some(({ repeated }) => repeated?.[index] !== true);
    let sum = 0;
    let count = 0;
    let scale = 0;
    for (const { values, repeated } of this.#samples) {
      const value = numberOf(values[index]);
      if (Number.isNaN(value) || (isAnyRead && repeated?.[index] === true)) continue;
      sum += value;
      count += 1;
      while (scale < SCALES.length && !isWhole(value, SCALES[scale])) scale += 1;
    }
    if (count === 0) return Number.NaN;
    const factor = SCALES[scale];
    return factor === undefined ? sum / count : Math.round((sum / count) * factor) / factor + 0;
  }
}

function numberOf(value: number | null | undefined): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : Number.NaN;
}

function isWhole(value: number, scale = 1): boolean {
  return Math.round(value * scale) / scale === value;
}
