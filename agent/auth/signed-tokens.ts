import type { JWTPayload } from 'jose';
import * as v from 'valibot';
import { CLIENT_LIMITS } from '../../shared/protocol/messages.ts';
import type { TokenVerifier, Verdict } from './authenticator.ts';
import { StateError } from './state-error.ts';
import { newId } from './token-files.ts';
import type { TokenRecord } from './token-record.ts';
import type { Standing, TokenStore } from './token-store.ts';

/** Pinned: whatever a token says of itself, it is checked with this alone. */
const ALGORITHM = 'HS256';
const ISSUER = 'metrics-panel';
const TYPE = 'JWT';

const list = v.array(v.string());
const claimsSchema = v.object({ jti: v.string(), metrics: list, tables: list, hosts: list, origins: list });

/** What is asked of a new token. */
export type TokenRequest = Omit<TokenRecord, 'id' | 'createdAtMs'>;

/** A token would be longer than clients may send. */
export class TokenTooLongError extends RangeError {
  readonly code = 'token_too_long';

  constructor() {
    super('The token would be too long: name fewer metrics, tables and origins, or use globs such as cpu*.');
    this.name = 'TokenTooLongError';
  }
}

/** Makes a signed token (RFC 7519) and keeps its record. @throws StateError @throws TokenTooLongError */
export async function createToken(
  store: TokenStore,
  request: TokenRequest,
): Promise<{ readonly token: string; readonly record: TokenRecord }> {
  const { SignJWT } = await import('jose');
  const { metrics, tables, hosts, origins, expiresAtMs } = request;
  const record = { ...request, id: newId(), createdAtMs: Date.now() };
  const unsigned = new SignJWT({ metrics, tables, hosts, origins })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
    .setIssuer(ISSUER)
    .setAudience(ISSUER)
    .setJti(record.id)
    .setIssuedAt(Math.floor(record.createdAtMs / 1000));
  if (expiresAtMs !== null) unsigned.setExpirationTime(Math.floor(expiresAtMs / 1000));
  const token = await unsigned.sign(await store.keyForSigning());
  if (token.length > CLIENT_LIMITS.tokenLength) throw new TokenTooLongError();
  await store.add(record);
  return { token, record };
}

/** Knows the tokens of a store. */
export class SignedTokens implements TokenVerifier {
  readonly #store: TokenStore;

  constructor(store: TokenStore) {
    this.#store = store;
  }

  async verify(token: string, origin: string | null): Promise<Verdict> {
    const claims = await this.#claimsOf(token);
    if (claims === 'wrong' || claims === 'over') return claims;
    const result = v.safeParse(claimsSchema, claims);
    if (!result.success) return 'wrong';
    const { jti, metrics, tables, hosts, origins } = result.output;
    // Looked at last, and answered in the same turn of the event loop: whoever is let in is there to be told of what comes then.
    const standing = this.#store.standing(jti);
    if (standing instanceof StateError) {
      this.#store.report(standing);
      throw standing;
    }
    if (standing === 'revoked') return 'wrong';
    if (origins.length > 0 && (origin === null || !origins.includes(origin))) return 'elsewhere';
    const expiresInMs = claims.exp === undefined ? null : claims.exp * 1000 - Date.now();
    return { scope: { metrics, tables, hosts }, isAdmin: false, tokenId: jti, expiresInMs };
  }

  standing(id: string): Standing {
    return this.#store.standing(id);
  }

  /** @throws StateError */
  async #claimsOf(token: string): Promise<JWTPayload | 'wrong' | 'over'> {
    const { errors, jwtVerify } = await import('jose');
    const key = await this.#store.key();
    if (key === null) return 'wrong';
    try {
      const options = { algorithms: [ALGORITHM], issuer: ISSUER, audience: ISSUER, typ: TYPE };
      return (await jwtVerify(token, key, options)).payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) return 'over';
      if (error instanceof errors.JOSEError) return 'wrong';
      throw error;
    }
  }
}
