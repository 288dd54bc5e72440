import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LiveServer } from '../testing/live-server.ts';
import { HANDSHAKE_LINES, head, sendRaw } from '../testing/raw-request.ts';

const STREAM = `/metrics/sse?${new URLSearchParams({ subscriptions: '[{"metrics":["cpu"]}]' }).toString()}`;
const POLL = '{"subscriptions":[{"metrics":["cpu"]}],"waitMs":0}';
/** Offers of HTTP/2, as `curl --http2` and Java send them, and of other protocols. */
const UPGRADES = [
  ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA'],
  ['Connection: upgrade', 'Upgrade: TLS/1.0'],
  ['Connection: upgrade', 'Upgrade: websocket'],
];

/** Metrics of a host with a long catalogue. */
const MANY = ['cpu', ...Array.from({ length: 500 }, (_, index) => `disk.read.d${index}`)];

let server: LiveServer;
let socket: Socket;
let text: string;

beforeEach(async () => {
  server = await new LiveServer().start();
  socket = connect(server.port, '127.0.0.1');
  text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(socket, 'connect');
});

afterEach(async () => {
  socket.destroy();
  await server.assertAlive();
  await server.stop();
});

const host = (): string => `Host: 127.0.0.1:${server.port}`;
const answers = (): number => text.split('HTTP/1.1 200 OK').length - 1;

describe.each(UPGRADES)('an unsupported upgrade (%s, %s) is ignored:', (...upgrade) => {
  const lines = upgrade.filter((line) => line !== undefined);

  it('events continue after a welcome larger than the socket buffer', async () => {
    server.publishNew(MANY);
    socket.write(head(STREAM, [host(), ...lines]));
    await expect.poll(() => text.length).toBeGreaterThan(32 * 1024);
    for (const seq of [2, 3, 4]) {
      server.publishNew(MANY);
      await expect.poll(() => text).toContain(`"seq":${seq}`);
    }
  });

  it('a poll is answered, with any body encoding, and the connection stays open', async () => {
    server.publish();
    const length = `Content-Length: ${POLL.length}`;
    socket.write(head('/metrics/poll', [host(), ...lines, length], 'POST') + POLL);
    await expect.poll(answers).toBe(1);
    socket.write(head('/metrics/poll', [host(), ...lines, length], 'POST') + POLL.slice(0, 9));
    socket.write(POLL.slice(9));
    await expect.poll(answers).toBe(2);
    const chunked = `${POLL.length.toString(16)}\r\n${POLL}\r\n0\r\n\r\n`;
    socket.write(head('/metrics/poll', [host(), ...lines, 'Transfer-Encoding: chunked'], 'POST') + chunked);
    await expect.poll(answers).toBe(3);
    socket.write(head('/healthz', [host(), ...lines]));
    await expect.poll(answers).toBe(4);
    expect(socket.destroyed).toBe(false);
  });
});

describe('a handshake for a WebSocket', () => {
  it.each([
    [400, '/metrics', 'GET', ['Sec-WebSocket-Protocol: another.v9']],
    [405, '/metrics', 'POST', []],
    [404, '/metric', 'GET', []],
    [200, '/healthz', 'GET', []],
  ])('that is malformed is answered over HTTP (%i: %s, %s, %j)', async (status, target, method, lines) => {
    const request = head(target, [host(), ...HANDSHAKE_LINES, ...lines], method);
    socket.write(request);
    await expect.poll(() => text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(server.hub.sessionCount).toBe(0);
  });

  it('is recognized in any letter case, and with a query', async () => {
    const lines = HANDSHAKE_LINES.map((line) => line.replace('Upgrade: websocket', 'upgrade: WebSocket'));
    socket.write(head('/metrics?a=1', [host(), ...lines]));
    await expect.poll(() => text).toMatch(/^HTTP\/1\.1 101 /);
  });

  it('cannot use CONNECT', async () => {
    const { status } = await sendRaw(server.port, head('/metrics', [host(), ...HANDSHAKE_LINES], 'CONNECT'));
    expect(status).toBe(0);
  });
});
