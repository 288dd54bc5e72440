import { expect, it } from 'vitest';
import { CLOSE_CODES, comebackAfter, CONNECTION_BROKEN } from './close-codes.ts';

it.each([
  [CLOSE_CODES.authenticationFailed, 'never'],
  [CLOSE_CODES.versionNotSupported, 'never'],
  [CLOSE_CODES.overloaded, 'backoff'],
  [CLOSE_CODES.messagesTooFast, 'backoff'],
  [CLOSE_CODES.tokensUnreadable, 'backoff'],
  [CLOSE_CODES.slowConsumer, 'now'],
  [CLOSE_CODES.goingAway, 'now'],
  [CONNECTION_BROKEN, 'backoff'],
  [1000, 'backoff'],
  [4999, 'backoff'],
] as const)('[RC-3] after %i a client reconnects: %s', (code, comeback) => {
  expect(comebackAfter(code)).toBe(comeback);
});
