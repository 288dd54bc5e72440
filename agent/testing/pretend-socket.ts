import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { decodeServerFrame } from '../../shared/client/server-frames.ts';
import type { SeatHolder } from '../sessions/connection.ts';
import type { ViewerSocket } from '../transports/web-socket-connection.ts';
import type { Message } from './live-clients.ts';

const OPCODE = 0x0f;
const PING = 9;
const LENGTH_IN_16_BITS = 126;

/** What has come through, in order: a message, or a ping with its payload. */
export type Arrival = { readonly message: Message } | { readonly ping: string };

/**
 * Both ends of a WebSocket without a network, its `ws` and its TCP socket in one object, for tests that have thousands of moments to look at. It answers pings at
 * once, unless told not to, and takes everything, unless it is full.
 */
export class PretendSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  readonly protocol = 'metrics-panel.v1';
  holder: SeatHolder | null = null;
  writableLength = 0;
  /** `writableLength` before the last write. */
  lengthBefore = 0;
  readonly closes: number[] = [];
  /** Bytes of all messages so far, as frames. */
  sentBytes = 0;
  /** The count that the client acknowledged last. */
  acknowledgedBytes = 0;
  #isAnswering = true;
  #isFull = false;
  #unanswered: string[] = [];
  readonly #arrived: (arrival: Arrival, socket: PretendSocket) => void;

  /** @param arrived called with everything that comes, before it counts */
  constructor(arrived: (arrival: Arrival, socket: PretendSocket) => void) {
    super();
    this.#arrived = arrived;
  }

  /** For `WebSocketConnection`. */
  get ends(): [ViewerSocket, Socket] {
    return [this as unknown as ViewerSocket, this as unknown as Socket];
  }

  write(bytes: Buffer): boolean {
    if (this.readyState !== this.OPEN) throw new Error('a frame after the close frame');
    this.lengthBefore = this.writableLength;
    if (this.#isFull) this.writableLength += bytes.length;
    for (let at = 0; at < bytes.length;) at += this.#take(bytes.subarray(at));
    return this.writableLength < 16 * 1024;
  }

  ping(payload: string): void {
    this.#pinged(payload);
  }

  close(code: number): void {
    this.holder?.stand();
    this.readyState = 2;
    this.closes.push(code);
  }

  terminate(): void {
    this.close(1006);
  }

  /** Whether pings are answered; those that were not are answered as soon as it is true. */
  set isAnswering(isAnswering: boolean) {
    this.#isAnswering = isAnswering;
    if (isAnswering) for (const payload of this.#unanswered.splice(0)) this.#answer(payload);
  }

  /** Whether the kernel takes nothing more. */
  set isFull(isFull: boolean) {
    this.#isFull = isFull;
    if (isFull) return;
    this.writableLength = 0;
    this.emit('drain');
  }

  get isWaiting(): boolean {
    return this.#unanswered.length > 0;
  }

  /** Reads one frame. Returns its length. */
  #take(bytes: Buffer): number {
    const short = bytes[1] ?? 0;
    const begin = short < LENGTH_IN_16_BITS ? 2 : 4;
    const length = begin + (short < LENGTH_IN_16_BITS ? short : bytes.readUInt16BE(2));
    const text = bytes.toString('utf8', begin, length);
    if (((bytes[0] ?? 0) & OPCODE) === PING) this.#pinged(text);
    else {
      for (const message of decodeServerFrame(text)) this.#arrived({ message }, this);
      this.sentBytes += length;
    }
    return length;
  }

  #pinged(payload: string): void {
    this.#arrived({ ping: payload }, this);
    if (this.#isAnswering) this.#answer(payload);
    else this.#unanswered.push(payload);
  }

  /** In a later task, as over a network. */
  #answer(payload: string): void {
    this.#unanswered.push(payload);
    setImmediate(() => {
      this.#unanswered = this.#unanswered.filter((one) => one !== payload);
      this.acknowledgedBytes = Number(payload);
      this.emit('pong', Buffer.from(payload));
    });
  }
}
