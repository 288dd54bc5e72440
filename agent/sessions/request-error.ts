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

/** Long, since somebody has to repair the state folder first. */
const UNREADABLE_RETRY_MS = 5000;

/** A well-formed request that cannot be granted. `message` is a sentence for the client. */
export class RequestError extends Error {
  readonly code: RequestErrorCode;
  /** When to try again, if known. */
  readonly retryMs: number | undefined;

  constructor(code: RequestErrorCode, message: string, retryMs?: number) {
    super(message);
    this.name = 'RequestError';
    this.code = code;
    this.retryMs = retryMs;
  }
}

/** The state folder cannot be read. Only the log says why, since the client is not authenticated. */
export function tokensUnreadable(): RequestError {
  return new RequestError(
    'tokens_unreadable',
    'The agent cannot look at tokens now, and its log says why',
    UNREADABLE_RETRY_MS,
  );
}
