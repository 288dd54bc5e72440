import { EventEmitter } from 'node:events';
import type { SeatHolder } from '../../../agent/sessions/connection.ts';

/** The agent's end of a link. */
export interface SocketEnd {
  /** @param bytes whole WebSocket frames */
  write(bytes: Uint8Array): void;
  close(code: number, reason: string): void;
  /** Ends it without a word. */
  terminate(): void;
}

const [OPEN, CLOSING, CLOSED] = [1, 2, 3];
const FINAL_PING = 0x89;

/** What a `WebSocketConnection` uses of a WebSocket and of the TCP socket below it. Emits `pong` and `drain`. */
export class MemorySocket extends EventEmitter {
  readonly OPEN = OPEN;
  readonly protocol: string;
  readyState = OPEN;
  holder: SeatHolder | null = null;
  /** Bytes that the kernel has not taken. */
  writableLength = 0;
  readonly #end: SocketEnd;

  constructor(protocol: string, end: SocketEnd) {
    super();
    this.protocol = protocol;
    this.#end = end;
  }

  write(bytes: Uint8Array): boolean {
    this.#end.write(bytes);
    return true;
  }

  ping(payload: string): void {
    this.write(Buffer.from(String.fromCharCode(FINAL_PING, payload.length) + payload, 'latin1'));
  }

  close(code: number, reason: string): void {
    this.holder?.stand();
    if (this.readyState !== OPEN) return;
    this.readyState = CLOSING;
    this.#end.close(code, reason);
  }

  terminate(): void {
    this.readyState = CLOSED;
    this.#end.terminate();
  }

  /** The connection is gone. */
  closed(): void {
    this.readyState = CLOSED;
  }
}
