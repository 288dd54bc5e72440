import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';

/** Subscriptions that are made again with each connection, unless the client still has them: it forgets those that a server has refused. */
export class LastingSubscriptions {
  readonly #callbacks: ReadonlyMap<string, (message: Msg) => void>;
  readonly #failed: (error: unknown) => void;
  readonly #subscriptions = new Map<string, Subscription>();

  /**
   * @param callbacks by subject
   * @param failed called with what they throw
   */
  constructor(callbacks: ReadonlyMap<string, (message: Msg) => void>, failed: (error: unknown) => void) {
    this.#callbacks = callbacks;
    this.#failed = failed;
  }

  /** Call with each connection. */
  connected(client: NatsConnection): void {
    for (const [subject, heard] of this.#callbacks) {
      if (this.#subscriptions.get(subject)?.isClosed() === false) continue;
      const callback = (refusal: Error | null, message: Msg): void => {
        // The connection tells what is refused.
        if (refusal === null) this.#guard(() => heard(message));
      };
      this.#subscriptions.set(subject, client.subscribe(subject, { callback }));
    }
  }

  /** An error in a callback would end the reading of the connection. */
  #guard(task: () => void): void {
    try {
      task();
    } catch (error) {
      this.#failed(error);
    }
  }
}
