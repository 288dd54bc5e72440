import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  connectLongPoll,
  connectMessagePack,
  connectSse,
  connectWebSocket,
  type LiveClient,
  type LiveConnect,
  type LiveRequest,
  type Message,
} from '../testing/live-clients.ts';
import { LiveServer } from '../testing/live-server.ts';
import { TOKEN } from '../testing/test-hub.ts';

let server: LiveServer;
let clients: LiveClient[];

const TRANSPORTS: [string, LiveConnect][] = [
  ['websocket', connectWebSocket],
  ['websocket in MessagePack', connectMessagePack],
  ['sse', connectSse],
  ['long-poll', connectLongPoll],
];

/** `[seq, prev]` of a sample; any other message unchanged. */
const brief = (message: Message): unknown =>
  message.type === 'metrics' ? [message.seq, message.prev] : message;
/** `[seq, prev]` of consecutive samples. */
const run = (first: number, last: number): [number, number][] =>
  Array.from({ length: last - first + 1 }, (_, i) => [first + i, first + i - 1]);

beforeEach(async () => {
  clients = [];
  server = await new LiveServer().start();
});

afterEach(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await server.stop();
});

describe.each(TRANSPORTS)('[TR-4] over %s, a client', (_transport, connect) => {
  const open = async (request: LiveRequest): Promise<LiveClient> => {
    const client = await connect(server.url, request);
    clients.push(client);
    return client;
  };
  const follow = async (fields: object = {}): Promise<LiveClient> =>
    open({ subscriptions: [{ metrics: ['cpu'], ...fields }] });
  const take = async (client: LiveClient, count: number): Promise<unknown[]> => {
    const messages: unknown[] = [];
    while (messages.length < count) messages.push(brief(await client.next()));
    return messages;
  };
  /** A client that has read `welcome`, and its `subscribed`. */
  const resume = async (fields: object): Promise<[LiveClient, Message]> => {
    const client = await follow(fields);
    await client.next();
    return [client, await client.next()];
  };
  const gap = (from: number, to: number, fromTs: number, toTs: number, reason: string): object => ({
    type: 'gap',
    sub: 'default',
    from,
    to,
    fromTs,
    toTs,
    reason,
  });

  it('gets welcome, series and the latest sample at once, then each sample', async () => {
    server.publish(3);
    const client = await open({
      subscriptions: [
        { sub: 'a', metrics: ['cpu'], id: 7 },
        { sub: 'b', metrics: ['memory*'] },
      ],
    });
    expect(await client.next()).toMatchObject({
      type: 'welcome',
      v: 1,
      transports: ['websocket', 'sse', 'long-poll'],
    });
    const { epoch } = server.host;
    expect(await client.next()).toMatchObject({
      type: 'subscribed',
      sub: 'a',
      epoch,
      seq: 3,
      recovered: false,
      id: 7,
    });
    expect(await client.next()).toEqual({
      type: 'metrics',
      sub: 'a',
      seq: 3,
      prev: 0,
      ts: 3000,
      values: [3],
    });
    expect(await client.next()).toMatchObject({ type: 'subscribed', sub: 'b' });
    expect(await client.next()).toMatchObject({ sub: 'b', seq: 3, values: [30, null] });
    server.publish();
    expect(await client.next()).toMatchObject({ sub: 'a', seq: 4, prev: 3 });
    expect(await client.next()).toMatchObject({ sub: 'b', seq: 4, prev: 3 });
  });

  it('[BT-1] gets several samples at a time if it asks for that, while another subscription gets each', async () => {
    server.publish(2);
    const client = await open({
      subscriptions: [
        { sub: 'rarely', metrics: ['cpu'], batchMs: 3000 },
        { sub: 'each', metrics: ['cpu'] },
      ],
    });
    const told = async (count: number): Promise<unknown[]> => {
      const messages: Message[] = [];
      while (messages.length < count) messages.push(await client.next());
      return messages.map((one) => (one.type === 'metrics' ? `${one.sub} ${one.seq}` : one.type));
    };
    expect(await told(5)).toEqual(['welcome', 'subscribed', 'rarely 2', 'subscribed', 'each 2']);
    const arrived: unknown[] = [];
    for (let seq = 3; seq <= 6; seq += 1) {
      server.publish();
      arrived.push(...(await told(seq === 6 ? 4 : seq === 3 ? 2 : 1)));
    }
    const late = 'rarely 4, rarely 5, rarely 6, each 6';
    expect(arrived.join(', ')).toBe(`rarely 3, each 3, each 4, each 5, ${late}`);
  });

  it('hears how hosts are, then what has changed', async () => {
    const client = await open({ subscriptions: [{ sub: 'all', hosts: ['web-*'], id: 7 }] });
    expect(await client.next()).toMatchObject({ type: 'welcome' });
    expect(await client.next()).toMatchObject({
      type: 'hosts',
      complete: true,
      id: 7,
      hosts: [{ cpu: null }],
    });
    server.publish(3);
    await server.clock.advance(1000);
    expect(await client.next()).toMatchObject({ type: 'hosts', complete: false, hosts: [{ cpu: 3 }] });
  });

  it('is told what another host has before the answer, and before a refusal', async () => {
    server.addHost('db', 'db-1', ['queries']);
    const of = async (metrics: string[]): Promise<LiveClient> => {
      const client = await open({ subscriptions: [{ host: 'db-1', metrics, id: 1 }] });
      expect(await client.next()).toMatchObject({ type: 'welcome' });
      expect(await client.next()).toMatchObject({ type: 'host', id: 'db', catalogue: [{ name: 'queries' }] });
      return client;
    };
    expect(await (await of(['queries'])).next()).toMatchObject({ type: 'subscribed', host: 'db', id: 1 });
    const refused = { type: 'error', code: 'unknown_metric', id: 1 };
    expect(await (await of(['nothing'])).next()).toMatchObject(refused);
  });

  it('[RT-3] gets its past first, then live samples', async () => {
    server.publish(10);
    const [client] = await resume({ backfill: 4 });
    expect(await take(client, 4)).toEqual([[7, 0], ...run(8, 10)]);
    server.publish(3);
    expect(await take(client, 3)).toEqual(run(11, 13));
  });

  it('[RT-4] resumes at its position', async () => {
    server.publish(700);
    const [client, subscribed] = await resume({ since: { epoch: server.host.epoch, seq: 5 } });
    expect(subscribed).toMatchObject({ recovered: true, seq: 700 });
    expect(await take(client, 695)).toEqual(run(6, 700));
    server.publish(2);
    expect(await take(client, 2)).toEqual(run(701, 702));
  });

  it('[RT-5] gets a gap for evicted samples', async () => {
    server.publish(1000);
    const [client, subscribed] = await resume({
      since: { epoch: server.host.epoch, seq: 50, ts: 50_000 },
    });
    expect(subscribed).toMatchObject({ recovered: false });
    expect(await take(client, 901)).toEqual([gap(51, 100, 50_000, 101_000, 'evicted'), ...run(101, 1000)]);
  });

  it('[RT-6] gets a gap after a restart', async () => {
    server.publish(2);
    const [client, subscribed] = await resume({ since: { epoch: 'another', seq: 50, ts: 500 } });
    expect(subscribed).toMatchObject({ recovered: false });
    expect(await take(client, 3)).toEqual([gap(1, 0, 500, 1000, 'agent_restart'), ...run(1, 2)]);
  });

  it('[RT-6] gets one gap after a restart, with the first sample', async () => {
    const [client] = await resume({ since: { epoch: 'another', seq: 50, ts: 500 } });
    server.publish();
    expect(await take(client, 2)).toEqual([gap(1, 0, 500, 1000, 'agent_restart'), [1, 0]]);
    server.publish();
    expect(await take(client, 1)).toEqual([[2, 1]]);
  });

  it('[RT-7] gets a gap for an unknown position', async () => {
    server.publish(9);
    const [client] = await resume({ since: { epoch: server.host.epoch, seq: 50, ts: 500 } });
    expect(await take(client, 2)).toEqual([gap(9, 8, 500, 9000, 'unknown_position'), [9, 8]]);
    server.publish();
    expect(await take(client, 1)).toEqual([[10, 9]]);
  });

  it('[RT-8] gets the gap of a pause in sampling in its place', async () => {
    server.publish(2);
    const [client] = await resume({});
    await client.next();
    server.publish();
    server.publishAfter('suspend');
    server.publish();
    expect(await take(client, 4)).toEqual([[3, 2], gap(4, 3, 3000, 4000, 'suspend'), [4, 3], [5, 4]]);
  });

  it('gets samples at its own interval', async () => {
    server.publish(4);
    const [client, subscribed] = await resume({ intervalMs: 2500 });
    expect(subscribed).toMatchObject({ intervalMs: 3000 });
    server.publish(9);
    expect(await take(client, 4)).toEqual([
      [4, 0],
      [6, 4],
      [9, 6],
      [12, 9],
    ]);
  });

  it.each([
    [{ metrics: ['gpu'], id: 'x' }, 'unknown_metric', 'Unknown metric: gpu'],
    [{ metrics: ['cpu'], host: 'web-2', id: 'x' }, 'unknown_host', 'Unknown host'],
    [
      { id: 'x' },
      'invalid_message',
      'Invalid metrics: must name at least one metric, unless there is a table',
    ],
  ])('gets an error with code and id for %j', async (subscription, code, error) => {
    const client = await open({ subscriptions: [subscription] });
    let message = await client.next();
    if (message.type === 'welcome') message = await client.next();
    expect(message).toEqual({ type: 'error', error, code, id: 'x' });
  });

  it('needs the right token', async () => {
    const guarded = await new LiveServer({ requiresToken: true }).start();
    try {
      guarded.publish();
      const subscriptions = [{ metrics: ['cpu'] }];
      const bearer = await connect(guarded.url, { subscriptions, token: TOKEN });
      expect(await bearer.next()).toMatchObject({ type: 'welcome' });
      await bearer.close();
      const stranger = await connect(guarded.url, { subscriptions, token: 'wrong' });
      expect(await stranger.next()).toEqual({ type: 'auth_error', error: 'Invalid token' });
      await stranger.close();
      const nobody = await connect(guarded.url, { subscriptions });
      expect(await nobody.next()).toMatchObject({ error: 'Not authenticated' });
      await nobody.close();
    } finally {
      await guarded.stop();
    }
  });

  it('gets goodbye when the agent stops', async () => {
    const [client] = await resume({});
    const goodbye = client.next();
    // A poll must be waiting to get the message.
    await expect.poll(() => server.clientCount()).toBe(1);
    await server.stop();
    expect(await goodbye).toEqual({
      type: 'goodbye',
      code: 4201,
      reason: 'The agent is shutting down',
      retryMs: 1000,
    });
    server = await new LiveServer().start();
  });

  it('leaves nothing behind', async () => {
    server.publish();
    const [client] = await resume({});
    await client.next();
    void client.next().catch(() => {});
    await expect.poll(() => server.clientCount()).toBe(1);
    await client.close();
    await expect.poll(() => server.clientCount()).toBe(0);
    expect(server.clock.pending).toBe(0);
  });
});
