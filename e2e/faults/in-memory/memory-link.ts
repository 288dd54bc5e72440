import type { Socket } from 'node:net';
import type { ConnectionListener } from '../../../agent/sessions/connection.ts';
import { FrameReader, type ServerFrame } from '../../../agent/testing/frame-reader.ts';
import { WebSocketConnection, type ViewerSocket } from '../../../agent/transports/web-socket-connection.ts';
import { decodeServerFrame } from '../../../shared/client/server-frames.ts';
import type { FrameDecoder, TransportConnection, TransportEvents } from '../../../shared/client/transport.ts';
import { SUBPROTOCOL_MSGPACK } from '../../../shared/protocol/constants.ts';
import { MessagePackDecoder } from '../../../shared/protocol/msgpack-decoder.ts';
import type { Clock } from '../../../shared/clock.ts';
import { Continuity } from './continuity.ts';
import type { Tongue } from './dialect.ts';
import { MemorySocket } from './memory-socket.ts';

/** RFC 6455, section 5.2. */
const OPCODES = { text: 1, ping: 9 } as const;
/** More bytes than this on their way to the client, and the rest waits in the agent: little, so that clients are often too slow. Binary frames are smaller. */
const MOST_ON_THE_WAY = { text: 1024, binary: 256 } as const;
/** More than the agent lets wait (FC-3), and less than it gives up a client for. */
const TOO_MUCH_BYTES = 17 * 1024;

/** What is wrong with all links; may change at any time. */
export interface LinkFaults {
  /** Nothing moves, and nothing is lost. */
  isStalled: boolean;
  latencyMs: number;
  /** Time that the client takes for each frame. */
  readingMs: number;
}

type Delivery = () => void;

export interface MemoryLinkOptions {
  readonly clock: Clock;
  readonly faults: LinkFaults;
  readonly tongue: Tongue;
  /** Of the client. */
  readonly events: TransportEvents;
  /** Called for a sample that does not follow the one before. */
  readonly broken: (flaw: string) => void;
  readonly ended: () => void;
}

/**
 * One connection between a client and an agent in the same process: two queues on a clock, with faults. The agent's end is that of its WebSockets, but for the
 * socket.
 */
export class MemoryLink {
  /** The agent's end. */
  readonly connection: WebSocketConnection;
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
  readonly #continuity: Continuity;
  readonly #reader: FrameDecoder;
  readonly #frames = new FrameReader();
  readonly #socket: MemorySocket;
  readonly #mostOnTheWay: number;
  #onTheWay = 0;
  #isSwallowing = false;
  #hasClientEnded = false;
  #hasAgentEnded = false;
  readonly #cancels = new Set<() => void>();

  constructor({ clock, faults, tongue, events, broken, ended }: MemoryLinkOptions) {
    this.#clock = clock;
    this.#faults = faults;
    this.#tongue = tongue;
    this.#events = events;
    this.#ended = ended;
    this.#continuity = new Continuity(broken);
    // There is no handshake.
    this.#frames.head = 'opened';
    this.#reader = new MessagePackDecoder();
    this.#mostOnTheWay = MOST_ON_THE_WAY[tongue.protocol === SUBPROTOCOL_MSGPACK ? 'binary' : 'text'];
    this.#socket = new MemorySocket(tongue.protocol, {
      write: (bytes) => this.#write(bytes),
      close: (code, reason) => {
        this.#queue(this.#down, () => this.#endClient(code, reason));
        this.#after(0, () => this.#endAgent());
      },
      terminate: () => {
        this.#queue(this.#down, () => this.#endClient(1006, ''));
        this.#after(0, () => this.#endAgent());
      },
    });
    this.connection = new WebSocketConnection(
      this.#socket as unknown as ViewerSocket,
      this.#socket as unknown as Socket,
      () => 0.5,
    );
    this.client = {
      canSend: true,
      send: (text) => {
        const message = tongue.write(text);
        this.#queue(this.#up, () => this.#listener?.received(message));
      },
      renew: () => {},
      close: () => {
        this.#queue(this.#up, () => this.#endAgent());
        this.#after(0, () => this.#endClient(1005, ''));
      },
    };
  }

  /** Both ends are there from now on. */
  open(listener: ConnectionListener): void {
    this.#listener = listener;
    this.connection.listener = listener;
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
  }

  /** The faults have changed. */
  wake(): void {
    this.#pump(this.#down);
    this.#pump(this.#up);
  }

  #write(bytes: Uint8Array): void {
    this.#move(bytes.length);
    this.#queue(this.#down, () => {
      this.#move(-bytes.length);
      for (const frame of this.#frames.read(Buffer.from(bytes)))
        if (!this.#hasClientEnded) this.#deliver(frame);
      if (this.#socket.writableLength === 0) this.#socket.emit('drain');
    });
  }

  #move(bytes: number): void {
    this.#onTheWay += bytes;
    this.#socket.writableLength = this.#onTheWay > this.#mostOnTheWay ? TOO_MUCH_BYTES : 0;
  }

  #deliver({ opcode, payload }: ServerFrame): void {
    if (opcode === OPCODES.ping) this.#queue(this.#up, () => this.#socket.emit('pong', payload));
    else if (opcode === OPCODES.text) this.#receive(this.#tongue.read(payload.toString()));
    else this.#receive(payload);
  }

  #receive(frame: string | Uint8Array): void {
    for (const message of decodeServerFrame(frame, this.#reader)) this.#continuity.hear(message);
    this.#events.received(frame);
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
    this.#socket.closed();
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
