import { LOCAL } from '../../../agent/testing/local-peer.ts';
import type { AcceptConnection } from '../../../agent/sessions/connection.ts';
import type {
  ConnectionPurpose,
  Transport,
  TransportConnection,
  TransportEvents,
} from '../../../shared/client/transport.ts';
import type { Clock } from '../../../shared/clock.ts';
import { speak, type Dialect } from './dialect.ts';
import { MemoryLink, type LinkFaults } from './memory-link.ts';

/** A network of one agent's address, in memory and on a clock, as the transport of its clients. */
export class MemoryNetwork implements Transport {
  readonly name = 'memory';
  /** Samples that did not follow those before. */
  readonly breaks: string[] = [];
  readonly #clock: Clock;
  readonly #dialect: Dialect;
  readonly #links = new Set<MemoryLink>();
  readonly #faults: LinkFaults = { isStalled: false, latencyMs: 1, readingMs: 0 };
  /** Handshakes that a stall holds up. */
  readonly #waiting = new Set<() => void>();
  /** Who answers at the address; `null` when nobody does. */
  #accept: AcceptConnection | null = null;
  #isCut = false;
  #isSwallowing = false;

  constructor(clock: Clock, dialect: Dialect = 'json') {
    this.#clock = clock;
    this.#dialect = dialect;
  }

  get linkCount(): number {
    return this.#links.size;
  }

  /** An agent listens from now on, or none. */
  listen(accept: AcceptConnection | null): void {
    this.#accept = accept;
  }

  connect(_purpose: ConnectionPurpose, events: TransportEvents): TransportConnection {
    let isOver = false;
    let link: MemoryLink | null = null;
    const fail = (): void => {
      if (isOver) return;
      isOver = true;
      this.#waiting.delete(open);
      this.#clock.schedule(() => events.closed(1006, ''), 0);
    };
    const open = (): void => {
      if (isOver || link !== null || this.#isSwallowing) return;
      if (this.#faults.isStalled) {
        this.#waiting.add(open);
        return;
      }
      if (this.#isCut || this.#accept === null) {
        fail();
        return;
      }
      this.#waiting.delete(open);
      const tongue = speak(this.#dialect);
      const made = new MemoryLink({
        clock: this.#clock,
        faults: this.#faults,
        tongue,
        events,
        broken: (flaw) => this.breaks.push(flaw),
        ended: () => this.#links.delete(made),
      });
      link = made;
      this.#links.add(made);
      events.opened(this.name, tongue.decoder);
      made.open(this.#accept(made.connection, 'v1', LOCAL));
    };
    this.#clock.schedule(open, this.#faults.latencyMs);
    return {
      canSend: true,
      send: (text) => link?.client.send(text),
      renew: () => {},
      close: () => {
        if (link === null) fail();
        else link.client.close();
      },
    };
  }

  /** Every connection breaks, and no other opens. */
  cut(): void {
    this.#isCut = true;
    this.reset();
  }

  reset(): void {
    for (const link of this.#links) link.reset();
  }

  stall(): void {
    this.#faults.isStalled = true;
  }

  /** Open connections are dead for good, and new ones do not open. */
  swallow(): void {
    this.#isSwallowing = true;
    for (const link of this.#links) link.swallow();
  }

  slowDown(latencyMs: number, readingMs: number): void {
    this.#faults.latencyMs = latencyMs;
    this.#faults.readingMs = readingMs;
  }

  /** No faults any more. */
  restore(): void {
    this.#isCut = false;
    this.#isSwallowing = false;
    Object.assign(this.#faults, { isStalled: false, latencyMs: 1, readingMs: 0 });
    for (const open of this.#waiting) open();
    for (const link of this.#links) link.wake();
  }
}
