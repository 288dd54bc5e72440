/**
 * The index of the first of `count` ascending times that is not before `timestampMs`; `count` if there is none. Charts have thousands of
 * points, and are read at each move of the pointer.
 */
export function firstFrom(count: number, timeAt: (index: number) => number, timestampMs: number): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timeAt(middle) < timestampMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The time nearest to `timestampMs` among `times`, which ascend; `null` if there is none.
 * @param steps moves on by this many samples, to newer ones if positive, and stops at the ends
 */
export function nearestSample(times: readonly number[], timestampMs: number, steps = 0): number | null {
  const timeAt = (index: number): number => times[index] ?? Number.NaN;
  const after = firstFrom(times.length, timeAt, timestampMs);
  const isBeforeNearer = after > 0 && !(timeAt(after) - timestampMs < timestampMs - timeAt(after - 1));
  const nearest = isBeforeNearer ? after - 1 : after;
  return times[Math.min(times.length - 1, Math.max(0, nearest + steps))] ?? null;
}
