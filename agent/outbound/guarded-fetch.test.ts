import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { startReceiver, type Receiver } from '../testing/receiver.ts';
import { guardedFetch, OutboundError, parseRetryAfter } from './guarded-fetch.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(() => Promise.all(closing.splice(0).map((close) => close())));

async function receiver(answer?: (response: ServerResponse) => void): Promise<Receiver> {
  const started = await startReceiver(answer);
  closing.push(() => started.close());
  return started;
}

/** The error of a request, which must fail. */
async function failure(...request: Parameters<typeof guardedFetch>): Promise<OutboundError> {
  const outcome: unknown = await guardedFetch(...request).catch((error: unknown) => error);
  if (outcome instanceof OutboundError) return outcome;
  throw new Error(`no OutboundError: ${JSON.stringify(outcome)}`);
}

/** A server that takes connections and says nothing. */
async function silentServer(): Promise<string> {
  const server: Server = createServer((socket) => socket.on('error', () => {}).resume());
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a guarded request', () => {
  it('sends method, headers and body, and returns status and text', async () => {
    const { url, requests } = await receiver((response) => response.writeHead(418).end('no coffee'));
    const answer = await guardedFetch(`${url}/a?b=c`, {
      method: 'PUT',
      headers: { 'X-Key': 'k' },
      body: 'hello',
    });
    expect(answer).toEqual({ status: 418, isOk: false, text: 'no coffee', retryAfterMs: null });
    expect(requests[0]).toMatchObject({ method: 'PUT', path: '/a?b=c', headers: { 'x-key': 'k' } });
    expect(String(requests[0]?.body)).toBe('hello');
  });

  it('follows no redirect, and names the new origin without its path', async () => {
    const other = await receiver();
    const { url, requests } = await receiver((response) =>
      response.writeHead(302, { location: `${other.url}/secret-topic` }).end(),
    );
    const { code, message } = await failure(`${url}/secret-topic`, { body: 'x' });
    expect(code).toBe('redirect');
    expect(message).toBe(`${new URL(url).host} has moved to ${other.url} (302): give that address`);
    expect(requests).toHaveLength(1);
    expect(other.requests).toHaveLength(0);
  });

  it.each([
    ['to another path', '/other', 'another path of the same server'],
    ['to another scheme', 'file:///etc/passwd', 'none is followed'],
    ['nowhere', '', 'another path of the same server'],
  ])('says so of a redirect %s', async (_name, location, words) => {
    const { url } = await receiver((response) => response.writeHead(307, { location }).end());
    expect((await failure(url, {})).message).toContain(words);
  });

  it('reads 64 kB of an answer without end, also of one that unpacks to more', async () => {
    const endless = await receiver((response) => {
      const more = (): void => {
        if (response.write('x'.repeat(10_000))) setImmediate(more);
        else response.once('drain', more);
      };
      more();
    });
    expect((await guardedFetch(endless.url, {})).text).toHaveLength(65_536);
    const bomb = gzipSync('y'.repeat(50_000_000));
    const packed = await receiver((response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    );
    expect((await guardedFetch(packed.url, {})).text).toHaveLength(65_536);
  });

  it('gives up after its time, whether nothing comes, or an answer that never ends', async () => {
    const silent = await silentServer();
    expect(await failure(silent, { timeoutMs: 50 })).toMatchObject({
      code: 'timeout',
      message: `${new URL(silent).host} did not answer within 0.05 s`,
    });
    const slow = await receiver((response) => response.writeHead(500).write('a'));
    expect((await failure(slow.url, { timeoutMs: 200 })).code).toBe('timeout');
  });

  it('has succeeded with the status, though the rest of the answer does not come', async () => {
    const slow = await receiver((response) => response.writeHead(200).write('a'));
    expect(await guardedFetch(slow.url, { timeoutMs: 200 })).toMatchObject({ isOk: true, text: 'a' });
    const breaking = await receiver((response) => {
      response.writeHead(200, { 'content-length': 100 }).write('b', () => response.destroy());
    });
    expect(await guardedFetch(breaking.url, {})).toMatchObject({ isOk: true, text: 'b' });
  });

  it('ends when it is told to, also before it began', async () => {
    const stopping = new AbortController();
    const outcome = failure(await silentServer(), { signal: stopping.signal });
    stopping.abort();
    expect((await outcome).code).toBe('stopped');
    expect((await failure('http://127.0.0.1:9', { signal: stopping.signal })).code).toBe('stopped');
  });

  it.each(['Content-Length', 'transfer-encoding', 'Connection', 'Upgrade', 'Expect', 'keep-alive'])(
    'refuses a header %s, which is not the operator’s to set',
    async (name) => {
      const error = await failure('http://127.0.0.1:9999/', { headers: { [name]: '5' } });
      expect(error).toMatchObject({
        code: 'header',
        message: `The header ${name} is set with each request: leave it out`,
      });
    },
  );

  it('names the host, but neither path, query, header nor password in any error', async () => {
    const { port, close } = await startReceiver();
    await close();
    const secrets = { headers: { Authorization: 'Bearer hunter2' } };
    const errors = [
      await failure(`http://127.0.0.1:${port}/hunter2?x=hunter2`, secrets),
      await failure(`http://hunter2:hunter2@127.0.0.1:${port}/`, secrets),
      await failure('http://127.0.0.1:6000/hunter2', secrets),
      await failure('ftp://hunter2@127.0.0.1/', secrets),
      await failure('hunter2', secrets),
      await failure(`http://127.0.0.1:${port}/`, { headers: { Authorization: 'hunter2\nX: y' } }),
      await failure(`http://127.0.0.1:${port}/`, { headers: { 'hunter2 ': 'x' } }),
      await failure(`http://127.0.0.1:${port}/`, { headers: { Authorization: 'hunter2 €' } }),
    ];
    expect(errors.map(({ code }) => code)).toEqual([
      'ECONNREFUSED',
      ...Array.from({ length: 4 }, () => 'address'),
      ...Array.from({ length: 3 }, () => 'header'),
    ]);
    expect(errors[0]?.message).toBe(`127.0.0.1:${port} could not be reached: ECONNREFUSED`);
    for (const error of errors) {
      expect(error.cause).toBeUndefined();
      expect(`${error.message} ${error.stack}`).not.toContain('hunter2');
    }
  });
});

describe('Retry-After', () => {
  it.each([
    ['120', 120_000],
    ['0', 0],
    ['Fri, 31 Dec 1999 23:59:59 GMT', 9_000],
    ['Fri, 31 Dec 1999 23:00:00 GMT', 0],
    ['-5', null],
    ['soon', null],
    ['1999', 1_999_000],
    [null, null],
  ])('%j is %j ms', (header, expected) => {
    expect(parseRetryAfter(header, Date.parse('1999-12-31T23:59:50Z'))).toBe(expected);
  });
});
