import type { FairQueue } from './fair-queue.ts';

/**
 * Runs a generator in steps of the fair queue, each a millisecond or less. Settles with what it returns; rejects with what it throws, or with the
 * reason of `signal`, which ends it.
 */
export function runSteps<T>(
  fairQueue: FairQueue,
  clientKey: string,
  steps: Generator<unknown, T>,
  signal: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const step = (): boolean => {
      try {
        const { value, done } = signal.aborted ? steps.throw(signal.reason) : steps.next();
        if (done === true) resolve(value);
        return done !== true;
      } catch (error) {
        reject(error instanceof Error ? error : new Error('The client has left', { cause: error }));
        return false;
      }
    };
    fairQueue.enter({ clientKey, step });
  });
}
