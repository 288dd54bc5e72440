import { encode } from '../../shared/protocol/codec.ts';
import type { AuthError, ErrorMessage, Subscribe } from '../../shared/protocol/messages.ts';
import type { Peer } from '../auth/peer.ts';
import type { Frame, WireFormat } from './frame.ts';

/** One open connection to a client, over any transport. Moves messages; knows nothing of sessions or metrics. */
export interface Connection {
  /** What its frames contain. */
  readonly format: WireFormat;
  /**
   * Whether the client reads (FC-1 to FC-3). While it does not, send no samples: nothing queues them. `ConnectionListener.drained` follows once it reads
   * again.
   */
  canSend(): boolean;
  /** Sends one message, even if `canSend` is false; ignored once the connection closes. */
  send(frame: Frame): void;
  /** Begins to close with a WebSocket close code; `ConnectionListener.closed` follows. */
  close(code: number, reason: string): void;
  /** Called about once a second: checks that the peer is still there, and closes the connection if it is not. */
  round(): void;
  /** Its seat in a cohort; absent for transports that cannot take the same bytes as others. */
  readonly seat?: Seat;
}

/** What a cohort writes to: the end of a connection, without the connection. */
export interface Pipe {
  write(bytes: Uint8Array): boolean;
  /** Bytes that the kernel has not taken. */
  readonly writableLength: number;
}

/** What a cohort counts for all of its members at once. Each member's own counts go on from its difference to these. */
export interface Meter {
  /** Bytes of the frames written to each. */
  readonly bytes: number;
  /** Rounds that came on time. */
  readonly rounds: number;
}

/** A turn of a cohort: it pings each member again, and looks whether the last ping was answered, before it has sent more or waited longer than this. */
export const TURN = { bytes: 14 * 1024, rounds: 30 } as const;

/** Stop sending samples while more waits in the process (FC-3). */
export const MAX_BUFFERED_BYTES = 16 * 1024;

/**
 * A connection as a member of a cohort, which writes frames directly to its pipe. The rules of `canSend` hold: whoever breaks one of them has to
 * leave. While it is taken, neither `send` nor `round` is called.
 */
export interface Seat {
  readonly pipe: Pipe;
  /** Whether it can be taken: the client reads, and has answered every ping. */
  readonly isFree: boolean;
  /** Rounds until its next ping is due (HB-1). */
  readonly roundsToPing: number;
  /** Whether its last ping is unanswered. */
  readonly isWaiting: boolean;
  /** Whether another turn may follow without an answer in between (FC-3). */
  readonly hasRoomForTurn: boolean;
  /** @param holder leaves as soon as the connection begins to close */
  take(meter: Meter, holder: SeatHolder): void;
  /** The connection goes on by itself, with the credit that it has left. */
  leave(): void;
  /** The WebSocket frame of a ping that is sent behind what the meter has counted. */
  ping(): Uint8Array;
}

/** Who has taken a seat. */
export interface SeatHolder {
  /** Leaves the cohort, if it is in one. */
  stand(): void;
}

/** Called by a connection: `received` and `drained` any number of times, then `closed` exactly once. */
export interface ConnectionListener {
  /** @param message text, or MessagePack */
  received(message: string | Uint8Array): void;
  /** `canSend` was false and is true again. */
  drained(): void;
  closed(): void;
}

/** The client's protocol profile: `v1` if selected while connecting, else `plain` until its hello. */
export type Profile = 'plain' | 'v1';

/** Accepts a connection that has just opened. */
export type AcceptConnection = (connection: Connection, profile: Profile, peer: Peer) => ConnectionListener;

/** Everything that a client sends over a transport without a channel for further messages. */
export interface StreamRequest {
  readonly peer: Peer;
  readonly token: string | undefined;
  readonly subscriptions: readonly Subscribe[];
  /** Where to continue: from `StreamListener.cursor` or the answer to a poll. */
  readonly cursor: string | undefined;
}

export interface StreamListener extends ConnectionListener {
  /** Where a client that has received everything so far can continue; `''` while there is nothing to continue. */
  cursor(): string;
}

/** Accepts a stream that is about to open. Messages sent before the promise settles come first. @throws RequestRefusal */
export type AcceptStream = (connection: Connection, request: StreamRequest) => Promise<StreamListener>;

/** Answers a poll with the text of a batch, no later than `signal` aborts. @throws RequestRefusal */
export type AnswerPoll = (
  request: StreamRequest & { readonly waitMs: number | undefined },
  signal: AbortSignal,
) => Promise<string>;

/** Thrown to refuse a whole request before any of it takes effect. */
export class RequestRefusal extends Error {
  readonly code = 'refused';
  /** Whether the client is not authenticated; otherwise the request itself is refused. */
  readonly isUnauthenticated: boolean;
  /** Whether the agent itself is at fault. */
  readonly isFault: boolean;
  /** When to try again; `undefined` if that would not help. */
  readonly retryMs: number | undefined;
  /** The encoded message for the client. */
  readonly answer: string;

  constructor(answer: AuthError | ErrorMessage) {
    super(answer.error);
    this.name = 'RequestRefusal';
    this.isUnauthenticated = answer.type === 'auth_error';
    this.isFault = answer.type === 'error' && answer.code === 'tokens_unreadable';
    this.retryMs = answer.type === 'error' ? answer.retryMs : undefined;
    this.answer = encode(answer);
  }
}
