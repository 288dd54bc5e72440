import { secureHeaders } from 'hono/secure-headers';

const SELF = ["'self'"];
const NONE = ["'none'"];

/**
 * On every answer. Pages run only what this agent serves: no inline script or style, no framing, no other origin.
 * A header that a route has set itself is kept.
 */
export const securityHeaders = () =>
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
      frameAncestors: NONE,
    },
    xFrameOptions: 'DENY',
    // The agent speaks plain HTTP; whether TLS stands in front for good is for whoever put it there to say.
    strictTransportSecurity: false,
  });
