export type RequestErrorCode =
  | 'not_authenticated'
  | 'too_many_attempts'
  | 'token_expired'
  | 'token_revoked'
  | 'version_not_supported'
  | 'unknown_action'
  | 'unknown_host'
  | 'unknown_metric'
  | 'unknown_table'
  | 'unknown_subscription'
  | 'too_many_subscriptions'
  | 'nested_batch'
  | 'messages_too_fast';

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
