import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { secureHeaders } from 'hono/secure-headers';
import type { ResolvePeer } from '../auth/peer.ts';
import type { Environment } from '../transports/http-exchange.ts';
import { CORS_HEADERS } from './request-guard/http-refusal.ts';

const SELF = ["'self'"];
const NONE = ["'none'"];
const PREFLIGHT_MAX_AGE_S = 600;

/**
 * Headers of every answer: pages run only scripts and styles that this agent serves, and only `framers` may frame them. A header that a route
 * sets itself is kept.
 * @param framers origins whose pages may have the dashboard in a frame
 */
export const securityHeaders = (framers: readonly string[]) =>
  secureHeaders({
    overwrite: false,
    contentSecurityPolicy: {
      defaultSrc: NONE,
      scriptSrc: SELF,
      styleSrc: SELF,
      imgSrc: ["'self'", 'data:'],
      connectSrc: SELF,
      fontSrc: SELF,
      manifestSrc: SELF,
      baseUri: NONE,
      formAction: NONE,
      frameAncestors: framers.length === 0 ? NONE : [...framers],
    },
    // Takes no list of origins; browsers with `frame-ancestors` ignore it.
    xFrameOptions: framers.length === 0 && 'DENY',
    // Only the operator knows whether TLS in front of the agent is permanent.
    strictTransportSecurity: false,
  });

/** Lets a page of another origin that passed the request guard read the answers of a live route. Without credentials: the agent uses no cookies. */
export function corsHeaders(
  methods: string | readonly string[],
  resolvePeer: ResolvePeer,
): MiddlewareHandler<Environment> {
  return (c, next) => {
    const { origin } = resolvePeer(c.env.incoming);
    const handle = cors({
      origin: origin === null ? [] : [origin],
      allowMethods: [methods].flat(),
      allowHeaders: CORS_HEADERS,
      maxAge: PREFLIGHT_MAX_AGE_S,
    });
    return handle(c, next);
  };
}
