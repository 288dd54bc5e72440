/** What a client does after a close: nothing, try again with growing pauses, or come back at once (with jitter). */
export type Comeback = 'never' | 'backoff' | 'now';

/**
 * The WebSocket close codes of the live protocol (docs/protocol.md, "Close codes").
 * The band carries the decision: 40xx never come back unchanged, 41xx back off, 42xx come back at once.
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

/** Close codes of WebSocket itself that the agent or a client meets (RFC 6455, section 7.4.1). */
export const WEBSOCKET_CLOSE_CODES = {
  unsupportedData: 1003,
  /** Never sent: a client reports it when the connection ended without a close frame. */
  abnormalClosure: 1006,
  internalError: 1011,
} as const;

/** Rule RC-3. Codes outside the bands (1006 when the network broke, 1001, 1011 …) back off. */
export function comebackAfter(code: number): Comeback {
  if (code >= 4000 && code < 4100) return 'never';
  if (code >= 4200 && code < 4300) return 'now';
  return 'backoff';
}
