import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { HEADERS_OF_PAGES } from './request-guard/origins.ts';
import type { PeerOf } from '../sessions/connection.ts';
import type { Environment } from '../transports/open-answers.ts';

const MAX_AGE_S = 600;

/**
 * Lets pages of other origins read the answers of a route of the live protocol: those that the request guard has let through, each by its name. No
 * cookie is ever looked at, so none may be sent.
 */
export function crossOrigin(method: 'GET' | 'POST', peerOf: PeerOf): MiddlewareHandler<Environment> {
  return (c, next) => {
    const { origin } = peerOf(c.env.incoming);
    const allow = cors({
      origin: origin === null ? [] : [origin],
      allowMethods: [method],
      allowHeaders: HEADERS_OF_PAGES,
      maxAge: MAX_AGE_S,
    });
    return allow(c, next);
  };
}
