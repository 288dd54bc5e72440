import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LiveServer } from '../testing/live-server.ts';
import { head, sendRaw } from '../testing/raw-request.ts';
import { POLL_PATH } from './long-poll.ts';

interface Answer {
  readonly type: string;
  readonly messages: { type: string; seq?: number; prev?: number; error?: string }[];
  readonly cursor: string;
}

let server: LiveServer;

beforeEach(async () => {
  server = await new LiveServer().start();
});

afterEach(async () => {
  await server.stop();
});

const send = (body: string, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> =>
  fetch(`${server.url}metrics/poll`, { method: 'POST', body, headers, signal: signal ?? null });
const poll = async (cursor?: string, fields: object = {}): Promise<Answer> => {
  const response = await send(JSON.stringify({ subscriptions: [{ metrics: ['cpu'] }], cursor, ...fields }));
  expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
  return (await response.json()) as Answer;
};
const types = ({ messages }: Answer): string[] => messages.map(({ type }) => type);

describe('[TR-3] a poll', () => {
  it('without a cursor is answered at once, even before the first sample', async () => {
    expect(types(await poll())).toEqual(['welcome', 'subscribed']);
    server.publish();
    expect(types(await poll())).toEqual(['welcome', 'subscribed', 'metrics']);
  });

  it('with a cursor gets only what is new since', async () => {
    server.publish(2);
    const { cursor } = await poll();
    server.publish(3);
    const { messages, type } = await poll(cursor);
    expect(type).toBe('batch');
    expect(messages).toMatchObject([
      { seq: 3, prev: 2 },
      { seq: 4, prev: 3 },
      { seq: 5, prev: 4 },
    ]);
  });

  it('that is refused leaves no sampling demand behind', async () => {
    const subscriptions = [
      { sub: 'fast', metrics: ['cpu'], intervalMs: 100 },
      { sub: 'bad', metrics: ['nonsense'] },
    ];
    expect((await send(JSON.stringify({ subscriptions }))).status).toBe(400);
    expect(server.host.stride).toBe(10);
  });

  it('waits for the next sample when nothing is due', async () => {
    server.publish();
    const { cursor } = await poll();
    const waiting = poll(cursor);
    await expect.poll(() => server.clientCount()).toBe(1);
    server.publish();
    expect((await waiting).messages).toMatchObject([{ seq: 2, prev: 1 }]);
    expect([server.clientCount(), server.clock.pending]).toEqual([0, 0]);
  });

  it.each([
    [undefined, 25_000],
    [60_000, 25_000],
    [300, 300],
  ])('with waitMs %s gets an empty answer after %i ms', async (waitMs, afterMs) => {
    const { cursor } = await poll();
    let answer: Answer | undefined;
    const wait = async (): Promise<void> => {
      answer = await poll(cursor, { waitMs });
    };
    const waiting = wait();
    await expect.poll(() => server.clientCount()).toBe(1);
    await server.clock.advance(afterMs - 1);
    expect(answer).toBeUndefined();
    await server.clock.advance(1);
    await waiting;
    expect(answer).toEqual({ type: 'batch', messages: [], cursor });
  });

  it('announces only new or changed subscriptions', async () => {
    server.publish();
    const { cursor } = await poll();
    const a = { sub: 'default', metrics: ['cpu'] };
    const b = { sub: 'b', metrics: ['memory'] };
    const added = await poll(cursor, { subscriptions: [a, b] });
    expect(added.messages).toMatchObject([
      { type: 'subscribed', sub: 'b' },
      { sub: 'b', seq: 1 },
    ]);
    const changed = await poll(added.cursor, { subscriptions: [{ ...a, metrics: ['memory'] }, b] });
    expect(changed.messages).toMatchObject([{ type: 'subscribed', sub: 'default', recovered: true }]);
  });

  it('recognizes a restart by the cursor of another run', async () => {
    const other = await new LiveServer().start();
    other.publish(5);
    const response = await fetch(`${other.url}metrics/poll`, {
      method: 'POST',
      body: '{"subscriptions":[{"metrics":["cpu"]}]}',
    });
    const { cursor } = (await response.json()) as Answer;
    await other.stop();
    const waiting = await poll(cursor);
    expect(waiting.messages).toMatchObject([{ type: 'subscribed', recovered: false }]);
    server.publish();
    const { messages } = await poll(waiting.cursor);
    expect(messages).toMatchObject([
      { type: 'gap', reason: 'agent_restart', from: 1, to: 0, fromTs: 5000 },
      { seq: 1, prev: 0 },
    ]);
  });

  it('delivers a long backfill in parts', async () => {
    server.publish(9000);
    const { epoch } = server.host;
    const subscriptions = [{ sub: '"'.repeat(250), metrics: ['*'], since: { epoch, seq: 8100 } }];
    let answer = await poll(undefined, { subscriptions });
    const seqs = answer.messages.slice(2).map(({ seq }) => seq);
    expect(seqs.length).toBeLessThan(900);
    while (seqs.length < 900) {
      answer = await poll(answer.cursor, { subscriptions });
      seqs.push(...answer.messages.map(({ seq }) => seq));
    }
    expect(seqs).toEqual(Array.from({ length: 900 }, (_, index) => 8101 + index));
  });

  it('whose client disconnects leaves nothing behind', async () => {
    const { cursor } = await poll();
    const leave = new AbortController();
    const body = JSON.stringify({ subscriptions: [{ metrics: ['cpu'] }], cursor });
    const waiting = send(body, {}, leave.signal);
    await expect.poll(() => server.clientCount()).toBe(1);
    leave.abort();
    await expect(waiting).rejects.toThrow('abort');
    await expect.poll(() => server.clientCount()).toBe(0);
    expect(server.clock.pending).toBe(0);
  });

  it.each([
    ['not JSON', '{', 400, /^Invalid JSON/],
    ['not an object', '[]', 400, /^Invalid message/],
    ['without subscriptions', '{}', 400, /^Invalid subscriptions: is required/],
    ['with a wrong cursor', '{"subscriptions":[{"metrics":["cpu"]}],"cursor":"x"}', 400, /^Invalid cursor/],
    ['with a wrong wait', '{"subscriptions":[{"metrics":["cpu"]}],"waitMs":-1}', 400, /^Invalid waitMs/],
    ['above 16 KB', 'x'.repeat(16_385), 413, /16384 bytes at most/],
  ])('%s is refused', async (_what, body, status, error) => {
    const response = await send(body);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({
      type: 'error',
      error: expect.stringMatching(error),
      code: expect.stringMatching(/^invalid_/),
    });
  });

  it('may be chunked, up to the size limit', async () => {
    const chunked = async (body: string): Promise<number> => {
      const chunk = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
      const lines = [`Host: localhost:${server.port}`, 'Transfer-Encoding: chunked', 'Connection: close'];
      return (await sendRaw(server.port, head(POLL_PATH, lines, 'POST') + chunk)).status;
    };
    expect(await chunked('{"subscriptions":[{"metrics":["cpu"]}]}')).toBe(200);
    expect(await chunked(`{"subscriptions":[]${' '.repeat(17_000)}}`)).toBe(413);
    await server.assertAlive();
  });

  it('that breaks off logs no error', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.write(`${head(POLL_PATH, ['Host: localhost', 'Content-Length: 100'], 'POST')}{"subscr`);
    await once(socket, 'connect');
    // Each round trip ensures that earlier input has been read.
    await server.assertAlive();
    socket.resetAndDestroy();
    await server.assertAlive();
    await server.assertAlive();
    expect(server.clientCount()).toBe(0);
  });

  it('with a wrong token is refused with 401', async () => {
    const guarded = await new LiveServer({ requiresToken: true }).start();
    for (const [headers, error] of [
      [{}, 'Not authenticated'],
      [{ Authorization: 'Bearer wrong' }, 'Invalid token'],
      [{ Authorization: 'Basic czNjcmV0' }, 'Invalid token'],
    ] as const) {
      const response = await fetch(`${guarded.url}metrics/poll`, {
        method: 'POST',
        body: '{"subscriptions":[{"metrics":["cpu"]}]}',
        headers,
      });
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
      expect(await response.json()).toEqual({ type: 'auth_error', error });
    }
    await guarded.stop();
  });
});
