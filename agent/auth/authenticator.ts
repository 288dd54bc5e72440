import { createHash, timingSafeEqual } from 'node:crypto';
import type { Peer } from './peer.ts';
import type { AuthFailures } from './auth-failures.ts';
import { EVERYTHING, type Grant, type Permission, type Scope } from './grant.ts';
import type { TokenStatus } from './token-store.ts';

/**
 * What a token grants. `expired`: signed here, but over, by a clock that may be set back; `wrong_origin`: good, but for pages of other origins.
 */
export type Verdict = Grant | 'invalid' | 'expired' | 'wrong_origin';

/** Verifies signed tokens. */
export interface TokenVerifier {
  /** `invalid` also for a revoked token. @throws StateError while the tokens cannot be read */
  verify(token: string, origin: string | null): Promise<Verdict>;
  /** Status of a token that was good, by its id. */
  status(id: string): TokenStatus;
}

export interface AuthenticatorOptions {
  /** Scope without a token; `null` for none. */
  readonly anonymous: Scope | null;
  /** What may be done without a token, beside seeing. */
  readonly anonymousMay?: readonly Permission[];
  /** Origins of other pages, to which that does not apply. */
  readonly allowOrigins?: readonly string[];
  /** Grants everything; `null` for no such secret. */
  readonly adminSecret: string | null;
  readonly tokens: TokenVerifier;
  readonly failures: AuthFailures;
  /** Called when a good token is shown on a page of an origin that it is not for; `null` for a program. */
  readonly onWrongOrigin?: (origin: string | null) => void;
}

/** Three segments of base64url: RFC 7515, section 3.1. */
const SIGNED = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Decides what a client may see, from its token or without one. */
export class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #secretDigest: Buffer | null;
  /** Shared by all clients without a token; `null` if they need one. */
  readonly #anonymous: Grant | null;
  /** The same for pages of other origins: a page that may show values is not one that may change alerts. */
  readonly #anonymousForeign: Grant | null;

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
    const { anonymous, anonymousMay = [] } = options;
    this.#anonymous = anonymous && { ...permanent(anonymous, false), may: anonymousMay };
    this.#anonymousForeign = anonymous && { ...permanent(anonymous, false), may: [] };
    this.#secretDigest = options.adminSecret === null ? null : digest(options.adminSecret);
  }

  /** The grant of a client without a token; `null` if it needs one. */
  anonymous({ isTrustedOrigin, origin }: Peer): Grant | null {
    const { allowOrigins = [] } = this.#options;
    if (!isTrustedOrigin) return null;
    const isForeign = origin !== null && allowOrigins.includes(origin);
    return isForeign ? this.#anonymousForeign : this.#anonymous;
  }

  /**
   * The grant of a token; `null` for an invalid or expired one. Invalid tokens are counted by address; those of a blocked address are not
   * even compared.
   * @throws StateError while the tokens cannot be read; not counted
   */
  async verify(token: string, peer: Peer): Promise<Grant | 'wrong_origin' | null> {
    const { failures, onWrongOrigin } = this.#options;
    if (failures.blockedForMs(peer.address) > 0) return null;
    const verdict = await this.#judge(token, peer);
    // An expired token is not counted: a signature cannot be guessed, and after a clock step it may be good again.
    if (verdict === 'invalid') await failures.count(peer.address);
    if (verdict === 'wrong_origin') onWrongOrigin?.(peer.origin);
    return verdict === 'invalid' || verdict === 'expired' ? null : verdict;
  }

  /** How long the client is blocked for invalid tokens from its address, ms; 0 if not blocked, or if it needs no token. */
  blockedForMs(peer: Peer): number {
    return this.anonymous(peer) === null ? this.#options.failures.blockedForMs(peer.address) : 0;
  }

  /** Whether a grant still holds. */
  status({ tokenId }: Grant): TokenStatus {
    return tokenId === null ? 'good' : this.#options.tokens.status(tokenId);
  }

  async #judge(token: string, peer: Peer): Promise<Verdict> {
    // Comparing digests takes the same time for every token, whatever its length.
    if (this.#secretDigest !== null && timingSafeEqual(digest(token), this.#secretDigest)) {
      return permanent(EVERYTHING, true);
    }
    if (SIGNED.test(token)) return this.#options.tokens.verify(token, peer.origin);
    // Without a secret, a client may still have one from earlier.
    return (this.#secretDigest === null ? this.anonymous(peer) : null) ?? 'invalid';
  }
}

/**
 * One sentence for the client and the log.
 * @param origin that a good token was shown on; `null` for a program
 */
export function describeWrongOrigin(origin: string | null): string {
  return origin === null
    ? 'The token is good, but for web pages alone, and a program is none: make one without --origins'
    : `The token is good, but not on pages of ${origin}: make one for them (npm start -- token create --metrics "cpu,memory" --origins ${origin})`;
}

function permanent(scope: Scope, isAdmin: boolean): Grant {
  return { scope, isAdmin, tokenId: null, expiresInMs: null };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
