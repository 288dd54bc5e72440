/** A frame of a WebSocket server (RFC 6455), whole and unmasked. */
export interface ServerFrame {
  readonly opcode: number;
  readonly payload: Buffer;
  /** With its header. */
  readonly bytes: number;
}

/** Takes apart what a server sends, in pieces of any size: the answer to the handshake, then frames. */
export class FrameReader {
  /** The head of the answer to the handshake; `''` before it has come. */
  head = '';
  #rest = Buffer.alloc(0);

  *read(bytes: Buffer): Generator<ServerFrame, void> {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    if (this.head === '') {
      const end = this.#rest.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.head = this.#rest.subarray(0, end).toString();
      this.#rest = this.#rest.subarray(end + 4);
    }
    for (let frame = this.#next(); frame !== null; frame = this.#next()) yield frame;
  }

  #next(): ServerFrame | null {
    const rest = this.#rest;
    const [first = 0, short = 0] = rest;
    const begin = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (rest.length < begin) return null;
    const length = begin === 2 ? short : begin === 4 ? rest.readUInt16BE(2) : Number(rest.readBigUInt64BE(2));
    const bytes = begin + length;
    if (rest.length < bytes) return null;
    this.#rest = rest.subarray(bytes);
    return { opcode: first & 0x0f, payload: rest.subarray(begin, bytes), bytes };
  }
}
