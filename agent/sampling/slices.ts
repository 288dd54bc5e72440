/** Work that yields wherever it may be interrupted; yields `true` where it must be, because a step as long as a slice follows. */
export type Interruptible = Generator<boolean, void>;

/** Length of a slice. Leaves room for one slow step within a millisecond. */
const SLICE_MS = 0.5;
const MAX_BUSY_MS = 2;

export interface Outcome {
  /** Time worked, ms. A slice counts for at most 2 ms; beyond that, the processor was taken by others. */
  readonly busyMs: number;
  /** What the work threw, if anything. */
  readonly error?: unknown;
}

/**
 * Runs `work` in slices of half a millisecond, one per turn of the event loop, the first one synchronously.
 * @param patienceMs how long to wait; the work continues afterwards
 * @param onEnd called once with the outcome, before the promise settles
 * @returns `null` if it finished in the first slice, else a promise that settles when it ends or patience runs out. Throws or rejects with the
 * work's error until then.
 */
export function runInSlices(
  work: Interruptible,
  patienceMs: number,
  onEnd: (outcome: Outcome) => void,
): Promise<void> | null {
  const beganMs = performance.now();
  let busyMs = 0;

  /** Whether the work has ended. */
  const slice = (): boolean => {
    const startMs = performance.now();
    try {
      const isDone = workFor(work, SLICE_MS);
      busyMs += Math.min(performance.now() - startMs, MAX_BUSY_MS);
      if (isDone) onEnd({ busyMs });
      return isDone;
    } catch (error) {
      busyMs += Math.min(performance.now() - startMs, MAX_BUSY_MS);
      onEnd({ busyMs, error });
      throw error;
    }
  };

  if (slice()) return null;
  return new Promise((resolve, reject) => {
    const turn = (): void => {
      try {
        const isDone = slice();
        if (isDone || performance.now() - beganMs >= patienceMs) resolve();
        if (!isDone) setImmediate(turn);
      } catch (error) {
        reject(error instanceof Error ? error : new Error('a slice failed', { cause: error }));
      }
    };
    setImmediate(turn);
  });
}

function workFor(work: Interruptible, sliceMs: number): boolean {
  const endMs = performance.now() + sliceMs;
  for (;;) {
    const { done, value: mustPause } = work.next();
    if (done === true) return true;
    if (mustPause || performance.now() >= endMs) return false;
  }
}
