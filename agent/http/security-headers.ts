import { secureHeaders } from 'hono/secure-headers';

const SELF = ["'self'"];
const NONE = ["'none'"];

/**
 * On every answer. Pages run only what this agent serves: no inline script or style, no other origin; and they are framed by nobody else.
 * A header that a route has set itself is kept.
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
    // It knows of no list, and whoever knows the one above does not look at it.
    xFrameOptions: framers.length === 0 && 'DENY',
    // The agent speaks plain HTTP; whether TLS stands in front for good is for whoever put it there to say.
    strictTransportSecurity: false,
  });
