import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { createApp, requestListener } from '../http/app.ts';
import { close, createHttpServer, listen } from '../http/server.ts';
import { capturedLog } from '../testing/captured-log.ts';
import { ask, HANDSHAKE } from '../testing/http-request.ts';
import { testRequestGuard } from '../testing/test-request-guard.ts';
import { SocketClient } from '../testing/socket-client.ts';
import type { Connection, Profile } from '../sessions/connection.ts';
import { Frame } from '../sessions/frame.ts';
import { serveWebSocket, type WebSocketTransport } from './websocket.ts';
import { testFairQueue } from '../testing/test-fair-queue.ts';

interface Accepted {
  readonly connection: Connection;
  readonly profile: Profile;
  readonly received: string[];
}

let server: Server;
let transport: WebSocketTransport;
let port: number;
let url: string;
let accepted: Accepted[];
let closedCount: number;
let lines: string[];

beforeEach(async () => {
  accepted = [];
  closedCount = 0;
  const captured = capturedLog();
  lines = captured.lines;
  const { log } = captured;
  const health = () =>
    ({
      status: 'ok',
      version: '1.2.3',
      uptimeSeconds: 0,
      samplerLagMs: 0,
      skippedSamples: 0,
      history: { state: 'off' },
      alerts: { state: 'off' },
    }) as const;
  const requestGuard = testRequestGuard(log);
  const fairQueue = testFairQueue();
  server = createHttpServer(
    requestListener(createApp({ manifest: new Map(), health, log })),
    requestGuard,
    fairQueue,
  );
  transport = serveWebSocket(
    server,
    (connection, profile) => {
      const received: string[] = [];
      accepted.push({ connection, profile, received });
      return {
        received: (message) => {
          const text = String(message);
          if (text === 'break') throw new TypeError('a defect');
          received.push(text);
          connection.send(Frame.of(`echo ${text}`));
        },
        drained: () => {},
        closed: () => {
          closedCount += 1;
        },
      };
    },
    {
      authorizeUpgrade: requestGuard.authorizeUpgrade,
      clientKeyOf: requestGuard.clientKeyOf,
      fairQueue,
      log,
      random: Math.random,
    },
  );
  port = await listen(server, 0, '127.0.0.1');
  url = `http://127.0.0.1:${port}/`;
});

afterEach(async () => {
  await Promise.all([transport.stop(), close(server)]);
});

describe('a WebSocket connection', () => {
  it('has the plain profile without a subprotocol and v1 with it', async () => {
    const plain = await SocketClient.connect(url);
    const v1 = await SocketClient.connect(url, 'metrics-panel.v0', 'metrics-panel.v1');
    expect(accepted.map(({ profile }) => profile)).toEqual(['plain', 'v1']);
    expect([plain.socket.protocol, v1.socket.protocol]).toEqual(['', 'metrics-panel.v1']);
    await Promise.all([plain.close(), v1.close()]);
  });

  it('carries text both ways and reports its end once', async () => {
    const client = await SocketClient.connect(url);
    client.send('grüße');
    expect(await client.next()).toBe('echo grüße');
    await client.close();
    await expect.poll(() => closedCount).toBe(1);
    accepted[0]?.connection.send(Frame.of('too late'));
  });

  it('does not offer compression', async () => {
    const client = await SocketClient.connect(url);
    expect(client.socket.extensions).toBe('');
    await client.close();
  });

  it.each([
    ['a binary frame', 1003, (socket: WebSocket) => socket.send(Buffer.from('ping'))],
    ['a message above 16 KB', 1009, (socket: WebSocket) => socket.send('x'.repeat(16 * 1024 + 1))],
    ['a defect of ours', 1011, (socket: WebSocket) => socket.send('break')],
    [
      'a message in more than 16 fragments',
      1008,
      (socket: WebSocket) => {
        for (let i = 0; i < 17; i += 1) socket.send('x', { fin: false });
      },
    ],
  ])('is closed for %s with %i, and the next one works', async (_what, code, misbehave) => {
    const client = await SocketClient.connect(url);
    misbehave(client.socket);
    expect((await client.closed)[0]).toBe(code);
    const next = await SocketClient.connect(url);
    next.send('hello');
    expect(await next.next()).toBe('echo hello');
    await next.close();
  });

  it('takes a message of exactly 16 KB', async () => {
    const client = await SocketClient.connect(url);
    client.send('x'.repeat(16 * 1024));
    expect(await client.next()).toHaveLength(16 * 1024 + 5);
    await client.close();
  });

  it('that breaks off is closed like any other', async () => {
    const client = await SocketClient.connect(url);
    client.socket.terminate();
    await expect.poll(() => closedCount).toBe(1);
  });

  it('logs a bug once, and nothing about misbehaving clients', async () => {
    const client = await SocketClient.connect(url);
    client.socket.send(Buffer.alloc(3));
    await client.closed;
    expect(lines).toEqual([]);
    const other = await SocketClient.connect(url);
    other.send('break');
    await other.closed;
    expect(lines).toEqual(['error A message could not be handled']);
  });
});

describe('an upgrade that is not a handshake for the live endpoint', () => {
  it.each([
    ['another path', '/metricsX', {}, 404, 'Not found.\n'],
    ['a path below', '/metrics/', {}, 404, 'Not found.\n'],
    [
      'an unknown subprotocol',
      '/metrics',
      { 'Sec-WebSocket-Protocol': 'mqtt, v2' },
      400,
      /metrics-panel\.v1/,
    ],
    ['an empty subprotocol', '/metrics', { 'Sec-WebSocket-Protocol': '' }, 400, /metrics-panel\.v1/],
    [
      'a malformed list of subprotocols',
      '/metrics',
      { 'Sec-WebSocket-Protocol': 'metrics-panel.v1,,' },
      400,
      /version 13/,
    ],
    ['a malformed key', '/metrics', { 'Sec-WebSocket-Key': 'short' }, 400, /version 13/],
    ['an old version', '/metrics', { 'Sec-WebSocket-Version': '7' }, 400, /version 13/],
    ['another protocol', '/healthz', { Upgrade: 'h2c' }, 200, /"status":"ok"/],
    ['another protocol at the endpoint', '/metrics', { Upgrade: 'h2c' }, 426, /WebSocket/],
  ])('(%s) is answered over HTTP, with the security headers', async (_what, path, headers, status, body) => {
    const answer = await ask(port, path, { headers: { ...HANDSHAKE, ...headers } });
    expect(answer.status).toBe(status);
    expect(answer.body.toString()).toEqual(typeof body === 'string' ? body : expect.stringMatching(body));
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    expect(accepted).toEqual([]);
  });

  it('is closed even if its client never closes its side', async () => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.write(
      'GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
    await once(socket.resume(), 'end');
    const connections = promisify(server.getConnections.bind(server));
    await expect.poll(async () => connections()).toBe(0);
    socket.destroy();
  });

  it('may break off during the handshake', async () => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      'GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
    socket.resetAndDestroy();
    const client = await SocketClient.connect(url);
    expect(accepted).toHaveLength(1);
    await client.close();
  });
});
