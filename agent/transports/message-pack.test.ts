import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeServerFrame } from '../../shared/client/server-frames.ts';
import {
  compactMetricsSchema,
  historySchema,
  SUBPROTOCOL,
  SUBPROTOCOL_MSGPACK,
} from '../../shared/protocol/messages.ts';
import * as v from 'valibot';
import { LiveServer } from '../testing/live-server.ts';
import { MemoryHistory } from '../testing/memory-history.ts';
import { SocketClient } from '../testing/socket-client.ts';

let server: LiveServer;
let clients: SocketClient[];

beforeEach(async () => {
  server = await new LiveServer().start();
  clients = [];
});

afterEach(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await server.assertAlive();
  await server.stop();
});

async function connect(...protocols: string[]): Promise<SocketClient> {
  const client = await SocketClient.connect(server.url, ...protocols);
  clients.push(client);
  return client;
}

/** The frames up to the answer to a ping. */
async function framesOf(client: SocketClient): Promise<string[]> {
  client.send('ping');
  const frames: string[] = [];
  for (;;) {
    const frame = await client.next();
    if (frame === 'pong') return frames;
    frames.push(frame);
  }
}

/** What a client was told of each subscription, in order, but for what samples call it. */
function bySubscription(frames: readonly string[]): Map<string, object[]> {
  const told = new Map<string, object[]>();
  for (const message of frames.flatMap((frame) => decodeServerFrame(frame))) {
    const sub = 'sub' in message ? message.sub : '';
    const { channel: _channel, ...rest } = { channel: 0, ...message };
    told.set(sub, [...(told.get(sub) ?? []), rest]);
  }
  return told;
}

describe('a viewer over MessagePack', () => {
  it('is told exactly what a viewer over JSON is told', async () => {
    const viewers = await Promise.all([connect(SUBPROTOCOL), connect(SUBPROTOCOL_MSGPACK)]);
    const told = viewers.map((): string[] => []);
    const agree = async (message?: object): Promise<void> => {
      if (message !== undefined) for (const viewer of viewers) viewer.send(message);
      const hear = async (): Promise<void> => {
        for (const [index, viewer] of viewers.entries()) told[index]?.push(...(await framesOf(viewer)));
      };
      const heard = async (): Promise<readonly Map<string, object[]>[]> => {
        await hear();
        return told.map(bySubscription);
      };
      // The rest of a past may come after the answer to a ping.
      await expect
        .poll(async () => {
          const [json, packed] = await heard();
          return isDeepStrictEqual(packed, json);
        })
        .toBe(true);
    };
    const subscribe = async (fields: object): Promise<void> =>
      agree({ action: 'subscribe', metrics: ['*'], ...fields });

    server.publish(400);
    server.publishAfter('suspend');
    server.publishTable(['a', 1, null, 2, 3, 'b']);
    await subscribe({ sub: 'all', backfill: 380, tables: ['processes'], id: 1 });
    await subscribe({ sub: 'few', metrics: ['cpu'], intervalMs: 3000, backfill: 50 });
    await subscribe({ sub: 'lost', since: { epoch: 'another', seq: 4, ts: 1 } });
    await subscribe({ sub: 'hosts', metrics: [], hosts: ['*'] });
    await subscribe({ sub: 'none', metrics: ['gpu'], id: 'x' });
    await agree({ type: 'batch', messages: [{ action: 'unsubscribe' }, { action: 'dance', id: 3 }] });
    for (let round = 0; round < 5; round += 1) {
      server.publish();
      await agree();
    }
    server.publishTable(['b', 2, 0.5, -1, 1e300, '']);
    await agree();
    server.publishNew(['cpu', 'new']);
    await agree();
    await agree({ action: 'unsubscribe', sub: 'all' });
    server.publishNew(['new', 'cpu']);
    await agree();

    const [all, few] = ['all', 'few'].map((sub) => bySubscription(told[1] ?? []).get(sub) ?? []);
    expect(all?.length).toBeGreaterThan(380);
    expect(few?.at(-1)).toMatchObject({ type: 'metrics', seq: 408 });
  });

  it('gets the past that a viewer over JSON gets', async () => {
    server.host.history = new MemoryHistory({
      timesMs: Array.from({ length: 5000 }, (_, index) => index * 1000),
    });
    const answers = await Promise.all(
      [SUBPROTOCOL, SUBPROTOCOL_MSGPACK].map(async (protocol) => {
        const client = await connect(protocol);
        await client.next();
        client.send({ action: 'history', id: 1, metrics: ['*'], from: 0, to: 5_000_000, points: 10_000 });
        const slices: unknown[] = [];
        for (let done = false; !done;) {
          const slice = v.parse(historySchema, JSON.parse(await client.next()));
          slices.push(slice);
          ({ done } = slice);
        }
        return slices;
      }),
    );

    expect(answers[0]?.length).toBeGreaterThan(3);
    expect(answers[1]).toEqual(answers[0]);
  });

  it('gets the same bytes as every other that follows the same, but not those of JSON', async () => {
    server.publish();
    const other = await connect(SUBPROTOCOL);
    other.send({ action: 'subscribe', metrics: ['*'] });
    await framesOf(other);
    const viewers = await Promise.all([connect(SUBPROTOCOL_MSGPACK), connect(SUBPROTOCOL_MSGPACK)]);
    const received = viewers.map((viewer) => {
      const frames: string[] = [];
      viewer.socket.on('message', (frame: Buffer) => frames.push(frame.toString('hex')));
      viewer.send({ action: 'subscribe', metrics: ['*'] });
      return frames;
    });
    await Promise.all(viewers.map(framesOf));
    server.publish();
    await Promise.all(viewers.map(framesOf));

    expect(received[0]?.filter((frame) => frame.startsWith('c7'))).toHaveLength(2);
    expect(received[1]?.slice(-5)).toEqual(received[0]?.slice(-5));
  });

  it.each([
    ['the first that is known', ['v2', SUBPROTOCOL_MSGPACK, SUBPROTOCOL], SUBPROTOCOL_MSGPACK],
    ['also where JSON is preferred', [SUBPROTOCOL, SUBPROTOCOL_MSGPACK], SUBPROTOCOL],
  ])('gets of what it offers %s', async (_which, offered, expected) => {
    const client = await connect(...offered);

    expect(client.socket.protocol).toBe(expected);
    expect(await client.next()).toContain('"type":"welcome"');
  });

  it('that says nonsense is told so, and goes on', async () => {
    const client = await connect(SUBPROTOCOL_MSGPACK);
    client.socket.send(Buffer.from('ddffffffff', 'hex'));
    const [, error] = await framesOf(client);

    expect(JSON.parse(error ?? '')).toEqual({
      type: 'error',
      code: 'invalid_message',
      error: 'Invalid message: expected one MessagePack object per frame',
    });
  });
});

describe('a frame of the other kind', () => {
  it.each([
    ['text', SUBPROTOCOL_MSGPACK, '{"action":"hello","v":1}', 'Binary frames only, but for a ping'],
    ['binary', SUBPROTOCOL, Buffer.of(0x80), 'Text frames only'],
  ])('closes with 1003: %s over %s', async (_kind, protocol, frame, reason) => {
    const client = await connect(protocol);
    client.socket.send(frame);

    expect(await client.closed).toEqual([1003, reason]);
  });
});

describe('compact samples in JSON', () => {
  it('say what samples with names say', async () => {
    server.publish(5);
    const client = await connect(SUBPROTOCOL);
    client.send({ action: 'subscribe', sub: 'short', metrics: ['*'], backfill: 2, compact: true });
    client.send({ action: 'subscribe', sub: 'long', metrics: ['*'] });
    server.publish();
    const [, subscribed = '', batch = '', ...rest] = await framesOf(client);
    const { channel } = JSON.parse(subscribed) as { channel: number };
    const { messages } = JSON.parse(batch) as { messages: unknown[] };

    expect(messages.map((message) => v.parse(compactMetricsSchema, message).m)).toEqual([
      [channel, 5, 5, 5000, 5, 50, null],
      [channel, 6, 1, 6000, 6, 60, null],
    ]);
    expect(rest.map((frame) => JSON.parse(frame) as object)).toEqual([
      expect.not.objectContaining({ channel: expect.anything() }),
      { type: 'metrics', sub: 'long', seq: 6, prev: 0, ts: 6000, values: [6, 60, null] },
    ]);
  });

  it('are announced again over SSE and polls only when their channel is another', async () => {
    server.publish(2);
    const subscriptions = [{ metrics: ['cpu'], compact: true }];
    const poll = async (cursor?: string): Promise<{ cursor: string; messages: { type?: string }[] }> => {
      const body = JSON.stringify({ subscriptions, cursor, waitMs: 0 });
      const response = await fetch(`${server.url}metrics/poll`, { method: 'POST', body });
      return (await response.json()) as { cursor: string; messages: { type?: string }[] };
    };
    const first = await poll();
    server.publish();
    const second = await poll(first.cursor);

    expect(first.messages.map((message) => message.type ?? Object.keys(message)[0])).toEqual([
      'welcome',
      'subscribed',
      'm',
    ]);
    expect(second.messages).toEqual([{ m: [expect.any(Number), 3, 1, 3000, 3] }]);
  });
});
