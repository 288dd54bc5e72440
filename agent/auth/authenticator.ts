import { createHash, timingSafeEqual } from 'node:crypto';
import type { Peer } from '../sessions/connection.ts';
import type { AuthFailures } from './auth-failures.ts';
import { EVERYTHING, type Grant, type Scope } from './grant.ts';
import type { Standing } from './token-store.ts';

/**
 * What the bearer of a token may have; `over` for one that was signed here and has ended, by a clock that may be set again; `elsewhere` for one
 * that is good, but not where it was shown.
 */
export type Verdict = Grant | 'wrong' | 'over' | 'elsewhere';

/** Tells what a signed token is worth. */
export interface TokenVerifier {
  /** `wrong` for one that was not signed here or was revoked, `elsewhere` for one that is for pages of other origins. @throws StateError while nobody can know */
  verify(token: string, origin: string | null): Promise<Verdict>;
  /** Of the token with that id, which was good. */
  standing(id: string): Standing;
}

export interface AuthenticatorOptions {
  /** What is open to those who show no token; `null` for nothing. */
  readonly anonymous: Scope | null;
  /** Whoever knows it may do everything; `null` where there is none. */
  readonly adminSecret: string | null;
  readonly tokens: TokenVerifier;
  readonly failures: AuthFailures;
  /** Told of a good token that was shown on a page of an origin that it is not for; `null` for a program. */
  readonly shownElsewhere?: (origin: string | null) => void;
}

/** Three segments of base64url: RFC 7515, section 3.1. */
const SIGNED = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Decides who may watch, and what. */
export class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #secretDigest: Buffer | null;

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
    this.#secretDigest = options.adminSecret === null ? null : digest(options.adminSecret);
  }

  /** What a client may have that has shown no token; `null` when it has to. */
  anonymous({ isWelcome }: Peer): Grant | null {
    const { anonymous } = this.#options;
    return isWelcome && anonymous !== null ? unending(anonymous, false) : null;
  }

  /**
   * What the bearer of `token` may have; `null` for nothing, `elsewhere` for nothing here. Wrong ones are counted, and too many of them are not
   * even looked at.
   * @throws StateError while nobody can know, which is no fault of the bearer's
   */
  async verify(token: string, peer: Peer): Promise<Grant | 'elsewhere' | null> {
    const { failures, shownElsewhere } = this.#options;
    if (failures.blockedForMs(peer.address) > 0) return null;
    const verdict = await this.#verdictOn(token, peer);
    // Nobody guesses one that was signed here, and after a step of the clock it may be good again.
    if (verdict === 'wrong') await failures.count(peer.address);
    if (verdict === 'elsewhere') shownElsewhere?.(peer.origin);
    return verdict === 'wrong' || verdict === 'over' ? null : verdict;
  }

  /**
   * How long nothing that this client asks is looked at, after too many tokens from its address that were not good; 0 when the next
   * one is, and where none is needed.
   */
  blockedForMs(peer: Peer): number {
    return this.anonymous(peer) === null ? this.#options.failures.blockedForMs(peer.address) : 0;
  }

  /** Whether what was given still holds. */
  standing({ tokenId }: Grant): Standing {
    return tokenId === null ? 'good' : this.#options.tokens.standing(tokenId);
  }

  async #verdictOn(token: string, peer: Peer): Promise<Verdict> {
    // Digests are compared, so the time taken tells nothing, not even a length.
    if (this.#secretDigest !== null && timingSafeEqual(digest(token), this.#secretDigest)) {
      return unending(EVERYTHING, true);
    }
    if (SIGNED.test(token)) return this.#options.tokens.verify(token, peer.origin);
    // Where no secret was ever set, a token is left over from one that was.
    return (this.#secretDigest === null ? this.anonymous(peer) : null) ?? 'wrong';
  }
}

function unending(scope: Scope, isAdmin: boolean): Grant {
  return { scope, isAdmin, tokenId: null, expiresInMs: null };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
