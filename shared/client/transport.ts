/** The seat of a transport: it moves text frames and knows nothing of sessions or metrics. */
export interface Transport {
  /** Shown to people as the way the samples come. */
  readonly name: string;
  /** Starts to open one connection. Every outcome is told to `events`, later than this returns; nothing is thrown. */
  connect(events: TransportEvents): TransportConnection;
}

/** Told by a connection, in this order: `opened` at most once, `received` any number of times, `closed` exactly once. */
export interface TransportEvents {
  opened(): void;
  received(text: string): void;
  /** `code` is a WebSocket close code: 1006 when the connection broke or never opened. */
  closed(code: number, reason: string): void;
}

export interface TransportConnection {
  /** Sends one text frame; ignored before `opened` and after `closed`. */
  send(text: string): void;
  /** Closes; `closed` follows. */
  close(): void;
}
