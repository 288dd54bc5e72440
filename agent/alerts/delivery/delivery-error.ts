interface Reasons {
  /** Nothing can have been delivered, and asking again costs the receiver nothing: its host was not even reached. */
  readonly isUnreached?: boolean;
  /** How long the receiver wants to be left alone. */
  readonly retryAfterMs?: number | null;
}

/** A message did not get through. `message` is a sentence without its full stop, that names no secret, and of an address only the host. */
export class DeliveryError extends Error {
  readonly isUnreached: boolean;
  readonly retryAfterMs: number | null;

  constructor(message: string, { isUnreached = false, retryAfterMs = null }: Reasons = {}) {
    super(message);
    this.name = 'DeliveryError';
    this.isUnreached = isUnreached;
    this.retryAfterMs = retryAfterMs;
  }
}
