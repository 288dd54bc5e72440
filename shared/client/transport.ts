import type { ClientRequest } from '../protocol/messages.ts';

/** A `subscribe` message, with the position reached. */
export type SubscribeRequest = Extract<ClientRequest, { action: 'subscribe' }>;

/** What a connection is opened for. `subscriptions` is called for each request, since positions advance. */
export interface ConnectionPurpose {
  readonly token: string | undefined;
  subscriptions(): readonly SubscribeRequest[];
}

/** Reads the binary frames of one connection, in order. */
export interface FrameDecoder {
  /** What `JSON.parse` would return of the same message as text. @throws MessageError */
  decode(frame: Uint8Array): unknown;
}

/** Moves frames of the v1 profile; knows nothing about sessions or metrics. */
export interface Transport {
  readonly name: string;
  /** Opens one connection. Reports every outcome to `events`, after it has returned; never throws. */
  connect(purpose: ConnectionPurpose, events: TransportEvents): TransportConnection;
}

/** The agent, or a proxy in front of it, refused the connection with an explanation outside the protocol. */
export interface ConnectionRefusal {
  /** The agent's error code, such as `origin_not_allowed`: every transport would get the same. Absent: maybe from a proxy. */
  readonly code?: string | undefined;
  /** Earliest time for the next attempt, if given. */
  readonly retryMs?: number | undefined;
}

/** In this order: `opened` (a ladder: once per transport that it tries), `received` any number of times, `closed` exactly once. */
export interface TransportEvents {
  /**
   * @param transport its name
   * @param decoder if there may be binary frames
   */
  opened(transport: string, decoder?: FrameDecoder): void;
  received(frame: string | Uint8Array): void;
  /**
   * @param code close code of the protocol; CONNECTION_BROKEN if the connection broke or never opened
   * @param refusal present if `reason` explains a refusal
   */
  closed(code: number, reason: string, refusal?: ConnectionRefusal): void;
}

export interface TransportConnection {
  /**
   * Whether the client can send. Over a one-way connection (SSE, long poll) the purpose is all that reaches the agent, and `renew`
   * updates it.
   */
  readonly canSend: boolean;
  /** Sends one message, given as text; ignored before `opened`, after `closed`, and over a one-way connection. */
  send(text: string): void;
  /** The purpose has changed. Does nothing if `canSend`: the caller sends the change. */
  renew(): void;
  /** `closed` follows. */
  close(): void;
}
