/** One open pipe to a client, of whatever kind. It moves text and knows nothing of sessions or metrics. */
export interface Connection {
  /** Sends one text frame; ignored once the connection closes. */
  send(text: string): void;
  /** Begins to close with a WebSocket close code; `ConnectionListener.closed` follows. */
  close(code: number, reason: string): void;
}

/** Told by a connection: `received` any number of times, then `closed` exactly once. */
export interface ConnectionListener {
  received(text: string): void;
  closed(): void;
}

/** What a client is known to speak: `v1` when it selected it while connecting, `plain` until it says hello. */
export type Profile = 'plain' | 'v1';

/** Takes in a connection that has just opened. */
export type AcceptConnection = (connection: Connection, profile: Profile) => ConnectionListener;
