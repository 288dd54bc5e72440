/** Stop sending samples beyond this (FC-3). */
const MAX_IN_FLIGHT_BYTES = 32 * 1024;
/** Ping after this many bytes: half of the limit, so that a client that reads never reaches it. */
const PING_AFTER_BYTES = MAX_IN_FLIGHT_BYTES / 2;
/** Unanswered seconds after which only pings are sent, and after which the client counts as too slow. */
const MAX_SILENT_S = 10;
const MAX_STUCK_S = 30;

/**
 * How far a client has read (FC-2). The kernel buffers megabytes for a client that reads nothing, so each ping carries the count of bytes sent
 * before it, and its pong acknowledges them. Time is counted in rounds that come on time, so that a stall of the agent is never blamed on
 * the client.
 */
export class FlowControlWindow {
  #sentBytes = 0;
  #acknowledgedBytes = 0;
  /** Payload of the unanswered ping; -1 for none. */
  #pingedBytes = -1;
  #unansweredRounds = 0;

  /** Whether a ping is unanswered. */
  get isWaiting(): boolean {
    return this.#pingedBytes >= 0;
  }

  /** Whether more may be sent: little is in flight, and the client has answered lately. */
  get isOpen(): boolean {
    const inFlightBytes = this.#sentBytes - this.#acknowledgedBytes;
    return inFlightBytes <= MAX_IN_FLIGHT_BYTES && this.#unansweredRounds < MAX_SILENT_S;
  }

  /** Whether the client has read nothing for so long that it is too slow to serve. */
  get isExhausted(): boolean {
    return this.#unansweredRounds >= MAX_STUCK_S && this.#sentBytes > this.#acknowledgedBytes;
  }

  /** Counts bytes sent. Returns whether a ping is due. */
  sent(bytes: number): boolean {
    this.#sentBytes += bytes;
    return this.#isPingDue();
  }

  /** Starts a ping, and returns its payload. */
  ping(): string {
    this.#pingedBytes = this.#sentBytes;
    return String(this.#sentBytes);
  }

  /** Takes a pong; ignores all but the one for the last ping. Returns whether another ping is due. */
  pong(payload: string): boolean {
    if (!/^\d{1,16}$/.test(payload)) return false;
    const bytes = Number(payload);
    if (bytes !== this.#pingedBytes) return false;
    this.#acknowledgedBytes = bytes;
    this.#pingedBytes = -1;
    this.#unansweredRounds = 0;
    return this.#isPingDue();
  }

  /** A second has passed. */
  round(): void {
    if (this.isWaiting) this.#unansweredRounds += 1;
  }

  #isPingDue(): boolean {
    return !this.isWaiting && this.#sentBytes - this.#acknowledgedBytes >= PING_AFTER_BYTES;
  }
}
