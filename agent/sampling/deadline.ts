import type { Clock } from '../clock.ts';

/** A task exceeded its deadline. It keeps running, but nothing waits for it. */
export class DeadlineError extends Error {
  readonly code = 'deadline_exceeded';

  constructor(deadlineMs: number) {
    super(`no answer within ${deadlineMs} ms`);
    this.name = 'DeadlineError';
  }
}

/** Resolves like `promise` if that settles in time. @throws DeadlineError */
export async function withDeadline<T>(promise: Promise<T>, deadlineMs: number, clock: Clock): Promise<T> {
  let cancel = (): void => {};
  const deadline = new Promise<never>((_, reject) => {
    cancel = clock.schedule(() => reject(new DeadlineError(deadlineMs)), deadlineMs);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    cancel();
  }
}
