import { beforeEach, describe, expect, it } from 'vitest';
import { decodeServerFrame } from '../../shared/client/server-frames.ts';
import { PROCESSES, TestHub, TOKEN, type TestClient } from '../testing/test-hub.ts';

let test: TestHub;
let client: TestClient;

beforeEach(() => {
  test = new TestHub();
  client = test.connectV1();
});

const subscribe = (fields: object = {}) => ({ action: 'subscribe', metrics: ['cpu'], ...fields });
/** `[seq, prev]` of every frame received, with batches unpacked. */
const takePositions = (): [number, number][] =>
  client
    .take()
    .flatMap((text) => decodeServerFrame(text))
    .flatMap((message) =>
      message.type === 'metrics' ? [[message.seq, message.prev] as [number, number]] : [],
    );

describe('a v1 session', () => {
  it('is welcomed at once with all that a page needs for drawing', () => {
    expect(test.connect('v1').takeMessages()).toEqual([
      {
        type: 'welcome',
        v: 1,
        server: { name: 'metrics-panel', version: '1.2.3' },
        heartbeat: { intervalMs: 15_000 },
        reconnect: { baseMs: 500, capMs: 4000 },
        limits: {
          minIntervalMs: 100,
          maxBackfill: 9000,
          maxMetrics: 64,
          maxSubscriptions: 64,
          maxMessageBytes: 16_384,
        },
        transports: ['websocket'],
        hosts: [{ id: 'web-1', label: 'web-1', facts: {} }],
        hostCount: 1,
        catalogue: test.host.catalogue,
        tables: [PROCESSES],
      },
    ]);
  });

  it('[RT-3] receives its series and then, at once, the newest sample', () => {
    test.publish(2);
    client.send(subscribe({ metrics: ['memory*', 'cpu'], sub: 'a', host: 'web-1', id: 7 }));
    expect(client.takeMessages()).toEqual([
      {
        type: 'subscribed',
        sub: 'a',
        host: 'web-1',
        epoch: test.host.epoch,
        seq: 2,
        intervalMs: 1000,
        recovered: false,
        series: ['memory', 'memory.used', 'cpu'].map((name) => ({
          name,
          label: name,
          unit: 'percent',
          group: name,
        })),
        tables: [],
        id: 7,
      },
      { type: 'metrics', sub: 'a', seq: 2, prev: 0, ts: 2000, values: [20, null, 2] },
    ]);
  });

  it('gets the first sample if it subscribed before there was one', () => {
    client.send(subscribe());
    expect(client.takeMessages()).toEqual([
      expect.objectContaining({ type: 'subscribed', sub: 'default', seq: 0 }),
    ]);
    test.publish();
    expect(takePositions()).toEqual([[1, 0]]);
  });

  it('gets frames that name the frame before them', () => {
    test.publish(5);
    client.send(subscribe());
    test.publish(3);
    expect(takePositions()).toEqual([
      [5, 0],
      [6, 5],
      [7, 6],
      [8, 7],
    ]);
  });

  it('gets every n-th sample at a slower interval, rounded up to whole sampling intervals', () => {
    test.publish(4);
    client.send(subscribe({ intervalMs: 2500 }));
    expect(client.takeMessages()).toMatchObject([
      { type: 'subscribed', intervalMs: 3000 },
      { seq: 4, prev: 0 },
    ]);
    test.publish(9);
    expect(takePositions()).toEqual([
      [6, 4],
      [9, 6],
      [12, 9],
    ]);
  });

  it.each([
    [undefined, 1000],
    [1, 100],
    [100, 100],
    [101, 200],
    [250, 300],
    [999, 1000],
    [1000, 1000],
    [1001, 2000],
    [59_500, 60_000],
  ])('that requests %s ms gets %i ms', (intervalMs, effectiveMs) => {
    client.send(subscribe({ intervalMs }));
    expect(client.takeMessages()).toMatchObject([{ intervalMs: effectiveMs }]);
  });

  it('makes the agent sample faster while it is subscribed', () => {
    const { host } = test;
    client.send(subscribe({ sub: 'a', intervalMs: 100 }));
    expect(host.stride).toBe(1);
    client.send(subscribe({ sub: 'a', intervalMs: 500 }));
    expect(host.stride).toBe(5);
    client.send(subscribe({ sub: 'b', intervalMs: 200 }));
    expect(host.stride).toBe(1);
    client.send({ action: 'unsubscribe', sub: 'a' });
    expect(host.stride).toBe(2);
    client.leave();
    expect(host.stride).toBe(10);
  });

  it('keeps its own interval while another client makes the agent sample faster', () => {
    client.send(subscribe({ sub: 'slow' }));
    client.send(subscribe({ sub: 'half', intervalMs: 500 }));
    client.send(subscribe({ sub: 'fast', intervalMs: 100 }));
    client.take();
    const plain = test.connect('plain');
    plain.send(subscribe());
    for (let gridIndex = 100; gridIndex <= 120; gridIndex += 1) {
      test.host.append({ timestampMs: gridIndex * 100, gridIndex, values: [gridIndex, null, null] });
    }
    const received = client.take().flatMap((text) => decodeServerFrame(text));
    const timesOf = (name: string): number[] =>
      received.flatMap((message) => (message.type === 'metrics' && message.sub === name ? [message.ts] : []));
    expect(timesOf('slow')).toEqual([10_000, 11_000, 12_000]);
    expect(timesOf('half')).toEqual([10_000, 10_500, 11_000, 11_500, 12_000]);
    expect(timesOf('fast')).toHaveLength(21);
    expect(plain.takeMessages()).toEqual(
      [100, 110, 120].map((cpu) => ({ type: 'metrics', metrics: { cpu } })),
    );
  });

  it('keeps several subscriptions apart, and replaces one of the same name', () => {
    test.publish();
    client.send(subscribe({ sub: 'a' }));
    client.send(subscribe({ sub: 'b', metrics: ['memory'] }));
    client.send(subscribe({ sub: 'a', metrics: ['memory.used'] }));
    client.take();
    test.publish();
    expect(client.takeMessages()).toEqual([
      { type: 'metrics', sub: 'a', seq: 2, prev: 1, ts: 2000, values: [null] },
      { type: 'metrics', sub: 'b', seq: 2, prev: 1, ts: 2000, values: [20] },
    ]);
  });

  it('ends a subscription on `unsubscribe`', () => {
    client.send(subscribe({ sub: 'a' }));
    client.take();
    client.send({ action: 'unsubscribe', sub: 'a', id: 'u' });
    expect(client.takeMessages()).toEqual([{ type: 'unsubscribed', sub: 'a', reason: 'asked', id: 'u' }]);
    test.publish();
    expect(client.take()).toEqual([]);
  });

  it('keeps its subscriptions when it says hello again', () => {
    client.send(subscribe());
    client.send({ action: 'hello', v: 1 });
    client.take();
    test.publish();
    expect(takePositions()).toEqual([[1, 0]]);
  });

  it.each([
    [{ action: 'subscribe', metrics: ['cpu', 'gpu'] }, 'unknown_metric', 'Unknown metric: gpu'],
    [{ action: 'subscribe', metrics: ['gpu*'] }, 'unknown_metric', 'No metric matches gpu*'],
    [{ action: 'subscribe', metrics: ['cpu'], host: 'web-2' }, 'unknown_host', 'Unknown host'],
    [
      { action: 'subscribe', metrics: ['cpu'], intervalMs: 0.5 },
      'invalid_message',
      'Invalid intervalMs: expected an integer',
    ],
    [
      { action: 'subscribe', metrics: ['cpu'], backfill: -1 },
      'invalid_message',
      'Invalid backfill: must not be negative',
    ],
    [{ action: 'unsubscribe', sub: 'x' }, 'unknown_subscription', 'Unknown subscription: x'],
    [{ action: 'dance' }, 'unknown_action', expect.stringMatching(/^Unknown action/)],
  ])('refuses %j with a code and the id, and goes on', (message, code, error) => {
    client.send(subscribe());
    client.take();
    client.send({ ...message, id: 42 });
    expect(client.takeMessages()).toEqual([{ type: 'error', error, code, id: 42 }]);
    test.publish();
    expect(takePositions()).toEqual([[1, 0]]);
    expect(client.closes).toEqual([]);
  });

  it('has at most 64 subscriptions, each of which it may replace', () => {
    const messages = Array.from({ length: 64 }, (_, i) => subscribe({ sub: `s${i}` }));
    client.send({ type: 'batch', messages });
    client.take();
    client.send(subscribe({ sub: 's64' }));
    client.send(subscribe({ sub: 's0' }));
    expect(client.takeMessages()).toMatchObject([
      { type: 'error', code: 'too_many_subscriptions' },
      { type: 'subscribed', sub: 's0' },
    ]);
  });

  it('of another version is refused with close 4004', () => {
    client.send({ action: 'hello', v: 0 });
    expect(client.takeMessages()).toMatchObject([{ type: 'error', code: 'version_not_supported' }]);
    expect(client.closes).toMatchObject([{ code: 4004 }]);
  });
});

describe('[RT-3] backfill', () => {
  it('sends the last n samples in one batch, up to the newest, and continues from there', () => {
    test.publish(10);
    client.send(subscribe({ backfill: 3 }));
    expect(client.takeMessages()).toEqual([
      expect.objectContaining({ type: 'subscribed', seq: 10 }),
      {
        type: 'batch',
        messages: [
          { type: 'metrics', sub: 'default', seq: 8, prev: 0, ts: 8000, values: [8] },
          { type: 'metrics', sub: 'default', seq: 9, prev: 8, ts: 9000, values: [9] },
          { type: 'metrics', sub: 'default', seq: 10, prev: 9, ts: 10_000, values: [10] },
        ],
      },
    ]);
    test.publish();
    expect(takePositions()).toEqual([[11, 10]]);
  });

  it('sends all there is if more is requested, and nothing from an empty store', () => {
    client.send(subscribe({ backfill: 20 }));
    expect(client.takeMessages()).toHaveLength(1);
    test.publish(2);
    expect(takePositions()).toEqual([
      [1, 0],
      [2, 1],
    ]);
    client.send(subscribe({ backfill: 20 }));
    expect(takePositions()).toEqual([
      [1, 0],
      [2, 1],
    ]);
  });

  it('sends at most the whole store, in batches of at most 300', () => {
    test.publish(1000);
    client.send(subscribe({ backfill: 2 ** 50 }));
    const [, ...batches] = client.take();
    const frames = batches.map((text) => decodeServerFrame(text));
    expect(frames.map((messages) => messages.length)).toEqual([300, 300, 300]);
    expect(frames.flat().map((message) => message.type === 'metrics' && message.seq)).toEqual(
      Array.from({ length: 900 }, (_, index) => index + 101),
    );
  });

  it('sends the samples that a slower subscription would have received, and the newest', () => {
    test.publish(14);
    client.send(subscribe({ intervalMs: 5000, backfill: 3 }));
    test.publish(6);
    expect(takePositions()).toEqual([
      [5, 0],
      [10, 5],
      [14, 10],
      [15, 14],
      [20, 15],
    ]);
  });
});

describe('a v1 session where a token is required', () => {
  beforeEach(() => {
    test = new TestHub({ requiresToken: true });
    client = test.connect('v1');
  });

  it('is welcomed only after its token', async () => {
    expect(client.take()).toEqual([]);
    client.send({ type: 'auth', token: TOKEN });
    await test.verified();
    expect(client.takeMessages()).toMatchObject([{ type: 'auth_success' }, { type: 'welcome' }]);
    client.send({ type: 'auth', token: TOKEN });
    await test.verified();
    expect(client.takeMessages()).toEqual([{ type: 'auth_success' }]);
  });

  it('is told once, after a second, that it needs a token', async () => {
    await test.clock.advance(900);
    expect(client.take()).toEqual([]);
    await test.clock.advance(60_000);
    expect(client.takeMessages()).toEqual([
      { type: 'error', error: 'Not authenticated', code: 'not_authenticated' },
    ]);
  });

  it('is not told again if an answer has already said so', async () => {
    client.send(subscribe({ id: 1 }));
    expect(client.takeMessages()).toEqual([
      { type: 'error', error: 'Not authenticated', code: 'not_authenticated', id: 1 },
    ]);
    await test.clock.advance(60_000);
    expect(client.take()).toEqual([]);
  });

  it('is closed with 4000 for a wrong token', async () => {
    client.send({ type: 'auth', token: '' });
    await test.verified();
    expect(client.takeMessages()).toEqual([{ type: 'auth_error', error: 'Invalid token' }]);
    expect(client.closes).toEqual([{ code: 4000, reason: 'Authentication failed' }]);
  });
});
