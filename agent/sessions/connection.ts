import { encode } from '../../shared/protocol/codec.ts';
import type { AuthError, ErrorMessage, Subscribe } from '../../shared/protocol/messages.ts';
import type { Peer } from '../auth/peer.ts';
import type { Frame } from './frame.ts';

/** One open connection to a client, over any transport. Moves text; knows nothing of sessions or metrics. */
export interface Connection {
  /**
   * Whether the client reads (FC-1 to FC-3). While it does not, do not send samples; nothing queues them. `ConnectionListener.drained` says when it reads
   * again.
   */
  canSend(): boolean;
  /** Sends one message, whatever `canSend` says; ignored once the connection closes. */
  send(frame: Frame): void;
  /** Begins to close with a WebSocket close code; `ConnectionListener.closed` follows. */
  close(code: number, reason: string): void;
  /** Called about once a second: checks that the peer is still there, and gives up one that is not. */
  round(): void;
}

/** Called by a connection: `received` and `drained` any number of times, then `closed` exactly once. */
export interface ConnectionListener {
  received(text: string): void;
  /** `canSend` was false and is true again. */
  drained(): void;
  closed(): void;
}

/** The profile that a client speaks: `v1` if it selected that while connecting, else `plain` until its hello. */
export type Profile = 'plain' | 'v1';

/** Accepts a connection that has just opened. */
export type AcceptConnection = (connection: Connection, profile: Profile, peer: Peer) => ConnectionListener;

/** Everything that a client says over a transport that carries only answers. */
export interface StreamRequest {
  readonly peer: Peer;
  readonly token: string | undefined;
  readonly subscriptions: readonly Subscribe[];
  /** Where it stood, from `StreamListener.cursor` or the answer to a poll. */
  readonly cursor: string | undefined;
}

export interface StreamListener extends ConnectionListener {
  /** Where a client that has received everything so far can continue; `''` while there is nothing to continue. */
  cursor(): string;
}

/** Accepts a stream that is about to open. Whatever is sent before it settles comes first. @throws Refusal */
export type AcceptStream = (connection: Connection, request: StreamRequest) => Promise<StreamListener>;

/** Answers a poll with the text of a batch, at the latest when `signal` aborts. @throws Refusal */
export type AnswerPoll = (
  request: StreamRequest & { readonly waitMs: number | undefined },
  signal: AbortSignal,
) => Promise<string>;

/** A request is refused as a whole, before anything was done. */
export class Refusal extends Error {
  readonly code = 'refused';
  /** Whether the client is refused, not what it asked for. */
  readonly isUnauthenticated: boolean;
  /** Whether the agent itself is at fault. */
  readonly isFault: boolean;
  /** When to ask again; `undefined` if that would change nothing. */
  readonly retryMs: number | undefined;
  /** The encoded message that says so. */
  readonly answer: string;

  constructor(answer: AuthError | ErrorMessage) {
    super(answer.error);
    this.name = 'Refusal';
    this.isUnauthenticated = answer.type === 'auth_error';
    this.isFault = answer.type === 'error' && answer.code === 'tokens_unreadable';
    this.retryMs = answer.type === 'error' ? answer.retryMs : undefined;
    this.answer = encode(answer);
  }
}
