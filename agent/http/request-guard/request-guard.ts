import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { subscriberOf } from '../../addresses.ts';
import type { Peer } from '../../sessions/connection.ts';
import { ConnectionLimits } from './connection-limits.ts';
import { isNavigation, isOfAnotherOrigin, isOfOwnOrigin } from './fetch-site.ts';
import { HostNames, parseHost, type NamedHost } from './host-names.ts';
import { isSameOrigin } from './origins.ts';
import { answerRefusal, refusal, type HttpRefusal } from './refusal.ts';
import type { RefusalLog } from './refusal-log.ts';
import {
  blocked,
  noRoom,
  noSocket,
  tokensUnreadable,
  unknownHost,
  unknownHostOfPage,
  unknownOrigin,
  unknownPage,
} from './refusals.ts';
import { countHeader, refuseHead } from './request-head.ts';
import { SocketLimits } from './socket-limits.ts';
import { plainAddress, TrustedProxies } from './trusted-proxies.ts';

/** What an operator can set of it. */
export interface RequestGuardSettings {
  /** Names that the agent answers to beside those of its machine, and `*.example.com` for all names below one. */
  readonly allowHosts: readonly string[];
  /** Origins whose pages may use the agent, beside its own. */
  readonly allowOrigins: readonly string[];
  /** Addresses and ranges of reverse proxies whose `X-Forwarded-…` headers are believed. */
  readonly trustedProxies: readonly string[];
  /** WebSockets, event streams and waiting polls at the same time. */
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
}

export interface RequestGuardOptions {
  readonly settings: RequestGuardSettings;
  /** Names of this machine, and the one that it listens on. */
  readonly ownNames: readonly string[];
  /** Whether there is a token for pages of this origin: they may come, and have to show it. */
  readonly isOriginOfToken?: ((origin: string) => boolean) | undefined;
  /** Looks at the tokens that there are; rejects while nobody can. */
  readonly readTokens?: () => Promise<unknown>;
  /** How long a client is not let in for wrong tokens that its address has shown, 0 for not at all. */
  readonly blockedForMs?: (peer: Peer) => number;
  /** Whether a client may see something without a token. */
  readonly isOpenTo?: (peer: Peer) => boolean;
  /** How many files and sockets this process may have open; as many as it likes where that is left out. */
  readonly openFileLimit?: number;
  /** Whatever else refuses may write to it too, so that all of it is bounded together. */
  readonly refusalLog: RefusalLog;
}

/** Code for the pages of everyone, without a value in it. Nothing that a URL parser would read as another path. */
const FOR_ALL_ORIGINS = /^\/embed\/[\w-][\w.-]*$/;
/** What the agent's own page is made of. It is no secret, and a proxy that keeps `Host` to itself makes its origin look like another. */
const OF_OWN_PAGE = /^\/assets\/[\w-][\w.-]*$/;

/** Where clients ask: a page whose origin is not allowed may read there that it is not, and show it to its reader. */
const OF_PROTOCOL = /^\/metrics(?:\/(?:sse|poll))?$/;
/** What is answered while there is a socket left. */
const HEALTH_PATH = '/healthz';

const NOBODY: Peer = { address: '', origin: null, isWelcome: false, admitted: () => {} };

/**
 * Where every request and every upgrade goes through before anything else: tells who sent it, or refuses it. Refusals are logged, once for
 * each reason and value; no address of a request ever is.
 */
export class RequestGuard {
  readonly #hosts: HostNames;
  readonly #allowedOrigins: ReadonlySet<string>;
  readonly #proxies: TrustedProxies;
  readonly #isOriginOfToken: (origin: string) => boolean;
  readonly #readTokens: () => Promise<unknown>;
  readonly #blockedForMs: (peer: Peer) => number;
  readonly #isOpenTo: (peer: Peer) => boolean;
  readonly #connections: ConnectionLimits;
  readonly #sockets: SocketLimits;
  readonly #log: RefusalLog;
  /** A request that is asked about again, such as an upgrade that is then answered over HTTP, gets the same answer. */
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
    this.#blockedForMs = blockedForMs;
    this.#isOpenTo = isOpenTo;
    this.#hosts = new HostNames(ownNames, settings.allowHosts);
    this.#allowedOrigins = new Set(settings.allowOrigins);
    this.#proxies = new TrustedProxies(settings.trustedProxies);
    this.#isOriginOfToken = isOriginOfToken;
    this.#readTokens = readTokens;
    this.#connections = new ConnectionLimits(settings);
    this.#log = refusalLog;
    this.#sockets = new SocketLimits({
      ...settings,
      openFileLimit,
      isProxy: (address) => this.#proxies.includes(address),
      full: (limit, address) => this.#log.tell(noSocket(limit, address)),
    });
  }

  /** Bounds the server's sockets. */
  guard(server: Server): void {
    this.#sockets.guard(server);
  }

  /**
   * To be waited for before a request is judged, `null` where nothing is: before a page is refused for its origin, the tokens are looked at, for
   * one may have been made for it a moment ago.
   */
  lookUp(request: IncomingMessage): Promise<void> | null {
    if (request.headers.origin === undefined || this.#verdicts.has(request)) return null;
    const verdict = this.#judge(request);
    if (!isRefusal(verdict) || verdict.code !== 'origin_not_allowed') return null;
    this.#sockets.spoke(request.socket);
    return this.#lookAtTokens(request);
  }

  async #lookAtTokens(request: IncomingMessage): Promise<void> {
    try {
      await this.#readTokens();
    } catch {
      // Why, is in the log; to a page that no token is known for it says nothing.
      const verdict = this.#judge(request);
      if (isRefusal(verdict)) this.#verdicts.set(request, tokensUnreadable(verdict.origin));
    }
  }

  /** Answers a request that may not go on; returns whether it did. */
  refuses(request: IncomingMessage, response: ServerResponse): boolean {
    this.#sockets.spoke(request.socket);
    const verdict = this.#verdictOn(request);
    if (isRefusal(verdict)) {
      answerRefusal(response, verdict);
      return true;
    }
    if (this.#sockets.shortFor(request.socket) !== undefined) response.shouldKeepAlive = false;
    return false;
  }

  /**
   * Takes a place for a live connection, which is left when `ended` says that it has closed. When there is none, `refuses` says so from here
   * on.
   * @param showsToken whether the request shows one, so that it is looked at before anything else and the answer ends if it is not good
   * @returns whether it may go on
   */
  enterLive(
    request: IncomingMessage,
    ended: { once(event: 'close', task: () => void): unknown },
    showsToken: boolean,
  ): boolean {
    const verdict = this.#verdictOn(request);
    // Whoever has left already would not leave again.
    if (isRefusal(verdict) || request.socket.destroyed) return false;
    const blockedMs = this.#blockedForMs(verdict);
    if (blockedMs > 0) return this.#refuseTo(request, verdict, blocked(verdict.address, blockedMs));
    const place = this.#connections.enter(verdict.address, !showsToken && !this.#isOpenTo(verdict));
    if (typeof place === 'string') return this.#refuseTo(request, verdict, noRoom(place, verdict.address));
    this.#verdicts.set(request, { ...verdict, admitted: place.admitted });
    ended.once('close', place.leave);
    return true;
  }

  /** The same for an upgrade: its client, or `null` when it is refused, which whatever answers over HTTP will say then. */
  readonly letIn = (request: IncomingMessage): Peer | null => {
    this.#sockets.spoke(request.socket);
    return this.enterLive(request, request.socket, false) ? this.peerOf(request) : null;
  };

  /** Who sent a request that has gone through; nobody in particular where none came over a socket. */
  readonly peerOf = (request: IncomingMessage | undefined): Peer => {
    const verdict = request === undefined ? undefined : this.#verdicts.get(request);
    return verdict === undefined || isRefusal(verdict) ? NOBODY : verdict;
  };

  /** Whom limits count for a request, whether it has gone through or not. */
  readonly subscriberOf = (request: IncomingMessage): string => subscriberOf(this.#addressOf(request));

  #verdictOn(request: IncomingMessage): Peer | HttpRefusal {
    const known = this.#verdicts.get(request);
    if (known !== undefined) return known;
    const verdict = this.#judge(request);
    this.#verdicts.set(request, isRefusal(verdict) ? this.#refuse(verdict) : verdict);
    return verdict;
  }

  /** Its page has been let in, so it may read why there is nothing for it now. */
  #refuseTo(request: IncomingMessage, { origin }: Peer, verdict: HttpRefusal): false {
    this.#verdicts.set(request, this.#refuse({ ...verdict, origin }));
    return false;
  }

  #refuse(verdict: HttpRefusal): HttpRefusal {
    this.#log.tell(verdict);
    return verdict;
  }

  #judge(request: IncomingMessage): Peer | HttpRefusal {
    const full = this.#sockets.shortFor(request.socket);
    if (full !== undefined && request.url !== HEALTH_PATH) return noSocket(full);
    const wrong = refuseHead(request);
    if (wrong !== null) return wrong;
    const isProxied = this.#isProxied(request);
    const host = this.#hostOf(request, isProxied);
    if (isRefusal(host)) return host;
    const isWelcome = this.#welcomes(request, host);
    if (isRefusal(isWelcome)) return isWelcome;
    return {
      address: this.#addressOf(request),
      origin: request.headers.origin ?? null,
      isWelcome,
      admitted: () => {},
    };
  }

  #isProxied({ socket }: IncomingMessage): boolean {
    return this.#proxies.includes(plainAddress(socket.remoteAddress ?? ''));
  }

  /** The client's; behind a trusted proxy the one that the proxy was asked from. */
  #addressOf(request: IncomingMessage): string {
    const from = plainAddress(request.socket.remoteAddress ?? '');
    if (!this.#isProxied(request)) return from;
    return this.#proxies.clientOf(from, joined(request, 'x-forwarded-for'));
  }

  /** The host that the client asked; behind a trusted proxy the one that the proxy was asked for. */
  #hostOf(request: IncomingMessage, isProxied: boolean): NamedHost | HttpRefusal {
    const forwarded = isProxied ? joined(request, 'x-forwarded-host').split(',').at(-1)?.trim() : undefined;
    const asked = [request.headers.host ?? '', ...(forwarded ? [forwarded] : [])];
    let host: NamedHost | null = null;
    for (const header of asked) {
      host = parseHost(header);
      if (host === null)
        return refusal(400, 'host-form', 'The Host header is neither a name nor an address.');
      if (!this.#hosts.includes(host.name)) return unknownHost(host.name);
    }
    return host ?? unknownHost('');
  }

  /** Whether its sender need not show a token of the page's own: see `Peer.isWelcome`. */
  #welcomes(request: IncomingMessage, host: NamedHost): boolean | HttpRefusal {
    const origins = countHeader(request, 'origin');
    if (origins > 1)
      return refusal(403, 'origin-count', `A request has one Origin header, and this one has ${origins}.`);
    const { origin } = request.headers;
    const path = request.url?.split('?', 1)[0] ?? '';
    const isForeign = isOfAnotherOrigin(request);
    if (origin !== undefined && this.#allowedOrigins.has(origin)) return true;
    if (!isForeign && (origin === undefined || isSameOrigin(origin, host, isEncrypted(request.socket))))
      return true;
    if (origin !== undefined && this.#isOriginOfToken(origin)) return false;
    if (FOR_ALL_ORIGINS.test(path) || (!isForeign && OF_OWN_PAGE.test(path))) return false;
    if (origin !== undefined) {
      const told = isOfOwnOrigin(request)
        ? unknownHostOfPage(origin, request.headers.host ?? '')
        : unknownOrigin(origin, !this.#isOpenTo({ ...NOBODY, isWelcome: true }));
      return OF_PROTOCOL.test(path) ? { ...told, origin } : told;
    }
    return isNavigation(request) ? false : unknownPage();
  }
}

/** As a `TLSSocket` says of itself; to load that class would cost the start of an agent that does not encrypt. */
function isEncrypted(socket: Socket): boolean {
  return 'encrypted' in socket && socket.encrypted === true;
}

function isRefusal(verdict: object | boolean): verdict is HttpRefusal {
  return typeof verdict === 'object' && 'sentence' in verdict;
}

/** All values of a header that a chain of proxies adds to. */
function joined({ headers }: IncomingMessage, name: string): string {
  return [headers[name] ?? []].flat().join(',');
}
