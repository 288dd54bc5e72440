import type { HttpBindings } from '@hono/node-server';
import type { Clock } from '../clock.ts';

/** How long `settled` waits for the last responses to leave. */
const DEADLINE_MS = 1000;

/** Streams and polls that are still open. */
export class PendingResponses {
  readonly #pending = new Set<Promise<void>>();

  /** Settles when the response is sent, or its client has disconnected. */
  async ended(response: HttpBindings['outgoing'] | undefined): Promise<void> {
    // A closed response emits no `close` any more.
    if (response === undefined || response.closed) return;
    const closed = new Promise<void>((resolve) => {
      response.once('close', () => resolve());
    });
    this.#pending.add(closed);
    await closed;
    this.#pending.delete(closed);
  }

  /** Settles when all have ended, or after a second. */
  async settled(clock: Clock): Promise<void> {
    let cancel = (): void => {};
    const deadline = new Promise<void>((resolve) => {
      cancel = clock.schedule(resolve, DEADLINE_MS);
    });
    await Promise.race([Promise.all(this.#pending), deadline]);
    cancel();
  }
}
