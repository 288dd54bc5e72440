/** The value below which the share `q` of the values lies, by the nearest rank; NaN of none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

/** The middle value, of an even count the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? Number.NaN) + upper) / 2 : upper;
}

/** NaN of none. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Slope of the straight line through points by least squares; NaN of fewer than two. */
export function slope(points: readonly { readonly x: number; readonly y: number }[]): number {
  const meanX = mean(points.map(({ x }) => x));
  const meanY = mean(points.map(({ y }) => y));
  const covariance = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0);
  return covariance / points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
}

/**
 * What each way measured, round by round. The ways take turns and the order rotates, so that no way always follows the same
 * one; ratios are taken within a round, so that a disturbance hits both sides.
 */
export class Rounds<T> {
  readonly #results = new Map<string, T[]>();

  static async run<T>(
    names: readonly string[],
    rounds: number,
    turn: (name: string, round: number) => Promise<T>,
  ): Promise<Rounds<T>> {
    const results = new Rounds<T>();
    for (let round = 0; round < rounds; round += 1) {
      const first = round % names.length;
      for (const name of [...names.slice(first), ...names.slice(0, first)]) {
        results.add(name, await turn(name, round));
      }
    }
    return results;
  }

  add(name: string, result: T): void {
    this.#results.set(name, [...this.of(name), result]);
  }

  of(name: string): readonly T[] {
    return this.#results.get(name) ?? [];
  }

  median(name: string, value: (result: T) => number): number {
    return median(this.of(name).map(value));
  }

  /** Median over the rounds of `name` to `other`; NaN where one was not measured. */
  ratio(name: string, other: string, value: (result: T) => number): number {
    const others = this.of(other).map(value);
    return median(this.of(name).map((result, round) => value(result) / (others[round] ?? Number.NaN)));
  }
}
