/** What a client does after a close: give up, back off, or reconnect at once (with jitter). */
export type Comeback = 'never' | 'backoff' | 'now';

/**
 * The WebSocket close codes of the live protocol (docs/protocol.md, "Close codes").
 * The band carries the decision: 40xx never reconnect unchanged, 41xx back off, 42xx reconnect at once.
 */
export const CLOSE_CODES = {
  authenticationFailed: 4000,
  authenticationTimeout: 4001,
  tokenExpired: 4002,
  notAllowed: 4003,
  versionNotSupported: 4004,
  tooManyBadMessages: 4005,
  tokenRevoked: 4009,
  overloaded: 4100,
  tooManyConnections: 4101,
  messagesTooFast: 4102,
  tokensUnreadable: 4103,
  slowConsumer: 4200,
  goingAway: 4201,
  continuityLost: 4202,
} as const;

/** Close codes of WebSocket itself (RFC 6455, section 7.4.1). */
export const WEBSOCKET_CLOSE_CODES = { unsupportedData: 1003, internalError: 1011 } as const;
/** Codes that no peer sends: a transport reports them for a close without a code, and for a connection that broke. */
export const NO_CLOSE_CODE = 1005;
export const CONNECTION_BROKEN = 1006;

/** Rule RC-3. Codes outside the bands (CONNECTION_BROKEN, 1001, 1011 ...) back off. */
export function comebackAfter(code: number): Comeback {
  if (code >= 4000 && code < 4100) return 'never';
  if (code >= 4200 && code < 4300) return 'now';
  return 'backoff';
}
