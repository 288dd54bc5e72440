/** The lowest and the highest of what is known; infinite, the wrong way round, if nothing is. Many series have more values than a call takes arguments. */
export function extentOf(values: readonly (number | null)[]): readonly [lowest: number, highest: number] {
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value === null) continue;
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  return [lowest, highest];
}
