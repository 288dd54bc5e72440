import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { CLOSE_CODES } from '../../shared/protocol/close-codes.ts';
import type { Connection, ConnectionListener } from '../sessions/connection.ts';
import type { Frame } from '../sessions/frame.ts';
import { PingCredit } from './ping-credit.ts';

/** More than this in our own buffers: skip (FC-3). */
const MAX_BUFFERED_BYTES = 16 * 1024;
/** Answers are not skipped, so a client that asks and does not read is given up before they fill the memory. */
const MAX_BUFFERED_ANSWER_BYTES = 64 * 1024;
/** HB-1: 30 s ± 10 %. */
const HEARTBEAT_ROUNDS = { least: 27, spread: 7 };

/**
 * One WebSocket with its flow control and its liveness. Frames are written to the TCP socket as they are, the same bytes to every
 * client; that keeps its order with what ws writes (pings, pongs, close), which without compression it writes at once, too.
 */
export class WebSocketConnection implements Connection {
  readonly #webSocket: WebSocket;
  readonly #socket: Socket;
  readonly #random: () => number;
  readonly #credit = new PingCredit();
  #listener: ConnectionListener | null = null;
  #isBlocked = false;
  #roundsToHeartbeat: number;
  #isHeartbeatUnanswered = false;

  /** @param random in [0, 1): spreads the heartbeats of many connections */
  constructor(webSocket: WebSocket, socket: Socket, random: () => number) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#random = random;
    this.#roundsToHeartbeat = this.#heartbeatRounds();
    webSocket.on('pong', (payload: Buffer) => {
      this.#isHeartbeatUnanswered = false;
      if (this.#credit.answered(payload.toString('latin1'))) this.#ping();
      this.#drain();
    });
    socket.on('drain', () => this.#drain());
  }

  /** Who is told when the client has drained. */
  listen(listener: ConnectionListener): void {
    this.#listener = listener;
  }

  canSend(): boolean {
    this.#isBlocked = !(this.#credit.isOpen && this.#socket.writableLength <= MAX_BUFFERED_BYTES);
    return !this.#isBlocked;
  }

  send({ wire }: Frame): void {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return;
    // Before the write: one answer alone, such as the catalogue of a large host, may be longer.
    if (this.#socket.writableLength > MAX_BUFFERED_ANSWER_BYTES) {
      this.#giveUp();
      return;
    }
    this.#socket.write(wire);
    if (this.#credit.sent(wire.length)) this.#ping();
  }

  close(code: number, reason: string): void {
    this.#webSocket.close(code, reason);
  }

  round(): void {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return;
    this.#credit.round();
    if (this.#credit.isExhausted) {
      this.#giveUp();
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
    if (!this.#credit.isWaiting) this.#ping();
  }

  #ping(): void {
    this.#webSocket.ping(this.#credit.ask());
  }

  #drain(): void {
    if (this.#isBlocked && this.canSend()) this.#listener?.drained();
  }

  #giveUp(): void {
    this.close(CLOSE_CODES.slowConsumer, 'This client does not read what it is sent');
  }

  #heartbeatRounds(): number {
    return HEARTBEAT_ROUNDS.least + Math.floor(this.#random() * HEARTBEAT_ROUNDS.spread);
  }
}
