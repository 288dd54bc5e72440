const DEFAULT_TIMEOUT_MS = 30_000;
const EVERY_MS = 5;

/** The condition was not met in time. */
export class NeverError extends Error {
  readonly code = 'never';

  constructor(what: string, timeoutMs: number) {
    super(`${what}: not within ${timeoutMs} ms`);
    this.name = 'NeverError';
  }
}

/** Waits for `condition`, also in concurrent tests, where `expect.poll` does not work. @throws NeverError */
export async function until(
  what: string,
  condition: () => boolean,
  timeoutMs = DEFAULT_TIMEOUT_MS,
): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > endMs) throw new NeverError(what, timeoutMs);
    await new Promise((resolve) => {
      setTimeout(resolve, EVERY_MS);
    });
  }
}
