/** Slope of the line that half of all pairs of points are above and half below (Theil–Sen): up to 29 % of the points may be anywhere. */
export function medianSlope(xs: readonly number[], ys: readonly number[]): number {
  const slopes: number[] = [];
  for (let left = 0; left < xs.length; left += 1) {
    for (let right = left + 1; right < xs.length; right += 1)
      slopes.push(((ys[right] ?? 0) - (ys[left] ?? 0)) / ((xs[right] ?? 0) - (xs[left] ?? 0)));
  }
  return median(slopes);
}

/** NaN of nothing. */
export function median(numbers: readonly number[]): number {
  const sorted = Float64Array.from(numbers).toSorted();
  const middle = sorted.length / 2;
  const below = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  const above = sorted[Math.floor(middle)] ?? Number.NaN;
  return (below + above) / 2;
}
