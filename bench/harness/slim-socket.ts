import { connect, type Socket } from 'node:net';

/** All sockets of the process read into the same buffer: its content is valid during the callback only. */
const CHUNK = Buffer.allocUnsafeSlow(64 * 1024);
/** Any 16 bytes will do (RFC 6455, section 4.1): the server's answer to them is not checked. */
const KEY = Buffer.from('metrics-panel-01').toString('base64');

const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
const FINAL = 0x80;
const MASKED = 0x80;
const NO_STATUS = 1005;
const ABNORMAL = 1006;

export interface SlimSocketOptions {
  readonly port: number;
  /** `null`: the server speaks frames without a handshake. */
  readonly path: string | null;
  readonly protocol?: string;
  opened(socket: SlimSocket): void;
  /** @param payload valid during this call only */
  message(payload: Buffer, socket: SlimSocket): void;
  /** @param code of the server's close frame, 1006 where there was none */
  closed(code: number): void;
}

/**
 * A WebSocket client (RFC 6455) cheap enough to run ten thousand beside the server under test: one shared buffer, no copies,
 * fragments or extensions, short outgoing messages. Answers pings, as every client must.
 */
export class SlimSocket {
  /** Of all sockets of this process, handshakes and pings included. */
  static receivedBytes = 0;
  readonly #options: SlimSocketOptions;
  readonly #socket: Socket;
  #isOpen = false;
  #rest: Buffer | null = null;
  #code = ABNORMAL;

  constructor(options: SlimSocketOptions) {
    this.#options = options;
    const { port, path, protocol } = options;
    this.#socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: CHUNK,
        callback: (length, bytes) => {
          SlimSocket.receivedBytes += length;
          this.#read((bytes as Buffer).subarray(0, length));
          return true;
        },
      },
    });
    this.#socket.on('connect', () => {
      if (path === null) this.#open();
      else this.#socket.write(handshake(path, port, protocol));
    });
    // 'close' follows.
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => options.closed(this.#code));
  }

  send(text: string): void {
    this.#frame(TEXT, Buffer.from(text));
  }

  sendBytes(bytes: Uint8Array): void {
    this.#frame(BINARY, bytes);
  }

  /** Cuts the connection without a close frame. */
  destroy(): void {
    this.#socket.destroy();
  }

  #open(): void {
    this.#isOpen = true;
    this.#options.opened(this);
  }

  #read(chunk: Buffer): void {
    let bytes = this.#rest === null ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = null;
    if (!this.#isOpen) {
      const end = bytes.indexOf('\r\n\r\n');
      if (end < 0) {
        this.#rest = Buffer.from(bytes);
        return;
      }
      if (!bytes.subarray(0, 12).equals(Buffer.from('HTTP/1.1 101'))) {
        this.destroy();
        return;
      }
      bytes = bytes.subarray(end + 4);
      this.#open();
    }
    const at = this.#readFrames(bytes);
    if (at < bytes.length) this.#rest = Buffer.from(bytes.subarray(at));
  }

  /** Returns the offset of the first incomplete frame. */
  #readFrames(bytes: Buffer): number {
    let at = 0;
    while (bytes.length - at >= 2) {
      let length = (bytes[at + 1] ?? 0) & 0x7f;
      let header = 2;
      if (length === 126) {
        header = 4;
        if (bytes.length - at < header) break;
        length = bytes.readUInt16BE(at + 2);
      } else if (length === 127) {
        header = 10;
        if (bytes.length - at < header) break;
        length = Number(bytes.readBigUInt64BE(at + 2));
      }
      const end = at + header + length;
      if (end > bytes.length) break;
      this.#took((bytes[at] ?? 0) & 0x0f, bytes.subarray(at + header, end));
      at = end;
    }
    return at;
  }

  #took(opcode: number, payload: Buffer): void {
    if (opcode === TEXT || opcode === BINARY) this.#options.message(payload, this);
    else if (opcode === PING) this.#frame(PONG, payload);
    else if (opcode === CLOSE) {
      this.#code = payload.length >= 2 ? payload.readUInt16BE(0) : NO_STATUS;
      this.#frame(CLOSE, payload);
      this.#socket.end();
    }
  }

  #frame(opcode: number, payload: Uint8Array): void {
    const isShort = payload.length < 126;
    const bytes = Buffer.alloc((isShort ? 6 : 8) + payload.length);
    bytes[0] = FINAL | opcode;
    bytes[1] = MASKED | (isShort ? payload.length : 126);
    if (!isShort) bytes.writeUInt16BE(payload.length, 2);
    // The mask is zero, so the payload stays as it is.
    bytes.set(payload, bytes.length - payload.length);
    this.#socket.write(bytes);
  }
}

function handshake(path: string, port: number, protocol: string | undefined): string {
  const offer = protocol === undefined ? '' : `Sec-WebSocket-Protocol: ${protocol}\r\n`;
  return `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${KEY}\r\nSec-WebSocket-Version: 13\r\n${offer}\r\n`;
}
