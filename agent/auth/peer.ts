import type { IncomingMessage } from 'node:http';

/** The other end of a connection, as far as HTTP reveals it. */
export interface Peer {
  /** IP address that limits count: the client's, or the one that the last trusted proxy names. */
  readonly address: string;
  /** Origin of the page (RFC 6454); `null` for programs. */
  readonly origin: string | null;
  /** Whether it is a program, the agent's own page, or a page of an allowed origin; others need a token. */
  readonly isTrustedOrigin: boolean;
  /**
   * Call it once the client is authenticated or need not be: until then its connection counts as one of the few unauthenticated ones of its
   * address. Harmless when called again, or after the connection has closed.
   */
  readonly markAuthenticated: () => void;
}

/** Resolves the sender of a request; `undefined` if none came over a socket. */
export type ResolvePeer = (request: IncomingMessage | undefined) => Peer;

/** Admits an upgrade until its socket closes. Returns `null` for one that is refused; then the HTTP answer says why. */
export type AuthorizeUpgrade = (request: IncomingMessage) => Peer | null;
