import type { JWTPayload } from 'jose';
import * as v from 'valibot';
import { CLIENT_LIMITS } from '../../shared/protocol/messages.ts';
import type { TokenVerifier, Verdict } from './authenticator.ts';
import type { Grant } from './grant.ts';
import { StateError } from './state-error.ts';
import { newId } from './token-files.ts';
import type { TokenRecord } from './token-record.ts';
import type { TokenStatus, TokenStore } from './token-store.ts';

/** The only algorithm accepted, whatever the token's header says. */
const ALGORITHM = 'HS256';
const ISSUER = 'metrics-panel';
const TYPE = 'JWT';

const list = v.array(v.string());
const claimsSchema = v.object({
  jti: v.string(),
  metrics: list,
  tables: list,
  hosts: list,
  origins: list,
  /** Absent from tokens of earlier versions, and from those that allow nothing. */
  may: v.optional(list),
});

/** What a new token should grant. */
export type TokenRequest = Omit<TokenRecord, 'id' | 'createdAtMs'>;

/** The token would be longer than a client may send. */
export class TokenTooLongError extends RangeError {
  readonly code = 'token_too_long';

  constructor() {
    super('The token would be too long: name fewer metrics, tables and origins, or use globs such as cpu*.');
    this.name = 'TokenTooLongError';
  }
}

/** Creates a signed token (RFC 7519) and stores its record. @throws StateError @throws TokenTooLongError */
export async function createToken(
  store: TokenStore,
  request: TokenRequest,
): Promise<{ readonly token: string; readonly record: TokenRecord }> {
  const { SignJWT } = await import('jose');
  const { metrics, tables, hosts, origins, may = [], expiresAtMs } = request;
  const record = { ...request, id: newId(), createdAtMs: Date.now() };
  const unsigned = new SignJWT({ metrics, tables, hosts, origins, ...(may.length > 0 ? { may } : {}) })
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

/** Verifies the tokens of a store. */
export class SignedTokens implements TokenVerifier {
  readonly #store: TokenStore;

  constructor(store: TokenStore) {
    this.#store = store;
  }

  async verify(token: string, origin: string | null): Promise<Verdict> {
    const claims = await this.#claimsOf(token);
    if (claims === 'invalid' || claims === 'expired') return claims;
    const result = v.safeParse(claimsSchema, claims);
    if (!result.success) return 'invalid';
    const { jti, metrics, tables, hosts, origins, may } = result.output;
    // Last, and without an await after it: a session that starts now is notified of any later revocation.
    const status = this.#store.status(jti);
    if (status instanceof StateError) {
      this.#store.reportProblem(status);
      throw status;
    }
    if (status === 'revoked') return 'invalid';
    if (origins.length > 0 && (origin === null || !origins.includes(origin))) return 'wrong_origin';
    const expiresInMs = claims.exp === undefined ? null : claims.exp * 1000 - Date.now();
    const grant: Grant = { scope: { metrics, tables, hosts }, isAdmin: false, tokenId: jti, expiresInMs };
    return may === undefined ? grant : { ...grant, may };
  }

  status(id: string): TokenStatus {
    return this.#store.status(id);
  }

  /** @throws StateError */
  async #claimsOf(token: string): Promise<JWTPayload | 'invalid' | 'expired'> {
    const { errors, jwtVerify } = await import('jose');
    const key = await this.#store.key();
    if (key === null) return 'invalid';
    try {
      const options = { algorithms: [ALGORITHM], issuer: ISSUER, audience: ISSUER, typ: TYPE };
      return (await jwtVerify(token, key, options)).payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) return 'expired';
      if (error instanceof errors.JOSEError) return 'invalid';
      throw error;
    }
  }
}
