import { MessageError } from '../../shared/protocol/codec.ts';
import type { AuthError, Subscribe } from '../../shared/protocol/messages.ts';
import { RequestRefusal, type StreamRequest } from './connection.ts';
import type { Peer } from '../auth/peer.ts';
import type { Authenticator } from '../auth/authenticator.ts';
import { describeWrongOrigin } from '../auth/authenticator.ts';
import { StateError } from '../auth/state-error.ts';
import type { Grant } from '../auth/grant.ts';
import { decodeCursor, type CursorEntry } from './cursor.ts';
import { RequestError, tokensUnreadable } from './request-error.ts';

/** An authenticated request: its subscriptions, each starting at its cursor entry if it has one, and the cursor's entries. */
export interface AuthenticatedRequest {
  readonly grant: Grant;
  readonly subscriptions: readonly Subscribe[];
  readonly known: ReadonlyMap<string, CursorEntry>;
}

/** Authenticates a client that sends everything in one request. @throws RequestRefusal */
export async function authenticateRequest(
  { peer, token, subscriptions, cursor }: StreamRequest,
  authenticator: Authenticator,
): Promise<AuthenticatedRequest> {
  const retryMs = authenticator.blockedForMs(peer);
  if (retryMs > 0) {
    const error = 'Too many wrong tokens from this address: wait before you try again';
    throw new RequestRefusal({ type: 'error', error, code: 'too_many_attempts', retryMs });
  }
  const grant =
    token === undefined ? authenticator.anonymous(peer) : await verified(token, peer, authenticator);
  if (grant === null && token === undefined) {
    throw new RequestRefusal({ type: 'auth_error', error: 'Not authenticated' });
  }
  if (grant === null || grant === 'wrong_origin') throw new RequestRefusal(authError(grant, peer));
  const known = orRefused(() => decodeCursor(cursor ?? ''));
  return {
    grant,
    known,
    subscriptions: subscriptions.map((request) => {
      const entry = known.get(request.sub);
      return entry === undefined || 'overview' in entry ? request : { ...request, since: entry.since };
    }),
  };
}

/** The answer to a token that is invalid, or valid for other origins. */
export function authError(verdict: 'wrong_origin' | null, { origin }: Peer): AuthError {
  return verdict === null
    ? { type: 'auth_error', error: 'Invalid token' }
    : { type: 'auth_error', error: describeWrongOrigin(origin), code: 'token_of_other_origin' };
}

/** @throws RequestRefusal while tokens cannot be read */
async function verified(
  token: string,
  peer: Peer,
  authenticator: Authenticator,
): Promise<Grant | 'wrong_origin' | null> {
  try {
    return await authenticator.verify(token, peer);
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    const { message, code, retryMs } = tokensUnreadable();
    throw new RequestRefusal({ type: 'error', error: message, code, retryMs });
  }
}

/** Runs a task; its error refuses the whole request. @throws RequestRefusal */
export function orRefused<T>(task: () => T, id?: string | number): T {
  try {
    return task();
  } catch (error) {
    if (!(error instanceof MessageError || error instanceof RequestError)) throw error;
    throw new RequestRefusal({ type: 'error', error: error.message, code: error.code, id });
  }
}
