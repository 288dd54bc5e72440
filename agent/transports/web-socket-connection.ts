import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { SUBPROTOCOL_MSGPACK } from '../../shared/protocol/constants.ts';
import { CLOSE_CODES } from '../../shared/protocol/close-codes.ts';
import {
  MAX_BUFFERED_BYTES,
  type Connection,
  type ConnectionListener,
  type Meter,
  type Pipe,
  type Seat,
  type SeatHolder,
} from '../sessions/connection.ts';
import type { Frame, WireFormat } from '../sessions/frame.ts';
import { FlowControlWindow } from './flow-control-window.ts';

/** Answers are never skipped: close a client that keeps asking without reading, before they fill the memory. */
const MAX_BUFFERED_ANSWER_BYTES = 64 * 1024;
/** HB-1: 30 s ± 10 %. */
const HEARTBEAT_ROUNDS = { least: 27, spread: 7 };

/** RFC 6455, section 5.2: FIN and the opcode of a ping. */
const FINAL_PING = 0x89;

/** A WebSocket that leaves its cohort before it closes, whoever begins: nothing follows a close frame (RFC 6455, section 5.5.1). */
export class ViewerSocket extends WebSocket {
  holder: SeatHolder | null = null;
  connection: WebSocketConnection | null = null;

  override close(code?: number, data?: string | Buffer): void {
    this.holder?.stand();
    super.close(code, data);
  }
}

/**
 * One WebSocket with flow control and liveness checks. Encoded frames go directly to the TCP socket, the same bytes to every client. Without
 * compression ws writes pings, pongs and close frames synchronously too, so the order is kept.
 */
export class WebSocketConnection implements Connection, Seat {
  readonly format: WireFormat;
  readonly #webSocket: ViewerSocket;
  readonly #socket: Socket;
  readonly #random: () => number;
  readonly #window = new FlowControlWindow();
  /** `null` until there is one. */
  listener: ConnectionListener | null = null;
  #isBlocked = false;
  /** The round, as the window counts, in which the next ping is due. */
  #heartbeatRound: number;
  #isHeartbeatUnanswered = false;

  /** @param random in [0, 1): spreads the heartbeats of many connections */
  constructor(webSocket: ViewerSocket, socket: Socket, random: () => number) {
    this.format = webSocket.protocol === SUBPROTOCOL_MSGPACK ? 'msgpack' : 'json';
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#random = random;
    this.#heartbeatRound = this.#heartbeatRounds();
    webSocket.connection = this;
    webSocket.on('pong', tellPong);
    socket.on('drain', () => this.#drain());
  }

  /** Called when the peer has answered a ping. */
  pong(payload: string): void {
    this.#isHeartbeatUnanswered = false;
    if (this.#window.pong(payload)) this.#ping();
    this.#drain();
  }

  canSend(): boolean {
    this.#isBlocked = !(this.#window.isOpen && this.#socket.writableLength <= MAX_BUFFERED_BYTES);
    return !this.#isBlocked;
  }

  send(frame: Frame): void {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return;
    // Checked before the write: a single answer, such as the catalogue of a large host, may exceed the limit.
    if (this.#socket.writableLength > MAX_BUFFERED_ANSWER_BYTES) {
      this.#closeSlowConsumer();
      return;
    }
    const wire = frame.wire(this.format);
    this.#socket.write(wire);
    if (this.#window.sent(wire.length)) this.#ping();
  }

  close(code: number, reason: string): void {
    this.#webSocket.close(code, reason);
  }

  round(): void {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return;
    this.#window.round();
    if (this.#window.isExhausted) {
      this.#closeSlowConsumer();
      return;
    }
    if (this.roundsToPing > 0) return;
    if (this.#isHeartbeatUnanswered) {
      this.#webSocket.terminate();
      return;
    }
    this.#beginHeartbeat(this.#heartbeatRounds());
    if (!this.#window.isWaiting) this.#ping();
  }

  get seat(): Seat {
    return this;
  }

  get pipe(): Pipe {
    return this.#socket;
  }

  get isFree(): boolean {
    return this.#webSocket.readyState === this.#webSocket.OPEN && !this.#window.isWaiting && this.canSend();
  }

  get roundsToPing(): number {
    return this.#heartbeatRound - this.#window.rounds;
  }

  get isWaiting(): boolean {
    return this.#window.isWaiting;
  }

  get hasRoomForTurn(): boolean {
    return this.#window.hasRoomForTurn;
  }

  take(meter: Meter, holder: SeatHolder): void {
    this.#window.attach(meter);
    this.#webSocket.holder = holder;
  }

  leave(): void {
    this.#webSocket.holder = null;
    this.#window.detach();
  }

  ping(): Uint8Array {
    // Turns are spread already. One that does not read is told so (FC-3) before it counts as gone.
    this.#beginHeartbeat(HEARTBEAT_ROUNDS.least + HEARTBEAT_ROUNDS.spread - 1);
    const payload = this.#window.ping();
    return Buffer.from(String.fromCharCode(FINAL_PING, payload.length) + payload, 'latin1');
  }

  /** @param rounds until the next one */
  #beginHeartbeat(rounds: number): void {
    this.#heartbeatRound = this.#window.rounds + rounds;
    this.#isHeartbeatUnanswered = true;
  }

  #ping(): void {
    this.#webSocket.ping(this.#window.ping());
  }

  #drain(): void {
    if (this.#isBlocked && this.canSend()) this.listener?.drained();
  }

  #closeSlowConsumer(): void {
    this.close(CLOSE_CODES.slowConsumer, 'This client does not read what it is sent');
  }

  #heartbeatRounds(): number {
    return HEARTBEAT_ROUNDS.least + Math.floor(this.#random() * HEARTBEAT_ROUNDS.spread);
  }
}

/** For listeners, which are the same functions for all sockets: thousands of viewers keep none of their own. */
export function connectionOf(webSocket: WebSocket): WebSocketConnection | null {
  const connection: unknown = 'connection' in webSocket ? webSocket.connection : null;
  return connection instanceof WebSocketConnection ? connection : null;
}

function tellPong(this: WebSocket, payload: Buffer): void {
  connectionOf(this)?.pong(payload.toString('latin1'));
}
