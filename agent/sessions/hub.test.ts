import { beforeEach, describe, expect, it } from 'vitest';
import { TestHub } from '../testing/test-hub.ts';

let test: TestHub;

beforeEach(() => {
  test = new TestHub();
});

const subscribe = (metrics: string[], sub = 'a') => ({ action: 'subscribe', metrics, sub });

const SHORTLY_MS = 500;

describe('the hub', () => {
  it('encodes a sample once per profile and metric set, however many clients there are', () => {
    for (let i = 0; i < 100; i += 1) {
      test.connect('plain').send(subscribe(['cpu', 'memory']));
      test.connect('v1').send(subscribe(['cpu', 'memory']));
      test.connect('v1').send(subscribe(['cpu']));
    }
    test.publish();
    expect(test.hub.encodings).toBe(3);
    test.publish(10);
    expect(test.hub.encodings).toBe(33);
  });

  it('shares frames among clients of one interval, whenever they subscribed', () => {
    for (let i = 0; i < 20; i += 1) {
      test.connect('v1').send({ ...subscribe(['cpu']), intervalMs: 4000 });
      test.publish();
    }
    test.publish(4);
    const before = test.hub.encodings;
    test.publish(4);
    expect(test.hub.encodings - before).toBe(1);
  });

  it('sends a heartbeat only to v1 clients that were sent nothing for 15 s', async () => {
    const silent = test.connectV1();
    const lively = test.connectV1();
    const plain = test.connect('plain');
    lively.send(subscribe(['cpu']));
    lively.take();
    for (let second = 0; second < 31; second += 1) {
      await test.clock.advance(1000);
      test.publish();
    }
    expect(silent.takeMessages()).toEqual([
      { type: 'heartbeat', ts: 1_700_000_015_000 },
      { type: 'heartbeat', ts: 1_700_000_030_000 },
    ]);
    expect(lively.takeMessages().every(({ type }) => type === 'metrics')).toBe(true);
    expect(plain.take()).toEqual([]);
  });

  it('says goodbye to v1 clients and closes every connection with 4201', () => {
    const v1 = test.connectV1();
    const plain = test.connect('plain');
    test.hub.dismissAll();
    expect(v1.takeMessages()).toEqual([
      { type: 'goodbye', code: 4201, reason: 'The agent is shutting down', retryMs: 1000 },
    ]);
    expect(plain.take()).toEqual([]);
    for (const { closes } of [v1, plain])
      expect(closes).toEqual([{ code: 4201, reason: 'The agent is shutting down' }]);
  });

  it('has one timer for all sessions, and none without sessions', () => {
    const clients = Array.from({ length: 1000 }, () => test.connect('v1'));
    for (const client of clients) client.send(subscribe(['cpu']));
    expect([test.hub.sessionCount, test.clock.pending]).toEqual([1000, 1]);
    for (const client of clients) client.leave();
    expect([test.hub.sessionCount, test.clock.pending]).toEqual([0, 0]);
  });

  it('keeps its timer when a client connects as another leaves', async () => {
    const first = test.connectV1();
    const second = test.connectV1();
    first.leave();
    await test.clock.advance(5000);
    second.leave();
    expect(test.clock.pending).toBe(0);
    const third = test.connectV1();
    expect(test.clock.pending).toBe(1);
    await test.clock.advance(16_000);
    expect(third.takeMessages()).toHaveLength(1);
  });
});

describe('[HB-1] a round', () => {
  it('runs once a second while a client is connected', async () => {
    const client = test.connectV1();
    await test.clock.advance(3500);
    expect(client.rounds()).toBe(3);
  });

  it('runs with a nearby sample, without a wake-up of its own', async () => {
    const client = test.connectV1();
    test.publish();
    for (let second = 1; second <= 5; second += 1) {
      await test.clock.advance(1000);
      test.publish();
      expect(client.rounds()).toBe(second);
    }
    await test.clock.advance(SHORTLY_MS);
    expect(client.rounds()).toBe(5);
  });

  it('runs once a second even with ten samples a second', async () => {
    const client = test.connectV1();
    for (let sample = 0; sample < 50; sample += 1) {
      await test.clock.advance(100);
      test.publish();
    }
    expect(client.rounds()).toBe(5);
  });

  it('waits a second for a missing sample, once, and then skips liveness checks', async () => {
    const client = test.connectV1();
    await test.clock.advance(500);
    test.publish();
    await test.clock.advance(500);
    expect(client.rounds()).toBe(1);
    await test.clock.advance(2000);
    expect(client.rounds()).toBe(1);
    await test.clock.advance(SHORTLY_MS);
    expect(client.rounds()).toBe(1);
    await test.clock.advance(10_000);
    expect(client.rounds()).toBe(11);
  });

  it('skips liveness checks when it is late, since what peers sent meanwhile is still unread', async () => {
    const client = test.connectV1();
    await test.clock.advance(1000);
    test.clock.stall(600_000);
    await test.clock.advance(0);
    expect(client.rounds()).toBe(1);
    test.clock.stall(600_000);
    test.publish();
    expect(client.rounds()).toBe(1);
    await test.clock.advance(4000);
    expect(client.rounds()).toBeGreaterThanOrEqual(2);
  });

  it('checks liveness when it is only a little late', async () => {
    const client = test.connectV1();
    test.clock.stall(1900);
    await test.clock.advance(0);
    expect(client.rounds()).toBe(1);
  });
});
