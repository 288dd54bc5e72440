import { connect } from 'node:net';

export interface RawAnswer {
  /** 0 if the connection was closed without an answer. */
  readonly status: number;
  readonly text: string;
  /** Duration of the connection. */
  readonly afterMs: number;
}

/** Sends bytes to a port of 127.0.0.1 and reads until the server closes. */
export function sendRaw(port: number, bytes: string, localAddress = '127.0.0.1'): Promise<RawAnswer> {
  return new Promise((resolve) => {
    let text = '';
    let startMs = performance.now();
    const socket = connect({ port, host: '127.0.0.1', localAddress }, () => {
      startMs = performance.now();
      socket.write(bytes, 'latin1');
    });
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1] ?? 0);
      resolve({ status, text, afterMs: performance.now() - startMs });
    });
  });
}

/** The head of a request with exactly these header lines. */
export function head(target: string, headers: readonly string[], method = 'GET'): string {
  return [`${method} ${target} HTTP/1.1`, ...headers, '', ''].join('\r\n');
}

/** Header lines of a valid WebSocket handshake, without Host. */
export const HANDSHAKE_LINES = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
] as const;
