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

/** A WebSocket frame of a server. */
export interface ServerFrame {
  readonly kind: 'text' | 'binary' | 'ping';
  readonly payload: Buffer;
}

/** The frames in some bytes (RFC 6455, section 5.2), all of them whole and not masked. */
export function* framesIn(bytes: Uint8Array): Generator<ServerFrame, void> {
  let rest = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  while (rest.length > 0) {
    const opcode = rest.readUInt8(0) & 0x0f;
    const short = rest.readUInt8(1);
    const [begin, length] =
      short < 126
        ? [2, short]
        : short === 126
          ? [4, rest.readUInt16BE(2)]
          : [10, Number(rest.readBigUInt64BE(2))];
    const kind = opcode === 9 ? 'ping' : opcode === 2 ? 'binary' : 'text';
    yield { kind, payload: rest.subarray(begin, begin + length) };
    rest = rest.subarray(begin + length);
  }
}
