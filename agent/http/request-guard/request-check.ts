import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { plainAddress } from '../../addresses.ts';
import { isSameOrigin, parseHost, type NamedHost } from '../../origins.ts';
import type { Peer } from '../../auth/peer.ts';
import { AllowedHosts } from './allowed-hosts.ts';
import { isCrossOrigin, isNavigation, isSameOriginFetch } from './fetch-metadata.ts';
import { refusal, type HttpRefusal } from './http-refusal.ts';
import { unknownHost, unknownHostOfPage, unknownOrigin, unknownPage } from './refusal-messages.ts';
import { checkRequestHead, countHeader } from './request-head.ts';
import { TrustedProxies } from './trusted-proxies.ts';

export interface RequestCheckSettings {
  /** Host names that the agent answers to besides those of its machine; `*.example.com` for all names below one. */
  readonly allowHosts: readonly string[];
  /** Origins whose pages may use the agent besides its own. */
  readonly allowOrigins: readonly string[];
  /** Addresses and ranges of reverse proxies whose `X-Forwarded-…` headers are believed. */
  readonly trustedProxies: readonly string[];
}

export interface RequestCheckOptions {
  readonly settings: RequestCheckSettings;
  /** Host names of this machine, and the one that it listens on. */
  readonly ownNames: readonly string[];
  /** Whether there is a token for pages of this origin: they may connect, and must send it. */
  readonly isOriginOfToken: (origin: string) => boolean;
  /** Whether a client may see something without a token. */
  readonly isOpenTo: (peer: Peer) => boolean;
}

/** Public code for pages of every origin. The pattern excludes what a URL parser would read as another path. */
const EMBED_PATH = /^\/embed\/[\w-][\w.-]*$/;
/** The dashboard's own code. Public, and needed by it even behind a proxy that hides `Host`, where its origin looks foreign. */
const ASSET_PATH = /^\/assets\/[\w-][\w.-]*$/;
/** The endpoints with values. A page of another origin may read why they refuse it, and show that to its user. */
const VALUES_PATH = /^\/(?:metrics(?:\/(?:sse|poll))?|history)$/;

export const UNKNOWN_PEER: Peer = {
  address: '',
  origin: null,
  isTrustedOrigin: false,
  markAuthenticated: () => {},
};

/** Checks the head, host and origin of requests, without any state about clients. */
export class RequestCheck {
  readonly #options: RequestCheckOptions;
  readonly #hosts: AllowedHosts;
  readonly #allowedOrigins: ReadonlySet<string>;
  readonly #proxies: TrustedProxies;

  constructor(options: RequestCheckOptions) {
    const { settings, ownNames } = options;
    this.#options = options;
    this.#hosts = new AllowedHosts(ownNames, settings.allowHosts);
    this.#allowedOrigins = new Set(settings.allowOrigins);
    this.#proxies = new TrustedProxies(settings.trustedProxies);
  }

  /** Resolves who sent a request, or why it is refused. */
  check(request: IncomingMessage): Peer | HttpRefusal {
    const wrongHead = checkRequestHead(request);
    if (wrongHead !== null) return wrongHead;
    const host = this.#hostOf(request);
    if (isRefusal(host)) return host;
    const isTrustedOrigin = this.#checkOrigin(request, host);
    if (isRefusal(isTrustedOrigin)) return isTrustedOrigin;
    const origin = request.headers.origin ?? null;
    return { ...UNKNOWN_PEER, address: this.addressOf(request), origin, isTrustedOrigin };
  }

  /** The client's address; behind a trusted proxy, the one that it forwards. */
  addressOf(request: IncomingMessage): string {
    const from = plainAddress(request.socket.remoteAddress ?? '');
    if (!this.isProxy(from)) return from;
    return this.#proxies.clientOf(from, joinHeader(request, 'x-forwarded-for'));
  }

  /** @param address as `plainAddress` gives it */
  isProxy(address: string): boolean {
    return this.#proxies.includes(address);
  }

  /** The host that the client asked for; behind a trusted proxy, the one that it forwards. Both must be allowed. */
  #hostOf(request: IncomingMessage): NamedHost | HttpRefusal {
    const isProxied = this.isProxy(plainAddress(request.socket.remoteAddress ?? ''));
    const forwarded = isProxied
      ? joinHeader(request, 'x-forwarded-host').split(',').at(-1)?.trim()
      : undefined;
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

  /** Returns `Peer.isTrustedOrigin`, or why the page may not use the agent. */
  #checkOrigin(request: IncomingMessage, host: NamedHost): boolean | HttpRefusal {
    const origins = countHeader(request, 'origin');
    if (origins > 1)
      return refusal(403, 'origin-count', `A request has one Origin header, and this one has ${origins}.`);
    const { origin } = request.headers;
    const path = request.url?.split('?', 1)[0] ?? '';
    const isForeign = isCrossOrigin(request);
    if (origin !== undefined && this.#allowedOrigins.has(origin)) return true;
    if (!isForeign && (origin === undefined || isSameOrigin(origin, host, isEncrypted(request.socket))))
      return true;
    if (origin !== undefined && this.#options.isOriginOfToken(origin)) return false;
    if (EMBED_PATH.test(path) || (!isForeign && ASSET_PATH.test(path))) return false;
    if (origin !== undefined) {
      const reason = this.#describeOrigin(request, origin);
      return VALUES_PATH.test(path) ? { ...reason, origin } : reason;
    }
    return isNavigation(request) ? false : unknownPage();
  }

  #describeOrigin(request: IncomingMessage, origin: string): HttpRefusal {
    if (isSameOriginFetch(request)) return unknownHostOfPage(origin, request.headers.host ?? '');
    const needsToken = !this.#options.isOpenTo({ ...UNKNOWN_PEER, isTrustedOrigin: true });
    return unknownOrigin(origin, needsToken);
  }
}

export function isRefusal(verdict: object | boolean): verdict is HttpRefusal {
  return typeof verdict === 'object' && 'sentence' in verdict;
}

/** Duck-typed: importing `TLSSocket` would slow the start of an agent without TLS. */
function isEncrypted(socket: Socket): boolean {
  return 'encrypted' in socket && socket.encrypted === true;
}

/** All values of a header that each proxy of a chain appends to. */
function joinHeader({ headers }: IncomingMessage, name: string): string {
  return [headers[name] ?? []].flat().join(',');
}
