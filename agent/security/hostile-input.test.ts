import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readManifest } from '../http/static-files.ts';
import { ask } from '../testing/http-request.ts';
import { LiveServer } from '../testing/live-server.ts';
import { HANDSHAKE_LINES, head, sendRaw } from '../testing/raw-request.ts';
import { OPCODES, RawWebSocket } from '../testing/raw-web-socket.ts';
import { SocketClient } from '../testing/socket-client.ts';

/** What one refused connection may cost. */
const MAX_GROWTH_BYTES = 16 * 1024 * 1024;

let root: string;
let server: LiveServer;
let client: SocketClient;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'metrics-panel-'));
  await mkdir(join(root, 'site/assets'), { recursive: true });
  await writeFile(join(root, 'secret.txt'), 'secret');
  await writeFile(join(root, 'site/index.html'), '<!doctype html><title>page</title>');
  await symlink(join(root, 'secret.txt'), join(root, 'site/linked.txt'));
});

afterAll(() => rm(root, { recursive: true }));

beforeEach(async () => {
  server = await new LiveServer({ manifest: await readManifest(join(root, 'site'), '/', {}) }).start();
  client = await SocketClient.connect(server.url, 'metrics-panel.v1');
  await client.next();
});

afterEach(async () => {
  client.socket.terminate();
  await server.assertAlive();
  await server.stop();
});

/** The answer to a message that leaves the connection open. */
async function answerTo(text: string): Promise<Record<string, unknown>> {
  client.send(text);
  const answer = JSON.parse(await client.next()) as Record<string, unknown>;
  client.send('ping');
  expect(await client.next()).toBe('pong');
  return answer;
}

const keys = (count: number): string =>
  JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 1])));

describe('a message', () => {
  it.each([
    ['malformed', '{"action":', 'invalid_json'],
    ['empty', '', 'invalid_json'],
    ['null', 'null', 'invalid_message'],
    ['a number', '7', 'invalid_message'],
    ['a string other than ping', '"pong"', 'invalid_message'],
    ['a word', 'pong', 'invalid_json'],
    ['an array', '[{"action":"subscribe","metrics":["cpu"]}]', 'invalid_message'],
    ['deep, below 16 KB', '['.repeat(16_000), 'invalid_message'],
    ['of many keys', keys(1500), 'invalid_message'],
    ['with __proto__', '{"action":"hello","v":1,"__proto__":{"polluted":1}}', 'invalid_message'],
    ['with constructor', '{"constructor":{"prototype":{"polluted":1}}}', 'invalid_message'],
    ['auth and an action', '{"type":"auth","token":"x","action":"hello","v":1}', 'invalid_message'],
    ['with NUL', '{"action":"subscribe","metrics":["cpu"],"sub":"\\u0000"}', 'invalid_message'],
    ['with a lone surrogate', '{"action":"subscribe","metrics":["\\ud800"]}', 'invalid_message'],
    ['with a bidi override', '{"action":"subscribe","metrics":["\u202e"]}', 'invalid_message'],
  ])('(%s) is an error, and the connection stays open', async (_what, text, code) => {
    const answer = await answerTo(text);
    expect(answer).toMatchObject({ type: 'error', code });
    expect('polluted' in {}).toBe(false);
    expect(String(answer['error'])).not.toMatch(/\p{Cc}|\u202e|k0/u);
  });

  it('nested 64 KB deep is refused by its size', async () => {
    client.send('['.repeat(64_000));
    expect((await client.closed)[0]).toBe(1009);
  });

  it('with 5,000 keys is refused by its size', async () => {
    client.send(keys(5000));
    expect((await client.closed)[0]).toBe(1009);
  });

  it('with a duplicate key has its last value', async () => {
    client.send('{"action":"unsubscribe","action":"hello","v":1,"id":1,"id":2}');
    expect(JSON.parse(await client.next())).toMatchObject({ type: 'welcome', id: 2 });
  });

  it('is refused the same over a stream and a poll', async () => {
    const subscriptions = '[{"metrics":["cpu"],"sub":"\\u0000"}]';
    const query = new URLSearchParams({ subscriptions }).toString();
    const stream = await fetch(`${server.url}metrics/sse?${query}`);
    const poll = await fetch(`${server.url}metrics/poll`, {
      method: 'POST',
      body: `{"subscriptions":${subscriptions}}`,
    });
    for (const response of [stream, poll]) {
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ code: 'invalid_message' });
    }
  });

  it('closes with 4005 if it is the fifth bad one in a minute', async () => {
    for (let count = 0; count < 5; count += 1) client.send('nonsense');
    for (let count = 0; count < 5; count += 1) {
      expect(JSON.parse(await client.next())).toMatchObject({ code: 'invalid_json' });
    }
    expect((await client.closed)[0]).toBe(4005);
  });

  it('is never logged', async () => {
    await answerTo('{"secret":');
    expect(JSON.stringify(server.log.entries)).not.toContain('secret');
  });
});

describe('messages at line rate', () => {
  it('get errors with retryMs, and the third error closes with 4102', async () => {
    for (let count = 0; count < 10_000; count += 1) {
      client.send({ action: count % 2 === 0 ? 'subscribe' : 'unsubscribe', metrics: ['cpu'] });
    }
    const errors: unknown[] = [];
    for (let count = 0; count < 43; count += 1) {
      const message = JSON.parse(await client.next()) as { code?: string };
      if (message.code === 'messages_too_fast') errors.push(message);
    }
    expect(errors).toHaveLength(3);
    expect(errors[0]).toMatchObject({ type: 'error', retryMs: expect.any(Number) });
    expect((await client.closed)[0]).toBe(4102);
    await expect.poll(() => server.hub.sessionCount).toBe(0);
    expect(server.host.stride).toBe(10);
  });

  it('get errors from the 65th subscription on', async () => {
    const messages = Array.from({ length: 64 }, (_, index) => ({
      action: 'subscribe',
      sub: `s${index}`,
      metrics: ['cpu'],
    }));
    client.send({ type: 'batch', messages });
    for (let count = 0; count < 64; count += 1) await client.next();
    client.send({ action: 'subscribe', sub: 'one more', metrics: ['cpu'] });
    expect(JSON.parse(await client.next())).toMatchObject({ code: 'too_many_subscriptions' });
  });
});

describe('frames', () => {
  const { continuation, text, binary, reserved, ping } = OPCODES;
  it.each([
    ['claiming a terabyte', 1009, (raw: RawWebSocket) => raw.send(text, 'x', { claimedBytes: 1n << 40n })],
    ['above 16 KB', 1009, (raw: RawWebSocket) => raw.send(text, 'x'.repeat(16_385))],
    [
      'above 16 KB in fragments',
      1009,
      (raw: RawWebSocket) => {
        raw.send(text, 'x'.repeat(9000), { isFinal: false });
        raw.send(continuation, 'x'.repeat(9000));
      },
    ],
    [
      'in 17 fragments',
      1008,
      (raw: RawWebSocket) => {
        for (let count = 0; count < 17; count += 1)
          raw.send(count === 0 ? text : continuation, 'x', { isFinal: false });
      },
    ],
    [
      'in 17 empty fragments',
      1008,
      (raw: RawWebSocket) => {
        for (let count = 0; count < 17; count += 1)
          raw.send(count === 0 ? text : continuation, '', { isFinal: false });
      },
    ],
    ['without a mask', 1002, (raw: RawWebSocket) => raw.send(text, 'ping', { isMasked: false })],
    ['with RSV1', 1002, (raw: RawWebSocket) => raw.send(text, 'ping', { rsv1: true })],
    ['with opcode 3', 1002, (raw: RawWebSocket) => raw.send(reserved)],
    ['a ping of 126 bytes', 1002, (raw: RawWebSocket) => raw.send(ping, 'x'.repeat(126))],
    ['binary', 1003, (raw: RawWebSocket) => raw.send(binary, 'ping')],
    ['of invalid UTF-8', 1007, (raw: RawWebSocket) => raw.send(text, Buffer.from([0xc3, 0x28]))],
  ])('(%s) are closed with %i', async (_what, code, misbehave) => {
    const before = process.memoryUsage().rss;
    const raw = await RawWebSocket.connect(server.port);
    misbehave(raw);
    expect(await raw.closed).toBe(code);
    expect(process.memoryUsage().rss - before).toBeLessThan(MAX_GROWTH_BYTES);
  });

  it('sent byte by byte are closed with 1008', async () => {
    const raw = await RawWebSocket.connect(server.port);
    raw.socket.setNoDelay(true);
    const isOver = raw.closed.then(() => true);
    raw.socket.write(Buffer.from([0x81, 0xfe, 0x10, 0x00, 0, 0, 0, 0]));
    for (let count = 0; count < 2000 && !raw.socket.destroyed; count += 1) {
      raw.socket.write('x');
      await nextTurn();
    }
    expect(await isOver).toBe(true);
    expect(await raw.closed).toBe(1008);
  });

  it('with 5,000 pings, whose pongs are not read, end the connection at little cost', async () => {
    const before = process.memoryUsage().rss;
    const raw = await RawWebSocket.connect(server.port);
    raw.socket.pause();
    for (let round = 0; round < 100 && !raw.socket.destroyed; round += 1) {
      for (let count = 0; count < 5000; count += 1) raw.send(ping, 'x'.repeat(125));
      await nextTurn();
      if (server.hub.sessionCount === 1) break;
    }
    await expect.poll(() => server.hub.sessionCount).toBe(1);
    raw.socket.destroy();
    expect(process.memoryUsage().rss - before).toBeLessThan(4 * MAX_GROWTH_BYTES);
  });

  it('are never compressed: no decompression bombs', async () => {
    const raw = await RawWebSocket.connect(server.port, 'Sec-WebSocket-Extensions: permessage-deflate');
    expect(raw.answer).not.toMatch(/extensions/i);
    raw.send(text, Buffer.alloc(100), { rsv1: true });
    expect(await raw.closed).toBe(1002);
  });
});

describe('a page of another site', () => {
  it('cannot open a WebSocket to this machine, with or without cookies', async () => {
    const lines = [`Host: localhost:${server.port}`, ...HANDSHAKE_LINES];
    const page = ['Origin: https://evil.example', 'Cookie: session=1'];
    expect((await sendRaw(server.port, head('/metrics', [...lines, ...page]))).status).toBe(403);
    expect(server.hub.sessionCount).toBe(1);
  });
});

describe('a path outside the web root', () => {
  it.each([
    '/../../etc/passwd',
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/%2e%2e%2fsecret.txt',
    '/..%5csecret.txt',
    '/..\\secret.txt',
    '//evil.example/',
    '//etc/passwd',
    '/%00',
    '/index.html%00',
    '/linked.txt',
  ])('%s is not found', async (path) => {
    const { status, body } = await ask(server.port, path);
    expect(status).toBe(404);
    expect(body.toString()).not.toContain('secret');
  });
});
