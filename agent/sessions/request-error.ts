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
  | 'history_off'
  | 'history_opening'
  | 'history_failed'
  | 'id_in_use'
  | 'too_many_answers'
  | 'too_many_values'
  | 'nested_batch'
  | 'messages_too_fast';

/** Long, since somebody has to repair the state folder first. */
const UNREADABLE_RETRY_MS = 5000;

/** Opening a history takes less. */
const OPENING_RETRY_MS = 1000;
/** It is tried again, or set aside, with the next samples. */
const FAILED_RETRY_MS = 10_000;

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

export function unknownHost(): RequestError {
  return new RequestError('unknown_host', 'Unknown host');
}

export function unknownTable(name: string): RequestError {
  return new RequestError('unknown_table', `Unknown table: ${name}`);
}

export function historyOff(): RequestError {
  return new RequestError(
    'history_off',
    'This agent keeps no history now: start it without --history off, or see in its log why it cannot',
  );
}

/** For a host that another agent samples. */
export function historyElsewhere(): RequestError {
  return new RequestError('history_off', 'The past of this host is kept by its own agent: ask that one');
}

export function historyOpening(): RequestError {
  return new RequestError(
    'history_opening',
    'The history is being opened: ask again in a second',
    OPENING_RETRY_MS,
  );
}

export function historyFailed(): RequestError {
  return new RequestError(
    'history_failed',
    'The history cannot be read now, and the log of the agent says why',
    FAILED_RETRY_MS,
  );
}
