import { TURN, type Meter } from '../sessions/connection.ts';

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
  #rounds = 0;
  /** Of the cohort that sends at present; what it counts comes on top of the two above. */
  #meter: Meter | null = null;
  #acknowledgedBytes = 0;
  /** Payload of the unanswered ping; -1 for none. */
  #pingedBytes = -1;
  #pingedRound = 0;

  /** Rounds on time so far. */
  get rounds(): number {
    return this.#rounds + (this.#meter?.rounds ?? 0);
  }

  /** Whether a ping is unanswered. */
  get isWaiting(): boolean {
    return this.#pingedBytes >= 0;
  }

  /** Whether more may be sent: little is in flight, and the client has answered lately. */
  get isOpen(): boolean {
    return this.#inFlightBytes <= MAX_IN_FLIGHT_BYTES && this.#unansweredRounds < MAX_SILENT_S;
  }

  /** Whether everything that a cohort sends in one turn may be sent without asking again. */
  get hasRoomForTurn(): boolean {
    return this.#inFlightBytes <= MAX_IN_FLIGHT_BYTES - TURN.bytes;
  }

  /** Whether the client has read nothing for so long that it is too slow to serve. */
  get isExhausted(): boolean {
    return this.#unansweredRounds >= MAX_STUCK_S && this.#inFlightBytes > 0;
  }

  /** Counts bytes sent. Returns whether a ping is due. */
  sent(bytes: number): boolean {
    this.#sentBytes += bytes;
    return this.#isPingDue();
  }

  /** A cohort sends from now on, and counts for all of its members what it sends. */
  attach(meter: Meter): void {
    this.#meter = meter;
    this.#sentBytes -= meter.bytes;
    this.#rounds -= meter.rounds;
  }

  /** Goes on by itself, with all that the cohort has counted. */
  detach(): void {
    this.#sentBytes += this.#meter?.bytes ?? 0;
    this.#rounds += this.#meter?.rounds ?? 0;
    this.#meter = null;
  }

  /** Starts a ping, and returns its payload. */
  ping(): string {
    this.#pingedBytes = this.#allBytes;
    this.#pingedRound = this.rounds;
    return String(this.#pingedBytes);
  }

  /** Takes a pong; ignores all but the one for the last ping. Returns whether another ping is due. */
  pong(payload: string): boolean {
    if (!/^\d{1,16}$/.test(payload)) return false;
    const bytes = Number(payload);
    if (bytes !== this.#pingedBytes) return false;
    this.#acknowledgedBytes = bytes;
    this.#pingedBytes = -1;
    return this.#isPingDue();
  }

  /** A second has passed. */
  round(): void {
    this.#rounds += 1;
  }

  get #allBytes(): number {
    return this.#sentBytes + (this.#meter?.bytes ?? 0);
  }

  get #inFlightBytes(): number {
    return this.#allBytes - this.#acknowledgedBytes;
  }

  get #unansweredRounds(): number {
    return this.isWaiting ? this.rounds - this.#pingedRound : 0;
  }

  #isPingDue(): boolean {
    return !this.isWaiting && this.#inFlightBytes >= PING_AFTER_BYTES;
  }
}
