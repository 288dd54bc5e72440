import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { promises } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { request } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startAgent, type Agent } from '../agent.ts';
import { DEFAULTS } from '../config.ts';
import { capturedLog } from '../testing/captured-log.ts';
import { selfSigned } from '../testing/self-signed.ts';
import { encrypting, followTlsFiles, readTlsFiles } from './tls.ts';
import { createHttpServer, close, listen } from './server.ts';
import { testRequestGuard } from '../testing/test-request-guard.ts';
import { testFairQueue } from '../testing/test-fair-queue.ts';

let folder: string;
let agent: Agent | undefined;
const first = selfSigned('first');
const second = selfSigned('second');

const files = () => ({ cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') });
const write = (cert: string, key: string) =>
  Promise.all([writeFile(files().cert, cert), writeFile(files().key, key)]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'metrics-panel-'));
  await write(first.cert, first.key);
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(async () => {
  await agent?.stop();
  agent = undefined;
});

async function start(): Promise<number> {
  const { log } = capturedLog();
  agent = await startAgent({ ...DEFAULTS, port: 0, tls: files() }, log);
  return Number(new URL(agent.url).port);
}

async function handshake(port: number, options: object = {}): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', ca: first.cert, ...options });
  await once(socket, 'secureConnect');
  return socket;
}

describe('an agent with a certificate', () => {
  it('serves https and wss, has an https URL, and trusts only its own pages', async () => {
    const port = await start();
    expect(agent?.url).toBe(`https://127.0.0.1:${port}/`);
    const status = await new Promise((resolve, reject) => {
      request({ port, host: '127.0.0.1', path: '/healthz', ca: first.cert, agent: false }, (answer) => {
        resolve(answer.statusCode);
        answer.resume();
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
    const origin = `https://127.0.0.1:${port}`;
    const client = new WebSocket(`wss://127.0.0.1:${port}/metrics`, { ca: first.cert, origin });
    await once(client, 'open');
    client.send('{"action":"subscribe","metrics":["cpu"]}');
    const [frame] = (await once(client, 'message')) as [Buffer];
    expect(frame.toString()).toMatch(/^\{"type":"metrics"/);
    client.terminate();
    const stranger = new WebSocket(`wss://127.0.0.1:${port}/metrics`, {
      ca: first.cert,
      origin: `http://127.0.0.1:${port}`,
    });
    const [error] = (await once(stranger, 'error')) as [Error];
    expect(error.message).toContain('403');
  });

  it('speaks TLS 1.2 and newer, and HTTP/1.1 alone', async () => {
    const port = await start();
    const socket = await handshake(port, { ALPNProtocols: ['h2', 'http/1.1'] });
    expect([socket.getProtocol(), socket.alpnProtocol]).toEqual(['TLSv1.3', 'http/1.1']);
    socket.destroy();
    const old = connect({
      port,
      host: '127.0.0.1',
      ca: first.cert,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    const [error] = (await once(old, 'error')) as [Error];
    expect(error.message).toMatch(/version|protocol/i);
  });

  it('closes a stalled handshake and a silent client after 5 s', async () => {
    const port = await start();
    const startMs = performance.now();
    const stalled = connectPlain(port, '127.0.0.1');
    stalled.on('error', () => {});
    const silent = await handshake(port);
    await Promise.all([text(stalled).catch(() => ''), text(silent).catch(() => '')]);
    expect(performance.now() - startMs).toBeGreaterThan(4000);
    expect(performance.now() - startMs).toBeLessThan(8000);
  });
});

describe('certificate files', () => {
  it('are reloaded when they change, unless they do not match', async () => {
    const { log, lines } = capturedLog();
    await write(first.cert, first.key);
    const server = createHttpServer(
      async (_request, response) => void response.end(),
      testRequestGuard(log),
      testFairQueue(),
      await encrypting(files()),
    );
    const stop = followTlsFiles(server, files(), log, 20);
    const port = await listen(server, 0, '127.0.0.1');
    const subject = async (): Promise<unknown> => {
      const socket = await handshake(port, { rejectUnauthorized: false });
      const { CN } = socket.getPeerCertificate().subject;
      socket.destroy();
      return CN;
    };
    expect(await subject()).toBe('first');
    await write(second.cert, second.key);
    await expect.poll(subject).toBe('second');
    await write(first.cert, second.key);
    await expect.poll(() => lines.at(-1)).toMatch(/^error The certificate stays the old one: .*--tls-cert/);
    expect(await subject()).toBe('second');
    await write(first.cert, first.key);
    await expect.poll(subject).toBe('first');
    stop();
    await close(server);
  });

  it('are retried after running out of descriptors, which is logged once', async () => {
    const { log, lines } = capturedLog();
    await write(first.cert, first.key);
    const server = createHttpServer(
      async (_request, response) => void response.end(),
      testRequestGuard(log),
      testFairQueue(),
      await encrypting(files()),
    );
    const stop = followTlsFiles(server, files(), log, 20);
    const { readFile } = promises;
    let failures = 0;
    promises.readFile = async () => {
      failures += 1;
      throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
    };
    syncBuiltinESMExports();
    try {
      await write(second.cert, second.key);
      await expect.poll(() => failures).toBeGreaterThan(3);
    } finally {
      promises.readFile = readFile;
      syncBuiltinESMExports();
    }
    await expect.poll(() => lines.at(-1)).toBe('info The certificate was read again');
    expect(lines.filter((line) => line.startsWith('error'))).toEqual([expect.stringMatching(/EMFILE/)]);
    stop();
  });

  it.each([
    [
      'the file does not exist',
      () => ({ ...files(), cert: join(folder, 'none') }),
      /none cannot be read.*--tls-cert/,
    ],
    [
      'they are not PEM',
      () => ({ ...files(), key: join(folder, 'text') }),
      /text are not a certificate and its key/,
    ],
    [
      'key and certificate are of different types',
      () => ({ ...files(), key: join(folder, 'rsa') }),
      /rsa are not a certificate and its key.*do not belong together/,
    ],
  ])('are refused with one sentence when %s', async (_what, broken, sentence) => {
    await writeFile(join(folder, 'text'), 'text');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    await writeFile(join(folder, 'rsa'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await expect(readTlsFiles(broken())).rejects.toThrow(sentence);
  });
});
