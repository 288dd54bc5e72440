import type { Context, MiddlewareHandler } from 'hono';
import type { Authenticator } from '../auth/authenticator.ts';
import { StateError } from '../auth/state-error.ts';
import { isAllowed, type Grant, type Resource } from '../auth/grant.ts';
import type { ResolvePeer } from '../auth/peer.ts';
import { bearerToken, type Environment } from '../transports/http-exchange.ts';

export interface AuthorizationOptions {
  readonly authenticator: Authenticator;
  readonly resolvePeer: ResolvePeer;
}

/** The grant of a request; `null` for none. */
export type GrantOf = (c: Context<Environment>) => Promise<Grant | null>;

/** Authenticates requests by their `Authorization` header. Grants nothing while the tokens cannot be read. */
export function grantOf({ authenticator, resolvePeer }: AuthorizationOptions): GrantOf {
  return async (c) => {
    const peer = resolvePeer(c.env.incoming);
    const token = bearerToken(c);
    if (token === undefined) return authenticator.anonymous(peer);
    try {
      const verdict = await authenticator.verify(token, peer);
      return verdict === 'wrong_origin' ? null : verdict;
    } catch (error) {
      if (error instanceof StateError) return null;
      throw error;
    }
  };
}

/** Answers 404 without a grant for `resource`, as if the route did not exist. */
export function requireGrant(resource: Resource, of: GrantOf): MiddlewareHandler<Environment> {
  return async (c, next) => {
    const grant = await of(c);
    if (grant === null || !isAllowed(grant, resource)) return c.notFound();
    await next();
    return undefined;
  };
}
