import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { clientKeyOf } from '../../addresses.ts';
import type { Peer } from '../../auth/peer.ts';
import { ConnectionLimits } from './connection-limits.ts';
import { answerRefusal, type HttpRefusal } from './http-refusal.ts';
import type { RefusalLog } from './refusal-log.ts';
import { blocked, noRoom, noSocket, tokensUnreadable } from './refusal-messages.ts';
import { isRefusal, RequestCheck, UNKNOWN_PEER, type RequestCheckSettings } from './request-check.ts';
import { SocketLimits } from './socket-limits.ts';

export interface RequestGuardSettings extends RequestCheckSettings {
  /** WebSockets, event streams and waiting polls at the same time. */
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
}

export interface RequestGuardOptions {
  readonly settings: RequestGuardSettings;
  /** Host names of this machine, and the one that it listens on. */
  readonly ownNames: readonly string[];
  /** Whether there is a token for pages of this origin: they may connect, and must send it. */
  readonly isOriginOfToken?: ((origin: string) => boolean) | undefined;
  /** Reads the tokens again; rejects while they cannot be read. */
  readonly readTokens?: () => Promise<unknown>;
  /** How long a client is blocked for invalid tokens from its address, ms; 0 if it is not. */
  readonly blockedForMs?: (peer: Peer) => number;
  /** Whether a client may see something without a token. */
  readonly isOpenTo?: (peer: Peer) => boolean;
  /** How many files and sockets this process may have open; unlimited by default. */
  readonly openFileLimit?: number;
  /** Shared with other parts, so that its rate limit holds for all of them. */
  readonly refusalLog: RefusalLog;
}

/** Answered even over the last sockets. */
const HEALTH_PATH = '/healthz';

/**
 * Checks every request and upgrade before anything else, and limits connections. Refusals are logged once for each reason and value; the log never
 * contains the address of a request.
 */
export class RequestGuard {
  readonly #check: RequestCheck;
  readonly #readTokens: () => Promise<unknown>;
  readonly #blockedForMs: (peer: Peer) => number;
  readonly #isOpenTo: (peer: Peer) => boolean;
  readonly #connections: ConnectionLimits;
  readonly #sockets: SocketLimits;
  readonly #log: RefusalLog;
  /** A request that is checked twice, such as a refused upgrade that is then answered over HTTP, gets the same verdict. */
  readonly #verdicts = new WeakMap<IncomingMessage, Peer | HttpRefusal>();

  constructor({
    settings,
    ownNames,
    isOriginOfToken = () => false,
    readTokens = () => Promise.resolve(),
    blockedForMs = () => 0,
    isOpenTo = () => false,
    openFileLimit = Number.POSITIVE_INFINITY,
    refusalLog,
  }: RequestGuardOptions) {
    this.#check = new RequestCheck({ settings, ownNames, isOriginOfToken, isOpenTo });
    this.#readTokens = readTokens;
    this.#blockedForMs = blockedForMs;
    this.#isOpenTo = isOpenTo;
    this.#connections = new ConnectionLimits(settings);
    this.#log = refusalLog;
    this.#sockets = new SocketLimits({
      ...settings,
      openFileLimit,
      isProxy: (address) => this.#check.isProxy(address),
      onLimit: (limit, address) => this.#log.tell(noSocket(limit, address)),
    });
  }

  /** Limits the sockets of a server. */
  guard(server: Server): void {
    this.#sockets.guard(server);
  }

  /**
   * Reads the tokens again before a page is refused for its origin, because a token for it may be new. Returns what to await before the check, or
   * `null` for nothing.
   */
  refreshTokens(request: IncomingMessage): Promise<void> | null {
    if (request.headers.origin === undefined || this.#verdicts.has(request)) return null;
    const verdict = this.#judge(request);
    if (!isRefusal(verdict) || verdict.code !== 'origin_not_allowed') return null;
    this.#sockets.markActive(request.socket);
    return this.#readTokensFor(request);
  }

  async #readTokensFor(request: IncomingMessage): Promise<void> {
    try {
      await this.#readTokens();
    } catch {
      // The token store has logged the reason.
      const verdict = this.#judge(request);
      if (isRefusal(verdict)) this.#verdicts.set(request, tokensUnreadable(verdict.origin));
    }
  }

  /** Answers the request if it is refused. Returns whether it was. */
  answerIfRefused(request: IncomingMessage, response: ServerResponse): boolean {
    this.#sockets.markActive(request.socket);
    const verdict = this.#verdictOn(request);
    if (isRefusal(verdict)) {
      answerRefusal(response, verdict);
      return true;
    }
    if (this.#sockets.limitOf(request.socket) !== undefined) response.shouldKeepAlive = false;
    return false;
  }

  /**
   * Reserves a live connection until `connection` closes. Otherwise returns `false`, and `answerIfRefused` then answers why.
   * @param hasToken whether the request carries a token: it is verified at once, and the response ends if it is not good
   */
  reserveConnection(
    request: IncomingMessage,
    connection: { on(event: 'close', task: () => void): unknown },
    hasToken: boolean,
  ): boolean {
    const verdict = this.#verdictOn(request);
    // A destroyed socket emits no `close` any more.
    if (isRefusal(verdict) || request.socket.destroyed) return false;
    const blockedMs = this.#blockedForMs(verdict);
    if (blockedMs > 0) return this.#refusePeer(request, verdict, blocked(verdict.address, blockedMs));
    const needsToken = !hasToken && !this.#isOpenTo(verdict);
    const reservation = this.#connections.reserve(verdict.address, needsToken);
    if (typeof reservation === 'string')
      return this.#refusePeer(request, verdict, noRoom(reservation, verdict.address));
    this.#verdicts.set(request, { ...verdict, markAuthenticated: reservation.markAuthenticated });
    connection.on('close', reservation.release);
    return true;
  }

  /** Reserves a connection for an upgrade; `null` if it is refused, and the HTTP answer then says why. */
  readonly authorizeUpgrade = (request: IncomingMessage): Peer | null => {
    this.#sockets.markActive(request.socket);
    return this.reserveConnection(request, request.socket, false) ? this.resolvePeer(request) : null;
  };

  /** Who sent a request that passed the check; an unknown peer if no socket is involved. */
  readonly resolvePeer = (request: IncomingMessage | undefined): Peer => {
    const verdict = request === undefined ? undefined : this.#verdicts.get(request);
    return verdict === undefined || isRefusal(verdict) ? UNKNOWN_PEER : verdict;
  };

  /** The key under which limits count the client, whether its request passes the check or not. */
  readonly clientKeyOf = (request: IncomingMessage): string => clientKeyOf(this.#check.addressOf(request));

  #verdictOn(request: IncomingMessage): Peer | HttpRefusal {
    const known = this.#verdicts.get(request);
    if (known !== undefined) return known;
    const verdict = this.#judge(request);
    if (isRefusal(verdict)) this.#log.tell(verdict);
    this.#verdicts.set(request, verdict);
    return verdict;
  }

  #judge(request: IncomingMessage): Peer | HttpRefusal {
    const limit = this.#sockets.limitOf(request.socket);
    if (limit !== undefined && request.url !== HEALTH_PATH) return noSocket(limit);
    return this.#check.check(request);
  }

  /** Refuses a request that passed the check; its page may read why. */
  #refusePeer(request: IncomingMessage, { origin }: Peer, refusal: HttpRefusal): false {
    this.#log.tell(refusal);
    this.#verdicts.set(request, { ...refusal, origin });
    return false;
  }
}
