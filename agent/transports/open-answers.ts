import type { HttpBindings } from '@hono/node-server';
import type { Clock } from '../clock.ts';

/** What the HTTP server brings along; `app.request` brings none. */
export interface Environment {
  Bindings: Partial<HttpBindings>;
}

/** How long the last words to a client may take on their way out. */
const DEADLINE_MS = 1000;

/** Answers that clients are still waiting for or reading. */
export class OpenAnswers {
  readonly #open = new Set<Promise<void>>();

  /** Settles when the answer has left, or its client has. */
  async ended(outgoing: HttpBindings['outgoing'] | undefined): Promise<void> {
    // Who has left while a token was looked at does not leave again.
    if (outgoing === undefined || outgoing.closed) return;
    const closed = new Promise<void>((resolve) => {
      outgoing.once('close', () => resolve());
    });
    this.#open.add(closed);
    await closed;
    this.#open.delete(closed);
  }

  /** Settles when all have ended, after a second at the latest. */
  async settled(clock: Clock): Promise<void> {
    let cancel = (): void => {};
    const deadline = new Promise<void>((resolve) => {
      cancel = clock.schedule(resolve, DEADLINE_MS);
    });
    await Promise.race([Promise.all(this.#open), deadline]);
    cancel();
  }
}
