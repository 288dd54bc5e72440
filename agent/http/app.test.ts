import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { brotliCompressSync, brotliDecompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capturedLog } from '../testing/captured-log.ts';
import { ask } from '../testing/http-request.ts';
import { FairQueue } from '../sessions/fair-queue.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { testRequestGuard } from '../testing/test-request-guard.ts';
import { createApp, requestListener } from './app.ts';
import { close, createHttpServer, listen } from './server.ts';
import { readManifest, type Manifest } from './static-files.ts';
import { testFairQueue } from '../testing/test-fair-queue.ts';

const PAGE = '<!doctype html><title>page</title>';
const SCRIPT = 'console.log("hello");'.repeat(100);

let root: string;
let server: Server;
let port: number;
const { log } = capturedLog();
const health = () =>
  ({
    status: 'ok',
    version: '1.2.3',
    uptimeSeconds: 12,
    samplerLagMs: 3,
    skippedSamples: 0,
    history: { state: 'off' },
    alerts: { state: 'off' },
  }) as const;

async function serve(manifest: Manifest): Promise<void> {
  server = createHttpServer(
    requestListener(createApp({ manifest, health, log })),
    testRequestGuard(log),
    testFairQueue(),
  );
  port = await listen(server, 0, '127.0.0.1');
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'metrics-panel-'));
  await mkdir(join(root, 'site/assets'), { recursive: true });
  await writeFile(join(root, 'secret.txt'), 'secret');
  await writeFile(join(root, 'site/index.html'), PAGE);
  await writeFile(join(root, 'site/assets/index-AbC123.js'), SCRIPT);
  await writeFile(join(root, 'site/assets/index-AbC123.js.br'), brotliCompressSync(SCRIPT));
  await writeFile(join(root, 'site/assets/index-AbC123.js.gz'), gzipSync(SCRIPT));
  await symlink(join(root, 'secret.txt'), join(root, 'site/linked.txt'));
  await serve(await readManifest(join(root, 'site'), '/', {}));
});

afterAll(async () => {
  await close(server);
  await rm(root, { recursive: true });
});

it('only pages of the allowed origins may frame the dashboard', async () => {
  const framers = ['https://a.example', 'http://localhost:3000'];
  const { headers } = await createApp({ manifest: new Map(), health, log, framers }).request('/');
  expect(headers.get('content-security-policy')).toContain(
    'frame-ancestors https://a.example http://localhost:3000',
  );
  expect(headers.get('x-frame-options')).toBeNull();
});

describe('every answer', () => {
  it.each([
    ['GET', '/', 200],
    ['GET', '/assets/index-AbC123.js', 200],
    ['GET', '/healthz', 200],
    ['GET', '/nowhere', 404],
    ['POST', '/healthz', 405],
    ['GET', '/metrics', 426],
  ])('%s %s has the security headers', async (method, path, status) => {
    const answer = await ask(port, path, { method });
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
        "font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    expect(answer.headers).not.toHaveProperty('x-powered-by');
    expect(answer.headers).not.toHaveProperty('strict-transport-security');
  });
});

describe('routes', () => {
  it('/healthz reports version, uptime and sampler lag', async () => {
    const { headers, body } = await ask(port, '/healthz');
    expect(JSON.parse(body.toString())).toEqual({
      status: 'ok',
      version: '1.2.3',
      uptimeSeconds: 12,
      samplerLagMs: 3,
      skippedSamples: 0,
      history: { state: 'off' },
      alerts: { state: 'off' },
    });
    expect(headers['cache-control']).toBe('no-store');
  });

  it('a plain GET of /metrics answers 426 Upgrade Required', async () => {
    const { status, headers, body } = await ask(port, '/metrics');
    expect([status, headers.upgrade, headers.connection]).toEqual([426, 'websocket', 'Upgrade']);
    expect(body.toString()).toBe('This is the live endpoint: connect to it with WebSocket.\n');
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])('%s is not allowed anywhere', async (method) => {
    for (const path of ['/', '/healthz', '/metrics', '/nowhere']) {
      const { status, headers } = await ask(port, path, { method });
      expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
    }
  });

  it('without a built dashboard / says how to build it', async () => {
    const app = createApp({ manifest: await readManifest(join(root, 'none'), '/', {}), health, log });
    const response = await app.request('/');
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('npm run build');
  });

  it('a route that throws answers 500 without the reason', async () => {
    const app = createApp({
      manifest: new Map(),
      log,
      health: () => {
        throw new Error('secret');
      },
    });
    const response = await app.request('/healthz');
    expect([response.status, await response.text()]).toEqual([500, 'Internal error.\n']);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('static files', () => {
  it('are served with type, length and the cache policy for their name', async () => {
    const page = await ask(port, '/');
    expect(page.body.toString()).toBe(PAGE);
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-length': String(PAGE.length),
      'cache-control': 'no-cache',
      vary: 'Accept-Encoding',
    });
    const script = await ask(port, '/assets/index-AbC123.js');
    expect(script.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
  });

  it.each([
    ['br, gzip', 'br'],
    ['gzip, deflate, br', 'br'],
    ['gzip, deflate', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['identity', undefined],
    ['', undefined],
  ])('come precompressed: Accept-Encoding "%s" gets %s', async (accepted, encoding) => {
    const { headers } = await ask(port, '/assets/index-AbC123.js', {
      headers: { 'Accept-Encoding': accepted },
    });
    expect(headers['content-encoding']).toBe(encoding);
  });

  it('are the same bytes when unpacked', async () => {
    const { body } = await ask(port, '/assets/index-AbC123.js', { headers: { 'Accept-Encoding': 'br' } });
    expect(brotliDecompressSync(body).toString()).toBe(SCRIPT);
  });

  it('are uncompressed if there is no precompressed variant', async () => {
    const { headers, body } = await ask(port, '/', { headers: { 'Accept-Encoding': 'br, gzip' } });
    expect([headers['content-encoding'], body.toString()]).toEqual([undefined, PAGE]);
  });

  it('are answered with 304 if the client has that encoding already', async () => {
    const path = '/assets/index-AbC123.js';
    const plain = (await ask(port, path)).headers.etag ?? '';
    const packed = (await ask(port, path, { headers: { 'Accept-Encoding': 'br' } })).headers.etag ?? '';
    expect(plain).not.toBe(packed);
    const again = await ask(port, path, { headers: { 'If-None-Match': `"x", W/${plain}` } });
    expect([again.status, again.body.length, again.headers.etag]).toEqual([304, 0, plain]);
    const other = await ask(port, path, { headers: { 'If-None-Match': packed } });
    expect(other.status).toBe(200);
  });

  it('answer HEAD like GET, without the body', async () => {
    const { status, headers, body } = await ask(port, '/', { method: 'HEAD' });
    expect([status, headers['content-length'], body.length]).toEqual([200, String(PAGE.length), 0]);
  });

  it('of the embed module, and no others, may be loaded by pages of other origins', async () => {
    const anywhere = { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' };
    const manifest = await readManifest(join(root, 'site/assets'), '/embed/', anywhere);
    const app = createApp({ manifest, health, log });
    const module = await app.request('/embed/index-AbC123.js');
    expect(module.headers.get('access-control-allow-origin')).toBe('*');
    expect(module.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(module.headers.get('cache-control')).toBe('no-cache');
    expect((await app.request('/healthz')).headers.get('cross-origin-resource-policy')).toBe('same-origin');
  });

  it('are only those that were in the folder at the start', async () => {
    await writeFile(join(root, 'site/later.txt'), 'later');
    for (const path of ['/later.txt', '/linked.txt', '/assets/index-AbC123.js.br', '/assets', '/assets/']) {
      expect((await ask(port, path)).status).toBe(404);
    }
  });

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e%2fsecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/..\\secret.txt',
    '//etc/passwd',
    '/%00',
    '/%',
    '/index.html%00.js',
    '/__proto__',
  ])('cannot be escaped by %s', async (path) => {
    const { status, body } = await ask(port, path);
    expect([400, 404]).toContain(status);
    expect(body.toString()).not.toContain('secret');
  });
});

describe('the HTTP server', () => {
  it('refuses headers above 8 KB and keeps working', async () => {
    const { status } = await ask(port, '/', { headers: { 'X-Long': 'x'.repeat(9000) } });
    expect(status).toBe(431);
    expect((await ask(port, '/')).status).toBe(200);
  });

  it.each([
    'GET / HTTP/1.1\r\nHost: \u0000\r\n\r\n',
    'nonsense\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a b\r\n\r\n',
  ])('answers %j with 400 and keeps working', async (request) => {
    const socket = connect(port, '127.0.0.1');
    socket.end(request);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /);
    expect((await ask(port, '/')).status).toBe(200);
  });
});

it('a pipelined request closes its connection', async () => {
  const socket = connect(port, '127.0.0.1');
  socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(3));
  expect((await text(socket)).match(/HTTP\/1\.1/g)?.length ?? 0).toBeLessThanOrEqual(1);
  const next = await ask(port, '/healthz');
  expect(next.status).toBe(200);
});

it('a health check does not queue behind handshakes from the same address', async () => {
  const clock = new FakeClock();
  let isHeld = true;
  const fairQueue = new FairQueue({ clock, connectionsPerClient: 64, isHeld: () => isHeld });
  const busy = createHttpServer(
    requestListener(createApp({ manifest: new Map(), health, log })),
    testRequestGuard(log),
    fairQueue,
  );
  const busyPort = await listen(busy, 0, '127.0.0.1');
  let handshakes = 0;
  for (let index = 0; index < 500; index += 1) {
    fairQueue.admit('127.0.0.1', () => {
      handshakes += 1;
      clock.stall(1);
    });
  }
  const answer = ask(busyPort, '/healthz');
  await once(busy, 'request');
  isHeld = false;
  for (let turn = 0; turn < 4; turn += 1) await clock.advance(1);
  expect((await answer).status).toBe(200);
  expect(handshakes).toBeLessThan(100);
  await close(busy);
});
