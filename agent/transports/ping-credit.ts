/** More than this sent and not known to be read: skip (FC-3). */
const MAX_IN_FLIGHT_BYTES = 32 * 1024;
/** So much is sent before the peer is asked how far it has read; half of the limit, so that a peer that reads never reaches it. */
const PING_AFTER_BYTES = MAX_IN_FLIGHT_BYTES / 2;
/** Seconds that an unanswered ping is let pass before nothing but pings is sent, and before the peer is given up. */
const PATIENCE_S = 10;
const MAX_STUCK_S = 30;

/**
 * How far a peer has read (FC-2). The kernel takes megabytes for a peer that reads nothing, so what counts is not what left
 * this process: a ping's payload is the count of bytes sent before it, and its pong says that they were read.
 * Time is counted in rounds of a second that came on time, so that a stall of ours is never held against the peer.
 */
export class PingCredit {
  #sentBytes = 0;
  #readBytes = 0;
  /** Payload of the ping that waits for its pong; -1 for none. */
  #askedBytes = -1;
  #unansweredRounds = 0;

  /** Whether a ping waits for its pong. */
  get isWaiting(): boolean {
    return this.#askedBytes >= 0;
  }

  /** Whether more may be sent: little is in flight, and the peer has shown itself lately. */
  get isOpen(): boolean {
    return this.#sentBytes - this.#readBytes <= MAX_IN_FLIGHT_BYTES && this.#unansweredRounds < PATIENCE_S;
  }

  /** Whether the peer has read nothing for so long that it is too slow to serve. */
  get isExhausted(): boolean {
    return this.#unansweredRounds >= MAX_STUCK_S && this.#sentBytes > this.#readBytes;
  }

  /** Counts bytes sent. Returns whether a ping is due. */
  sent(bytes: number): boolean {
    this.#sentBytes += bytes;
    return this.#isPingDue();
  }

  /** The payload of a ping that is about to be sent. */
  ask(): string {
    this.#askedBytes = this.#sentBytes;
    return String(this.#sentBytes);
  }

  /**
   * A pong came. One that nobody asked for, or that claims what was not sent, is ignored. Returns whether a ping is due
   * again: much may have been sent since the last one, and nothing more will be until that is known to be read.
   */
  answered(payload: string): boolean {
    if (!/^\d{1,16}$/.test(payload)) return false;
    const bytes = Number(payload);
    if (bytes !== this.#askedBytes) return false;
    this.#readBytes = bytes;
    this.#askedBytes = -1;
    this.#unansweredRounds = 0;
    return this.#isPingDue();
  }

  /** A second has passed. */
  round(): void {
    if (this.isWaiting) this.#unansweredRounds += 1;
  }

  #isPingDue(): boolean {
    return !this.isWaiting && this.#sentBytes - this.#readBytes >= PING_AFTER_BYTES;
  }
}
