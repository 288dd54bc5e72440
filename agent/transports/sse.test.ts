import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEvents } from '../testing/live-clients.ts';
import { LiveServer } from '../testing/live-server.ts';

let server: LiveServer;
let leave: AbortController;

beforeEach(async () => {
  leave = new AbortController();
  server = await new LiveServer({ allowOrigins: ['https://page.example'] }).start();
});

afterEach(async () => {
  leave.abort();
  await server.stop();
});

const query = (subscriptions: unknown): string =>
  `metrics/sse?${new URLSearchParams({ subscriptions: JSON.stringify(subscriptions) }).toString()}`;

async function stream(
  subscriptions: unknown,
  headers: Record<string, string> = {},
): Promise<[Response, AsyncGenerator<string, void>]> {
  const response = await fetch(server.url + query(subscriptions), { headers, signal: leave.signal });
  if (response.body === null) throw new TypeError('no body');
  return [response, readEvents(response.body)];
}

const read = async (events: AsyncGenerator<string, void>): Promise<string> =>
  (await events.next()).value ?? '';
/** The cursor of an event. */
const idOf = (event: string): string => /^id: (\S+)$/m.exec(event)?.[1] ?? '';

/** Fills all buffers of a client that does not read. */
async function publishUntilSkipped(): Promise<void> {
  while (server.hub.skippedSamples < 10) {
    server.publish(5);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

describe('[TR-2] a stream of events', () => {
  it('begins with a comment at once, and is never cached or buffered', async () => {
    const [{ status, headers }, events] = await stream([{ metrics: ['cpu'] }]);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-accel-buffering')).toBe('no');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(await read(events)).toBe(':');
    expect(await read(events)).toMatch(/^data: \{"type":"welcome"/);
  });

  it('whose client disconnects during verification leaves no session behind', async () => {
    const open = server.hub.openStream.bind(server.hub);
    let isAsked = false;
    let goOn = (): void => {};
    const gone = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    server.hub.openStream = async (...args) => {
      isAsked = true;
      await gone;
      return open(...args);
    };
    const streaming = stream([{ metrics: ['cpu'], intervalMs: 100 }]);
    await expect.poll(() => isAsked).toBe(true);
    leave.abort();
    await expect(streaming).rejects.toThrow(/abort/);
    await server.assertAlive();
    goOn();
    await server.assertAlive();
    await expect.poll(() => [server.clientCount(), server.host.stride]).toEqual([0, 10]);
  });

  it('has a comment every 15 s', async () => {
    const [, events] = await stream([{ metrics: ['cpu'] }]);
    for (let i = 0; i < 3; i += 1) await read(events);
    await server.clock.advance(15_000);
    const two = [await read(events), await read(events)];
    expect(two).toContain(':');
    expect(two.join()).toContain('heartbeat');
  });

  it('has its first cursor on the last of its opening messages', async () => {
    server.publish(2);
    const [, events] = await stream([{ metrics: ['cpu'] }]);
    const first = [await read(events), await read(events), await read(events), await read(events)];
    expect(first.map((event) => idOf(event) !== '')).toEqual([false, false, false, true]);
  });

  it('resumes from Last-Event-ID, which takes precedence over since', async () => {
    const subscriptions = [{ sub: 'ü', metrics: ['cpu'], since: { epoch: 'x', seq: 1 } }];
    server.publish(2);
    const [, events] = await stream([{ sub: 'ü', metrics: ['cpu'] }]);
    for (let i = 0; i < 3; i += 1) await read(events);
    const head = await read(events);
    expect(head).toContain('"seq":2');
    leave.abort();
    leave = new AbortController();
    server.publish(3);
    const [, again] = await stream(subscriptions, { 'Last-Event-ID': idOf(head) });
    for (let i = 0; i < 2; i += 1) await read(again);
    expect(await read(again)).toContain('"recovered":true');
    const missed = await read(again);
    expect(missed).toMatch(/"seq":3,"prev":2.*"seq":4,"prev":3.*"seq":5,"prev":4/);
    server.publish();
    expect(await read(again)).toContain('"seq":6,"prev":5');
  });

  it.each([
    ['no subscriptions', 'metrics/sse', /^Invalid subscriptions/],
    ['what is not JSON', 'metrics/sse?subscriptions=[', /^Invalid JSON/],
    ['what is no object', query([null]), /JSON objects/],
    ['too many', query(Array.from({ length: 65 }, () => ({ metrics: ['cpu'] }))), /at most 64/],
  ])('is refused for %s with 400 and an error', async (_what, path, error) => {
    const response = await fetch(server.url + path);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ type: 'error', error: expect.stringMatching(error) });
    expect(server.clientCount()).toBe(0);
  });

  it('that is refused leaves no sampling demand behind', async () => {
    const wishes = query([
      { sub: 'fast', metrics: ['cpu'], intervalMs: 100 },
      { sub: 'bad', metrics: ['nonsense'] },
    ]);
    expect((await fetch(server.url + wishes)).status).toBe(400);
    expect(server.host.stride).toBe(10);
  });

  it('is refused for an invalid cursor', async () => {
    const headers = { 'Last-Event-ID': 'bm9uZQ' };
    const response = await fetch(server.url + query([{ metrics: ['cpu'] }]), { headers });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'invalid_message' });
  });

  it('[FC-1] is skipped while its client does not read, and then gets a gap', async () => {
    const socket = connect(server.port, '127.0.0.1');
    const metrics = ['*'];
    socket.write(`GET /${query([{ sub: 's'.repeat(200), metrics }])} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await once(socket, 'data');
    socket.pause();
    await publishUntilSkipped();
    expect(server.hub.skippedSamples).toBeGreaterThan(0);
    await server.clock.advance(15_000);
    expect(server.clientCount()).toBe(1);
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-100_000);
    });
    socket.resume();
    await expect.poll(() => text).toContain('"reason":"slow"');
    await expect.poll(() => text).toContain(`"seq":${server.host.store.head.seq},`);
    socket.destroy();
    await expect.poll(() => server.clientCount()).toBe(0);
  });
});

describe('[FC-3] a stream that is not read', () => {
  it('for 30 s is ended', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.write(
      `GET /${query([{ sub: 's'.repeat(200), metrics: ['*'] }])} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    );
    await once(socket, 'data');
    socket.pause();
    await publishUntilSkipped();
    await server.clock.advance(29_000);
    expect(server.clientCount()).toBe(1);
    await server.clock.advance(2000);
    expect(server.clientCount()).toBe(0);
    socket.destroy();
  });
});

describe('the fallback transports', () => {
  it.each([
    ['HEAD', 'metrics/sse', 'GET'],
    ['POST', 'metrics/sse', 'GET'],
    ['OPTIONS', 'metrics/sse', 'GET'],
    ['GET', 'metrics/poll', 'POST'],
    ['DELETE', 'metrics/poll', 'POST'],
  ])('%s %s is not allowed', async (method, path, allowed) => {
    const response = await fetch(server.url + path, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, allowed]);
  });

  it.each([
    ['metrics/sse', 'GET'],
    ['metrics/poll', 'POST'],
  ])('%s allows pages of other origins', async (path, method) => {
    const origin = 'https://page.example';
    const preflight = await fetch(server.url + path, {
      method: 'OPTIONS',
      headers: {
        Origin: origin,
        'Access-Control-Request-Method': method,
        'Access-Control-Request-Headers': 'authorization',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin);
    expect(preflight.headers.get('access-control-allow-methods')).toBe(method);
    expect(preflight.headers.get('access-control-allow-headers')).toBe(
      'Authorization,Content-Type,Last-Event-ID',
    );
    expect(preflight.headers.get('vary')).toContain('Origin');
    expect(preflight.headers.has('access-control-allow-credentials')).toBe(false);
    const answer = await fetch(server.url + path, { method, headers: { Origin: origin } });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    expect(answer.headers.get('vary')).toContain('Origin');
    const same = await fetch(server.url + path, { method });
    expect(same.headers.has('access-control-allow-origin')).toBe(false);
  });

  it('other routes allow only their own origin', async () => {
    const response = await fetch(`${server.url}healthz`, { headers: { Origin: 'https://page.example' } });
    expect(response.headers.has('access-control-allow-origin')).toBe(false);
  });
});
