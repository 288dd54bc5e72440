import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { decodeServerFrame } from '../../shared/client/server-frames.ts';
import type { Peer } from '../auth/peer.ts';
import { LOCAL } from '../testing/local-peer.ts';
import { TestHub, type TestClient } from '../testing/test-hub.ts';

const HELD = 400;
const ALL_SUBSCRIPTIONS = 64;
const FRAME_MS = 1;
const SECONDS = 2;

let test: TestHub;

beforeEach(() => {
  test = new TestHub();
  test.publish(HELD);
});

const from = (address: string): Peer => ({ ...LOCAL, address });

const subscribe = (fields: object = {}) => ({ action: 'subscribe', metrics: ['*'], ...fields });

/** The largest request within all limits. */
const everything = (fields: object = {}) => ({
  type: 'batch',
  messages: Array.from({ length: ALL_SUBSCRIPTIONS }, (_, index) =>
    subscribe({ sub: `s${index}`, backfill: HELD, ...fields }),
  ),
});

function connectGreedy(address = '198.51.100.1'): TestClient {
  const client = test.connect('v1', { peer: from(address), frameMs: FRAME_MS });
  client.take();
  return client;
}

function connectHonest(): TestClient {
  const client = test.connect('v1', { peer: from('192.0.2.1') });
  client.send(subscribe());
  client.take();
  return client;
}

/** Advances turns of the event loop, and their time, until nothing arrives any more. */
async function settle(clients: readonly TestClient[]): Promise<string[][]> {
  const received: string[][] = clients.map(() => []);
  for (let silent = 0; silent < 30; silent += 1) {
    await nextTurn();
    await test.clock.advance(1);
    for (const [index, client] of clients.entries()) {
      const texts = client.take();
      if (texts.length > 0) silent = 0;
      received[index]?.push(...texts);
    }
  }
  return received;
}

/** Samples by subscription, and whether each has the right `prev`. */
function continuity(texts: readonly string[]): {
  counts: Map<string, number>;
  last: Map<string, number>;
  gaps: number;
} {
  const counts = new Map<string, number>();
  const last = new Map<string, number>();
  let gaps = 0;
  for (const message of texts.flatMap((text) => decodeServerFrame(text))) {
    if (message.type === 'gap') gaps += 1;
    if (message.type === 'subscribed') last.delete(message.sub);
    if (message.type !== 'metrics') continue;
    const before = last.get(message.sub);
    if (before !== undefined && message.prev !== before) gaps += 1;
    last.set(message.sub, message.seq);
    counts.set(message.sub, (counts.get(message.sub) ?? 0) + 1);
  }
  return { counts, last, gaps };
}

describe('viewers that request the whole past as often as allowed', () => {
  it('get a little of it in each turn of the event loop', async () => {
    const greedy = Array.from({ length: 10 }, () => connectGreedy());
    for (const client of greedy) client.send(everything());
    const taken = (): number => greedy.reduce((sum, client) => sum + client.take().length, 0);
    expect(taken()).toBeLessThan(6);
    await nextTurn();
    expect(taken()).toBeLessThan(6);
  });

  it('are served after every other client has a new sample', () => {
    const greedy = Array.from({ length: 10 }, () => connectGreedy());
    const honest = connectHonest();
    for (const client of greedy) client.send(everything());
    for (const client of greedy) client.take();
    const sentTo = (): number => greedy.reduce((sum, client) => sum + client.take().length, 0);
    let before = Number.NaN;
    honest.onReceived(() => (before = sentTo()));
    test.publish();
    expect(honest.takeMessages()).toMatchObject([{ type: 'metrics', seq: HELD + 1, prev: HELD }]);
    expect(before).toBe(0);
  });

  it('do not delay a viewer that connects meanwhile', async () => {
    for (let index = 0; index < 100; index += 1) connectGreedy(`198.51.100.${index % 10}`).send(everything());
    const honest = test.connect('v1', { peer: from('192.0.2.1') });
    honest.send(subscribe());
    for (let turn = 0; turn < 4; turn += 1) await nextTurn();
    expect(honest.takeMessages()).toMatchObject([
      { type: 'welcome' },
      { type: 'subscribed' },
      { type: 'metrics', seq: HELD },
    ]);
  });

  it('get all that they requested, later but complete and in order', async () => {
    const greedy = [connectGreedy(), connectGreedy('198.51.100.2')];
    for (const client of greedy) client.send(everything());
    const during = [];
    for (let second = 0; second < SECONDS; second += 1) {
      test.publish();
      during.push(await settle(greedy));
    }
    for (const index of greedy.keys()) {
      const { counts, last, gaps } = continuity(during.flatMap((received) => received[index] ?? []));
      expect(gaps).toBe(0);
      expect(counts.size).toBe(ALL_SUBSCRIPTIONS);
      expect(Math.min(...counts.values())).toBeGreaterThanOrEqual(HELD);
      expect(new Set(last.values())).toEqual(new Set([test.host.store.head.seq]));
    }
  });

  it('do not get the rest of a past that they have requested again', async () => {
    const client = connectGreedy();
    for (let index = 0; index < 20; index += 1) client.send(subscribe({ backfill: HELD }));
    const [texts = []] = await settle([client]);
    const { counts } = continuity(texts);
    expect(counts.get('default')).toBeLessThan(20 * HELD * 0.9);
    const afterLast = texts.slice(texts.findLastIndex((text) => text.includes('"subscribed"')));
    expect(continuity(afterLast)).toMatchObject({ counts: new Map([['default', HELD]]), gaps: 0 });
  });

  it('are closed with 4102 if they keep sending while earlier requests still wait', async () => {
    const client = connectGreedy();
    const message = everything({ tables: ['processes'], host: 'web-1' });
    let sent = 0;
    for (; client.closes.length === 0 && sent < 100; sent += 1) {
      client.send(message);
      await test.clock.advance(105);
    }
    expect(client.closes).toEqual([{ code: 4102, reason: expect.stringContaining('wait for the answers') }]);
    expect(JSON.stringify(message).length * sent).toBeLessThan(256 * 1024);
  });
});

describe('a request', () => {
  it('waits until its client has read earlier answers', () => {
    const client = test.connectV1();
    client.stopReadingAfter(3);
    client.send({ type: 'batch', messages: Array.from({ length: 64 }, () => ({ action: 'hello', v: 1 })) });
    expect(client.take()).toHaveLength(3);
    client.stopReadingAfter(1);
    client.readAgain();
    expect(client.take()).toHaveLength(1);
    client.stopReadingAfter(1000);
    client.readAgain();
    expect(client.take()).toHaveLength(60);
  });

  it('is handled in order, however long it waits', async () => {
    const client = connectGreedy();
    for (let index = 0; index < 30; index += 1) client.send(subscribe({ metrics: ['gpu'], id: index }));
    const [texts = []] = await settle([client]);
    expect(texts.map((text) => (JSON.parse(text) as { id: number }).id)).toEqual([...Array(30).keys()]);
  });
});

describe('a viewer whose samples are expensive', () => {
  it('gets each sample after the others, in one piece and without a gap', async () => {
    const heavy = connectGreedy();
    heavy.send(everything({ backfill: 0 }));
    await settle([heavy]);
    const honest = connectHonest();
    let before = Number.NaN;
    honest.onReceived(() => (before = heavy.take().length));
    test.publish();
    expect(honest.takeMessages()).toMatchObject([{ seq: HELD + 1 }]);
    expect(before).toBe(0);
    const [texts = []] = await settle([heavy]);
    expect(texts).toHaveLength(ALL_SUBSCRIPTIONS);
  });

  it('gets what arrived while it waited for its turn, not a gap', async () => {
    const heavy = connectGreedy();
    heavy.send(everything({ backfill: 0 }));
    const begun = (await settle([heavy]))[0] ?? [];
    test.publish(20);
    const [texts = []] = await settle([heavy]);
    const { counts, gaps } = continuity([...begun, ...texts]);
    expect(gaps).toBe(0);
    expect([...counts.values()]).toEqual(Array<number>(ALL_SUBSCRIPTIONS).fill(21));
    expect(test.hub.skippedSamples).toBe(0);
  });
});

describe('a viewer that could not be sent a sample for a moment', () => {
  it.each([
    ['of little', subscribe()],
    ['of much', everything({ backfill: 0 })],
  ])('%s gets it with its next turn, however late, and no gap', async (_what, request) => {
    const client = test.connectV1();
    client.send(request);
    await settle([client]);
    client.stopReading();
    test.publish();
    // Another client uses up this turn.
    test.fairQueue.admit('198.51.100.1', () => test.clock.stall(10));
    client.readAgain();
    test.publish();
    const [texts = []] = await settle([client]);
    const { counts, gaps } = continuity(texts);
    expect(gaps).toBe(0);
    expect(new Set(counts.values())).toEqual(new Set([2]));
  });
});
