export type RequestErrorCode =
  | 'not_authenticated'
  | 'too_many_attempts'
  | 'token_expired'
  | 'token_revoked'
  | 'tokens_unreadable'
  | 'version_not_supported'
  | 'unknown_action'
  | 'unknown_host'
  | 'unknown_metric'
  | 'unknown_table'
  | 'unknown_subscription'
  | 'too_many_subscriptions'
  | 'nested_batch'
  | 'messages_too_fast';

/** When a client may ask again that nobody could look at the token of: what is wrong, somebody has to mend. */
const MENDED_MS = 5000;

/** A well-formed request that cannot be met. `message` is a sentence for whoever sent it. */
export class RequestError extends Error {
  readonly code: RequestErrorCode;
  /** When to try again, where that is known. */
  readonly retryMs: number | undefined;

  constructor(code: RequestErrorCode, message: string, retryMs?: number) {
    super(message);
    this.name = 'RequestError';
    this.code = code;
    this.retryMs = retryMs;
  }
}

/** The state folder cannot be read. The log says why; to whoever has not been let in it says nothing. */
export function tokensUnreadable(): RequestError {
  return new RequestError(
    'tokens_unreadable',
    'The agent cannot look at tokens now, and its log says why',
    MENDED_MS,
  );
}
