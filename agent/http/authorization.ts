import type { Context, MiddlewareHandler } from 'hono';
import type { Authenticator } from '../auth/authenticator.ts';
import { StateError } from '../auth/state-error.ts';
import { isAllowed, type Grant, type Resource } from '../auth/grant.ts';
import type { PeerOf } from '../sessions/connection.ts';
import { bearerToken } from '../transports/http-answer.ts';
import type { Environment } from '../transports/open-answers.ts';

export interface AuthorizationOptions {
  readonly authenticator: Authenticator;
  readonly peerOf: PeerOf;
}

/** Tells what whoever sent a request may have; `null` for nothing. */
export type GrantOf = (c: Context<Environment>) => Promise<Grant | null>;

/** Looks at the token of an `Authorization` header, and at who sent it. One that cannot be looked at is worth nothing now. */
export function grantOf({ authenticator, peerOf }: AuthorizationOptions): GrantOf {
  return async (c) => {
    const peer = peerOf(c.env.incoming);
    const token = bearerToken(c);
    if (token === undefined) return authenticator.anonymous(peer);
    try {
      const verdict = await authenticator.verify(token, peer);
      return verdict === 'elsewhere' ? null : verdict;
    } catch (error) {
      if (error instanceof StateError) return null;
      throw error;
    }
  };
}

/** Lets pass who may have `resource`. For others there is nothing there. */
export function only(resource: Resource, of: GrantOf): MiddlewareHandler<Environment> {
  return async (c, next) => {
    const grant = await of(c);
    if (grant === null || !isAllowed(grant, resource)) return c.notFound();
    await next();
    return undefined;
  };
}
