/** Parses the bytes received over a raw connection. */

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  readonly isStream: boolean;
  readonly bytes: number;
}

/** The first answer in `received`, `null` until it is complete. Ends after the first event of a stream. */
export function readHttpAnswer(received: Buffer): HttpAnswer | null {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const head = received.subarray(0, headEnd).toString('latin1');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0);
  const begin = headEnd + 4;
  const rest = received.subarray(begin);
  if (/^content-type: text\/event-stream/im.test(head)) {
    const isBegun = rest.includes('data: ');
    return isBegun ? { status, body: rest.toString(), isStream: true, bytes: received.length } : null;
  }
  const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
  if (rest.length < length) return null;
  return { status, body: rest.subarray(0, length).toString(), isStream: false, bytes: begin + length };
}

/** The status of an answer without a body, as to HEAD; `null` if there is none. */
export function readStatus(received: Buffer): number | null {
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(received.subarray(0, 13).toString('latin1'))?.[1];
  return status === undefined ? null : Number(status);
}

export interface ServerFrame {
  readonly opcode: number;
  readonly payload: Buffer;
  readonly bytes: number;
}

/** The first server frame in `received` (RFC 6455, section 5.2), `null` until it is complete. */
export function readServerFrame(received: Buffer): ServerFrame | null {
  const [first = 0, short = 0] = received;
  const begin = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (received.length < begin) return null;
  const length =
    short < 126 ? short : short === 126 ? received.readUInt16BE(2) : Number(received.readBigUInt64BE(2));
  if (received.length < begin + length) return null;
  return { opcode: first & 0x0f, payload: received.subarray(begin, begin + length), bytes: begin + length };
}
