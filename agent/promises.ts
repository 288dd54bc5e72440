/**
 * Runs `task` one call at a time. Calls made while it runs share the next run, so each gets a result that was begun after the call.
 */
export function coalesceCalls<T>(task: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | null = null;
  return () => {
    if (next !== null) return next;
    const pending = running.then(() => {
      next = null;
      return task();
    });
    running = pending.catch(() => {});
    next = pending;
    return pending;
  };
}

/**
 * Settles as `promise` does, or rejects with `timeoutError()` after `seconds` in which this process ran. `AbortSignal.timeout` would also
 * count the time that the process itself was stopped.
 */
export async function withTimeout<T>(
  promise: Promise<T>,
  seconds: number,
  timeoutError: () => Error,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    let passed = 0;
    timer = setInterval(() => {
      passed += 1;
      if (passed >= seconds) reject(timeoutError());
    }, 1000);
  });
  return Promise.race([promise, timeout]).finally(() => clearInterval(timer));
}
