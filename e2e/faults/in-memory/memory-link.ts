import type { Connection, ConnectionListener } from '../../../agent/sessions/connection.ts';
import type { Frame, WireFormat } from '../../../agent/sessions/frame.ts';
import type { TransportConnection, TransportEvents } from '../../../shared/client/transport.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { Tongue } from './dialect.ts';

/** More than this on its way to the client, and the agent is told to wait. FC-3 has 32 times as much, and real frames are larger. */
const MAX_IN_FLIGHT: Readonly<Record<WireFormat, number>> = { json: 1024, msgpack: 256 };
/** When the agent gives up a client from which nothing comes back (FC-3, HB-1). */
const DEAD_AFTER_MS = 60_000;

/** What is wrong with all links; may change at any time. */
export interface LinkFaults {
  /** Nothing moves, and nothing is lost. */
  isStalled: boolean;
  latencyMs: number;
  /** Time that the client takes for each frame. */
  readingMs: number;
}

type Delivery = () => void;

/** One connection between a client and an agent in the same process: two queues on a clock, with faults. */
export class MemoryLink {
  /** The agent's end. */
  readonly connection: Connection;
  /** The client's end. */
  readonly client: TransportConnection;
  readonly #clock: Clock;
  readonly #faults: LinkFaults;
  readonly #tongue: Tongue;
  readonly #events: TransportEvents;
  readonly #ended: () => void;
  readonly #down: Delivery[] = [];
  readonly #up: Delivery[] = [];
  /** Queues whose first delivery is under way. */
  readonly #moving = new Set<Delivery[]>();
  #listener: ConnectionListener | null = null;
  /** Characters or bytes. */
  #inFlight = 0;
  #isBlocked = false;
  #isSwallowing = false;
  #hasClientEnded = false;
  #hasAgentEnded = false;
  readonly #cancels = new Set<() => void>();

  constructor(clock: Clock, faults: LinkFaults, tongue: Tongue, events: TransportEvents, ended: () => void) {
    this.#clock = clock;
    this.#faults = faults;
    this.#tongue = tongue;
    this.#events = events;
    this.#ended = ended;
    this.connection = {
      format: tongue.format,
      canSend: () => {
        this.#isBlocked = this.#inFlight > MAX_IN_FLIGHT[tongue.format];
        return !this.#isBlocked;
      },
      send: (frame) => this.#send(frame),
      close: (code, reason) => {
        this.#queue(this.#down, () => this.#endClient(code, reason));
        this.#after(0, () => this.#endAgent());
      },
      round: () => {},
    };
    this.client = {
      canSend: true,
      send: (text) => {
        const message = tongue.write(text);
        this.#queue(this.#up, () => this.#listener?.received(message));
      },
      renew: () => {},
      close: () => {
        this.#queue(this.#up, () => this.#endAgent());
        this.#after(DEAD_AFTER_MS, () => this.#endAgent());
        this.#after(0, () => this.#endClient(1005, ''));
      },
    };
  }

  /** Both ends are there from now on. */
  open(listener: ConnectionListener): void {
    this.#listener = listener;
  }

  /** Both ends learn that the connection is gone; everything in transit is lost. */
  reset(): void {
    this.#endAgent();
    this.#endClient(1006, '');
  }

  /** Loses everything in transit and everything sent later; neither side notices until it times out. */
  swallow(): void {
    this.#isSwallowing = true;
    this.#down.length = 0;
    this.#up.length = 0;
    this.#after(DEAD_AFTER_MS, () => this.#endAgent());
  }

  /** The faults have changed. */
  wake(): void {
    this.#pump(this.#down);
    this.#pump(this.#up);
  }

  #send(frame: Frame): void {
    const message = this.#tongue.read(frame);
    this.#inFlight += message.length;
    this.#queue(this.#down, () => {
      this.#inFlight -= message.length;
      if (!this.#hasClientEnded) this.#events.received(message);
      if (this.#isBlocked && this.connection.canSend()) this.#listener?.drained();
    });
  }

  #queue(queue: Delivery[], delivery: Delivery): void {
    if (this.#isSwallowing) return;
    queue.push(delivery);
    if (queue.length === 1) this.#pump(queue);
  }

  #pump(queue: Delivery[]): void {
    if (this.#faults.isStalled || this.#moving.has(queue) || queue.length === 0) return;
    this.#moving.add(queue);
    const waitMs = this.#faults.latencyMs + (queue === this.#down ? this.#faults.readingMs : 0);
    this.#after(waitMs, () => {
      this.#moving.delete(queue);
      if (!this.#faults.isStalled) queue.shift()?.();
      this.#pump(queue);
    });
  }

  #after(ms: number, task: () => void): void {
    const cancel = this.#clock.schedule(() => {
      this.#cancels.delete(cancel);
      task();
    }, ms);
    this.#cancels.add(cancel);
  }

  #endAgent(): void {
    if (this.#hasAgentEnded) return;
    this.#hasAgentEnded = true;
    this.#up.length = 0;
    this.#listener?.closed();
    this.#tidy();
  }

  #endClient(code: number, reason: string): void {
    if (this.#hasClientEnded) return;
    this.#hasClientEnded = true;
    this.#events.closed(code, reason);
    this.#tidy();
  }

  #tidy(): void {
    if (!this.#hasAgentEnded || !this.#hasClientEnded) return;
    for (const cancel of this.#cancels) cancel();
    this.#ended();
  }
}
