import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { CONNECTION_BROKEN } from '../../shared/protocol/close-codes.ts';
import { HANDSHAKE_LINES, head } from './raw-request.ts';

/** RFC 6455, section 5.2. */
export const OPCODES = {
  continuation: 0,
  text: 1,
  binary: 2,
  reserved: 3,
  close: 8,
  ping: 9,
  pong: 10,
} as const;

export interface FrameOptions {
  readonly isFinal?: boolean;
  readonly isMasked?: boolean;
  /** Reserved bit 1, used by compression. */
  readonly rsv1?: boolean;
  /** Length in the header, instead of the true one. */
  readonly claimedBytes?: bigint;
}

/** A client frame, masked with zeros; valid unless `options` say otherwise. */
export function frame(
  opcode: number,
  payload: string | Buffer = '',
  { isFinal = true, isMasked = true, rsv1 = false, claimedBytes }: FrameOptions = {},
): Buffer {
  const body = Buffer.from(payload);
  const first = (isFinal ? 0x80 : 0) + (rsv1 ? 0x40 : 0) + opcode;
  const mask = isMasked ? 0x80 : 0;
  const bytes = claimedBytes ?? BigInt(body.length);
  let length = Buffer.from([mask + Number(bytes < 126n ? bytes : 126n)]);
  if (bytes >= 65_536n) {
    length = Buffer.concat([Buffer.from([mask + 127]), Buffer.alloc(8)]);
    length.writeBigUInt64BE(bytes, 1);
  } else if (bytes >= 126n) {
    length = Buffer.concat([length, Buffer.alloc(2)]);
    length.writeUInt16BE(Number(bytes), 1);
  }
  return Buffer.concat([Buffer.from([first]), length, Buffer.alloc(isMasked ? 4 : 0), body]);
}

/** A WebSocket client for which the test chooses every byte. */
export class RawWebSocket {
  readonly socket: Socket;
  /** Code of the received close frame; 1006 if there was none. */
  readonly closed: Promise<number>;
  /** Head of the server's handshake answer. */
  answer = '';
  #received = Buffer.alloc(0);

  private constructor(port: number, lines: readonly string[]) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('error', () => {});
    this.socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
    });
    this.socket.write(head('/metrics', [`Host: 127.0.0.1:${port}`, ...HANDSHAKE_LINES, ...lines]));
    this.closed = new Promise((resolve) => {
      this.socket.on('close', () => resolve(this.#closeCode()));
    });
  }

  static async connect(port: number, ...lines: string[]): Promise<RawWebSocket> {
    const raw = new RawWebSocket(port, lines);
    while (!raw.#received.includes('\r\n\r\n')) await once(raw.socket, 'data');
    const end = raw.#received.indexOf('\r\n\r\n') + 4;
    raw.answer = raw.#received.subarray(0, end).toString();
    raw.#received = raw.#received.subarray(end);
    return raw;
  }

  send(...args: Parameters<typeof frame>): void {
    this.socket.write(frame(...args));
  }

  #closeCode(): number {
    let rest = this.#received;
    while (rest.length >= 4) {
      const [first = 0, short = 0] = rest;
      const begin = short < 126 ? 2 : 4;
      const length = short < 126 ? short : rest.readUInt16BE(2);
      if ((first & 0x0f) === OPCODES.close) return rest.readUInt16BE(begin);
      rest = rest.subarray(begin + length);
    }
    return CONNECTION_BROKEN;
  }
}
