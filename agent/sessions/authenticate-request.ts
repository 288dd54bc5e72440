import { MessageError } from '../../shared/protocol/codec.ts';
import type { AuthError, Subscribe } from '../../shared/protocol/messages.ts';
import { Refusal, type Peer, type StreamRequest } from './connection.ts';
import type { Authenticator } from '../auth/authenticator.ts';
import { describeElsewhere } from '../auth/elsewhere.ts';
import { StateError } from '../auth/state-error.ts';
import type { Grant } from '../auth/grant.ts';
import { decodeCursor, type CursorEntry } from './cursor.ts';
import { RequestError, tokensUnreadable } from './request-error.ts';

/** A request that was let in: its subscriptions, each from where the cursor says, and what that knew. */
export interface AuthenticatedRequest {
  readonly grant: Grant;
  readonly subscriptions: readonly Subscribe[];
  readonly known: ReadonlyMap<string, CursorEntry>;
}

/** Lets in a client that says everything at once. @throws Refusal */
export async function authenticateRequest(
  { peer, token, subscriptions, cursor }: StreamRequest,
  authenticator: Authenticator,
): Promise<AuthenticatedRequest> {
  const retryMs = authenticator.blockedForMs(peer);
  if (retryMs > 0) {
    const error = 'Too many wrong tokens from this address: wait before you try again';
    throw new Refusal({ type: 'error', error, code: 'too_many_attempts', retryMs });
  }
  const grant =
    token === undefined ? authenticator.anonymous(peer) : await verified(token, peer, authenticator);
  if (grant === null && token === undefined) {
    throw new Refusal({ type: 'auth_error', error: 'Not authenticated' });
  }
  if (grant === null || grant === 'elsewhere') throw new Refusal(authError(grant, peer));
  const known = orRefused(() => decodeCursor(cursor ?? ''));
  return {
    grant,
    known,
    subscriptions: subscriptions.map((request) => {
      const entry = known.get(request.sub);
      return entry === undefined ? request : { ...request, since: entry.since };
    }),
  };
}

/** What a client is told whose token lets it in nowhere, or not where it is. */
export function authError(verdict: 'elsewhere' | null, { origin }: Peer): AuthError {
  return verdict === null
    ? { type: 'auth_error', error: 'Invalid token' }
    : { type: 'auth_error', error: describeElsewhere(origin), code: 'token_of_other_origin' };
}

/** @throws Refusal while nobody can look at tokens */
async function verified(
  token: string,
  peer: Peer,
  authenticator: Authenticator,
): Promise<Grant | 'elsewhere' | null> {
  try {
    return await authenticator.verify(token, peer);
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    const { message, code, retryMs } = tokensUnreadable();
    throw new Refusal({ type: 'error', error: message, code, retryMs });
  }
}

/** What `task` gives; its refusal of a request refuses the whole. @throws Refusal */
export function orRefused<T>(task: () => T, id?: string | number): T {
  try {
    return task();
  } catch (error) {
    if (!(error instanceof MessageError || error instanceof RequestError)) throw error;
    throw new Refusal({ type: 'error', error: error.message, code: error.code, id });
  }
}
