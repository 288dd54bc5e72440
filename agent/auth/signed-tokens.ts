import { randomBytes } from 'node:crypto';
import type { JWTPayload } from 'jose';
import * as v from 'valibot';
import { CLIENT_LIMITS } from '../../shared/messages.ts';
import type { TokenVerifier } from './authenticator.ts';
import type { Grant } from './grant.ts';
import { StateError } from './state-folder.ts';
import type { TokenRecord, TokenStore } from './token-store.ts';

/** Pinned: whatever a token says of itself, it is checked with this alone. */
const ALGORITHM = 'HS256';
const ISSUER = 'metrics-panel';
const TYPE = 'JWT';
const ID_BYTES = 8;

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
  // Not base64url: an id that begins with - would be taken for an option by `token revoke`.
  const id = randomBytes(ID_BYTES).toString('hex');
  const record = { ...request, id, createdAtMs: Date.now() };
  const unsigned = new SignJWT({ metrics, tables, hosts, origins })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
    .setIssuer(ISSUER)
    .setAudience(ISSUER)
    .setJti(id)
    .setIssuedAt(Math.floor(record.createdAtMs / 1000));
  if (expiresAtMs !== null) unsigned.setExpirationTime(Math.floor(expiresAtMs / 1000));
  const token = await unsigned.sign(store.keyForSigning());
  if (token.length > CLIENT_LIMITS.tokenLength) throw new TokenTooLongError();
  store.add(record);
  return { token, record };
}

/** Knows the tokens of a store. */
export class SignedTokens implements TokenVerifier {
  readonly #store: TokenStore;

  constructor(store: TokenStore) {
    this.#store = store;
  }

  async verify(token: string, origin: string | null): Promise<Grant | null> {
    const claims = await this.#claimsOf(token);
    const result = v.safeParse(claimsSchema, claims);
    if (!result.success || claims === null) return null;
    const { jti, metrics, tables, hosts, origins } = result.output;
    if (!this.#store.has(jti)) return null;
    if (origins.length > 0 && (origin === null || !origins.includes(origin))) return null;
    const expiresInMs = claims.exp === undefined ? null : claims.exp * 1000 - Date.now();
    return { scope: { metrics, tables, hosts }, isAdmin: false, tokenId: jti, expiresInMs };
  }

  isRevoked(id: string): boolean {
    return !this.#store.has(id);
  }

  /** `null` for a token that was not signed here, is damaged, or has expired. */
  async #claimsOf(token: string): Promise<JWTPayload | null> {
    const { errors, jwtVerify } = await import('jose');
    try {
      const key = this.#store.key();
      if (key === null) return null;
      const options = { algorithms: [ALGORITHM], issuer: ISSUER, audience: ISSUER, typ: TYPE };
      return (await jwtVerify(token, key, options)).payload;
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof StateError) return null;
      throw error;
    }
  }
}
