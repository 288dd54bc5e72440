import type { ClientRequest } from '../protocol/messages.ts';

/** The `subscribe` messages of a client, each with the position that it has reached. */
export type SubscribeRequest = Extract<ClientRequest, { action: 'subscribe' }>;

/** What a connection is opened for. Asked again whenever it is needed: positions move. */
export interface ConnectionPurpose {
  readonly token: string | undefined;
  subscriptions(): readonly SubscribeRequest[];
}

/** The seat of a transport: it moves text frames of the v1 profile and knows nothing of sessions or metrics. */
export interface Transport {
  /** Shown to people as the way the samples come. */
  readonly name: string;
  /** Starts to open one connection. Every outcome is told to `events`, later than this returns; nothing is thrown. */
  connect(purpose: ConnectionPurpose, events: TransportEvents): TransportConnection;
}

/** An answer that is none of the protocol: the agent, or what stands before it, let nobody in, and said why. */
export interface Refusal {
  /** The agent's own word for it, as `origin_not_allowed`: every transport would hear the same. Left out: what stands before it may have spoken. */
  readonly code?: string | undefined;
  /** When it may be asked again at the earliest, if it said. */
  readonly retryMs?: number | undefined;
}

/** Told by a connection, in this order: `opened` (a ladder: once per transport that it tries), `received` any number of times, `closed` exactly once. */
export interface TransportEvents {
  /** @param transport name of the transport that carries the connection */
  opened(transport: string): void;
  received(text: string): void;
  /** `code` is a close code of the protocol: 1006 when the connection broke or never opened; `refusal` where `reason` says why it was not let in. */
  closed(code: number, reason: string, refusal?: Refusal): void;
}

export interface TransportConnection {
  /**
   * Whether there is a way back, as a WebSocket has. Where there is none (SSE, long poll), the purpose is all that the agent
   * hears, and `renew` brings it up to date.
   */
  readonly canSend: boolean;
  /** Sends one text frame; ignored before `opened`, after `closed`, and without a way back. */
  send(text: string): void;
  /** The purpose has changed. Nothing to do where there is a way back: the caller sends what has changed. */
  renew(): void;
  /** Closes; `closed` follows. */
  close(): void;
}
