/** Work that yields wherever it may be interrupted: `true` where it must be, because a step of its own length lies ahead. */
export type Interruptible = Generator<boolean, void>;

/** After this the event loop gets its turn. Room is left for one slow step within a millisecond. */
const SLICE_MS = 0.5;
const MAX_BUSY_MS = 2;

export interface Outcome {
  /** How long it worked, ms; what a slice took is counted up to 2 ms, for beyond that the processor was somebody else's. */
  readonly busyMs: number;
  /** What the work threw, else absent. */
  readonly error?: unknown;
}

/**
 * Runs `work` in slices of half a millisecond, one in each turn of the event loop, the first at once.
 * @param patienceMs after this nobody waits for it any more; it still runs
 * @param onEnd called once with what it came to, before anybody who waits is told
 * @returns `null` when it ended with the first slice, else a promise that settles when it has ended or patience is at an end.
 * Throws or rejects with what the work throws while somebody waits.
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
