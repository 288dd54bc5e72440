import type { Frame } from './frame.ts';

/** One open pipe to a client, of whatever kind. It moves text and knows nothing of sessions or metrics. */
export interface Connection {
  /**
   * Whether the client reads what it is sent (FC-1 to FC-3). While it does not, samples are not sent: nobody queues them.
   * Once it does again, `ConnectionListener.drained` is called.
   */
  canSend(): boolean;
  /** Sends one message, whatever `canSend` says; ignored once the connection closes. */
  send(frame: Frame): void;
  /** Begins to close with a WebSocket close code; `ConnectionListener.closed` follows. */
  close(code: number, reason: string): void;
}

/** Told by a connection: `received` and `drained` any number of times, then `closed` exactly once. */
export interface ConnectionListener {
  received(text: string): void;
  /** `canSend` was false and is true again. */
  drained(): void;
  closed(): void;
}

/** What a client is known to speak: `v1` when it selected it while connecting, `plain` until it says hello. */
export type Profile = 'plain' | 'v1';

/** Takes in a connection that has just opened. */
export type AcceptConnection = (connection: Connection, profile: Profile) => ConnectionListener;
