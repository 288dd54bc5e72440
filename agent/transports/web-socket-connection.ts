import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { SUBPROTOCOL_MSGPACK } from '../../shared/protocol/constants.ts';
import { CLOSE_CODES } from '../../shared/protocol/close-codes.ts';
import type { Connection, ConnectionListener } from '../sessions/connection.ts';
import type { Frame, WireFormat } from '../sessions/frame.ts';
import { FlowControlWindow } from './flow-control-window.ts';

/** Stop sending samples while more waits in the process (FC-3). */
const MAX_BUFFERED_BYTES = 16 * 1024;
/** Answers are never skipped: close a client that keeps asking without reading, before they fill the memory. */
const MAX_BUFFERED_ANSWER_BYTES = 64 * 1024;
/** HB-1: 30 s ± 10 %. */
const HEARTBEAT_ROUNDS = { least: 27, spread: 7 };

/**
 * One WebSocket with flow control and liveness checks. Encoded frames go directly to the TCP socket, the same bytes to every client. Without
 * compression ws writes pings, pongs and close frames synchronously too, so the order is kept.
 */
export class WebSocketConnection implements Connection {
  readonly format: WireFormat;
  readonly #webSocket: WebSocket;
  readonly #socket: Socket;
  readonly #random: () => number;
  readonly #window = new FlowControlWindow();
  #listener: ConnectionListener | null = null;
  #isBlocked = false;
  #roundsToHeartbeat: number;
  #isHeartbeatUnanswered = false;

  /** @param random in [0, 1): spreads the heartbeats of many connections */
  constructor(webSocket: WebSocket, socket: Socket, random: () => number) {
    this.format = webSocket.protocol === SUBPROTOCOL_MSGPACK ? 'msgpack' : 'json';
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#random = random;
    this.#roundsToHeartbeat = this.#heartbeatRounds();
    webSocket.on('pong', (payload: Buffer) => {
      this.#isHeartbeatUnanswered = false;
      if (this.#window.pong(payload.toString('latin1'))) this.#ping();
      this.#drain();
    });
    socket.on('drain', () => this.#drain());
  }

  /** Sets the listener for `drained`. */
  listen(listener: ConnectionListener): void {
    this.#listener = listener;
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
    this.#roundsToHeartbeat -= 1;
    if (this.#roundsToHeartbeat > 0) return;
    if (this.#isHeartbeatUnanswered) {
      this.#webSocket.terminate();
      return;
    }
    this.#roundsToHeartbeat = this.#heartbeatRounds();
    this.#isHeartbeatUnanswered = true;
    if (!this.#window.isWaiting) this.#ping();
  }

  #ping(): void {
    this.#webSocket.ping(this.#window.ping());
  }

  #drain(): void {
    if (this.#isBlocked && this.canSend()) this.#listener?.drained();
  }

  #closeSlowConsumer(): void {
    this.close(CLOSE_CODES.slowConsumer, 'This client does not read what it is sent');
  }

  #heartbeatRounds(): number {
    return HEARTBEAT_ROUNDS.least + Math.floor(this.#random() * HEARTBEAT_ROUNDS.spread);
  }
}
