import type { IncomingMessage } from 'node:http';
import { encode } from '../../shared/protocol/codec.ts';
import type { AuthError, ErrorMessage, Subscribe } from '../../shared/protocol/messages.ts';
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
  /** About a second has passed, on time: asks whether the peer is still there, and gives up one that is not. */
  round(): void;
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

/** Who is at the other end, as far as a transport can tell. */
export interface Peer {
  /** IP address that limits are counted by: the client's, or what the last trusted proxy says of it. */
  readonly address: string;
  /** Origin of the page, as the browser says (RFC 6454); `null` for programs, which have none. */
  readonly origin: string | null;
  /** Whether it is a program, the agent's own page, or a page of an origin that the operator allows: others have to show a token. */
  readonly isTrustedOrigin: boolean;
  /**
   * To be told once the client has shown who it is, or when it need not: until then its connection is one of the few of its address that
   * have not. May be called again, and after the end of the connection.
   */
  readonly markAuthenticated: () => void;
}

/** Tells who sent a request; `undefined` where none came over a socket. */
export type ResolvePeer = (request: IncomingMessage | undefined) => Peer;

/** Lets an upgrade in, until its socket closes; `null` when it is refused, and then the server's answer over HTTP says why. */
export type AuthorizeUpgrade = (request: IncomingMessage) => Peer | null;

/** Takes in a connection that has just opened. */
export type AcceptConnection = (connection: Connection, profile: Profile, peer: Peer) => ConnectionListener;

/** All that a client says whose transport carries nothing but answers. */
export interface StreamRequest {
  readonly peer: Peer;
  readonly token: string | undefined;
  readonly subscriptions: readonly Subscribe[];
  /** Where it was, as `StreamListener.cursor` or the answer to a poll said. */
  readonly cursor: string | undefined;
}

export interface StreamListener extends ConnectionListener {
  /** From where a client that has got everything sent so far can go on; `''` while there is nothing to go on from. */
  cursor(): string;
}

/** Takes in a stream that is about to open: what it is sent before this returns comes first. @throws Refusal */
export type AcceptStream = (connection: Connection, request: StreamRequest) => Promise<StreamListener>;

/** Answers a poll with the text of a batch, at the latest when `signal` says that nobody waits for it. @throws Refusal */
export type AnswerPoll = (
  request: StreamRequest & { readonly waitMs: number | undefined },
  signal: AbortSignal,
) => Promise<string>;

/** A request that is refused as a whole, before it was begun. */
export class Refusal extends Error {
  readonly code = 'refused';
  /** Whether it is its bearer, not what was asked, that is refused. */
  readonly isUnauthenticated: boolean;
  /** Whether it is a fault of the agent's own that it is refused for. */
  readonly isFault: boolean;
  /** When to ask again; `undefined` where that would change nothing. */
  readonly retryMs: number | undefined;
  /** The text of the message that says so. */
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
