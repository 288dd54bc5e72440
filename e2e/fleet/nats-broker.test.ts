import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../agent/clock.ts';
import type { NatsSettings } from '../../agent/config.ts';
import { NatsBroker } from '../../agent/nats/gateway/nats-broker.ts';
import { LOG_STREAM } from '../../agent/nats/subjects.ts';
import { capturedLog } from '../../agent/testing/captured-log.ts';
import { natsProgram, NatsServer, whetherNats } from './nats-server.ts';
import { Observer } from './publishing-host.ts';

const PATIENCE = { firstMs: 30_000, nextMs: 30_000 } as const;

describe.skipIf(natsProgram === undefined)(`the broker of a gateway${whetherNats}`, () => {
  let server: NatsServer;
  let observer: Observer;
  let broker: NatsBroker;
  let captured: ReturnType<typeof capturedLog>;

  beforeEach(async () => {
    server = await NatsServer.start();
    observer = await Observer.of(server);
    captured = capturedLog();
    broker = new NatsBroker({ settings: settings(), clock: systemClock, log: captured.log });
    await vi.waitUntil(() => broker.isConnected, { timeout: 30_000 });
  });
  afterEach(async () => {
    await broker.close();
    await observer.end();
    await server.end();
  });

  const settings = (): NatsSettings => ({ servers: [server.url], credentialsFile: null, caFile: null });

  /** Whatever was published so far has been heard when this returns. */
  async function settle(): Promise<void> {
    await observer.client.flush();
    await broker.ask('nobody.there', {}, () => true, PATIENCE);
  }

  it('survives a listener that throws', async () => {
    const heard: string[] = [];
    broker.listen('a', () => {
      throw new Error('no');
    });
    broker.listen('a', ({ subject }) => heard.push(subject));
    await settle();
    observer.client.publish('a');
    observer.client.publish('a');
    await expect.poll(() => heard).toEqual(['a', 'a']);
    expect(broker.isConnected).toBe(true);
    expect(captured.lines).toContain('error A message from NATS could not be dealt with');
  });

  it('listens again after the server was away, also to what was begun meanwhile', async () => {
    const heard: string[] = [];
    broker.listen('before', ({ subject }) => heard.push(subject));
    await server.kill();
    await expect.poll(() => broker.isConnected).toBe(false);
    broker.listen('meanwhile', ({ subject }) => heard.push(subject));
    expect(await broker.ask('a', {}, () => true, PATIENCE)).toBe('absent');
    await server.start();
    await expect.poll(() => broker.isConnected).toBe(true);
    await expect
      .poll(async () => {
        await observer.client.flush();
        observer.client.publish('before');
        observer.client.publish('meanwhile');
        return new Set(heard).size;
      })
      .toBe(2);
  });

  it('listens again to what the server refused, once that allows it', async () => {
    const restart = async (config: string): Promise<void> => {
      server.configure(config);
      await server.kill();
      await expect.poll(() => broker.isConnected).toBe(false);
      await server.start();
      await expect.poll(() => broker.isConnected).toBe(true);
    };
    await restart(`
      authorization { users: [{ user: a, password: b, permissions: { subscribe: { deny: "secret" } } }] }
      no_auth_user: a
    `);
    const heard: string[] = [];
    broker.listen('secret', ({ subject }) => heard.push(subject));
    await expect.poll(() => captured.lines.join()).toContain('to subscribe to secret');
    await restart('max_payload: 1MB');
    await expect
      .poll(async () => {
        await observer.client.flush();
        observer.client.publish('secret');
        return heard.length;
      })
      .toBeGreaterThan(0);
  });

  it('asks for several answers, and knows when nobody is there', async () => {
    observer.client.subscribe('question', {
      callback: (_error, message) => {
        for (const number of [1, 2, 3])
          message.respond(JSON.stringify({ ...message.json<object>(), number }));
      },
    });
    await observer.client.flush();
    const answers: unknown[] = [];
    const answered = (data: Uint8Array): boolean =>
      answers.push(JSON.parse(new TextDecoder().decode(data))) === 3;
    expect(await broker.ask('question', { asked: true }, answered, PATIENCE)).toBe('answered');
    expect(answers).toEqual([1, 2, 3].map((number) => ({ asked: true, number })));
    expect(await broker.ask('nobody', {}, () => true, PATIENCE)).toBe('absent');
    const quick = { firstMs: 30_000, nextMs: 10 };
    expect(await broker.ask('question', {}, () => false, quick)).toBe('silent');
  });

  it('reads what a stream has kept for a subject, from a message on, and nothing where there is no stream', async () => {
    const read = async (subject: string, fromSeq: number): Promise<number[]> => {
      const found: number[] = [];
      for await (const { seq } of broker.kept(LOG_STREAM, subject, fromSeq)) found.push(seq);
      return found;
    };
    expect(await read('metrics.*.log', 1)).toEqual([]);
    expect(await broker.lastKept(LOG_STREAM, 'metrics.a.log')).toBeNull();
    await observer.addStreams();
    // That there is none is known for a while.
    await broker.close();
    broker = new NatsBroker({ settings: settings(), clock: systemClock, log: captured.log });
    await expect.poll(() => broker.isConnected).toBe(true);
    for (let number = 0; number < 250; number += 1)
      observer.client.publish(`metrics.${number % 2 === 0 ? 'a' : 'b'}.log`, String(number));
    await observer.client.flush();
    await expect.poll(() => observer.batchCount()).toBe(250);
    expect(await read('metrics.a.log', 1)).toEqual(Array.from({ length: 125 }, (_none, at) => 2 * at + 1));
    expect(await read('metrics.*.log', 200)).toEqual(Array.from({ length: 51 }, (_none, at) => 200 + at));
    expect(await read('metrics.c.log', 1)).toEqual([]);
    expect((await broker.lastKept(LOG_STREAM, 'metrics.a.log'))?.seq).toBe(249);
    expect((await broker.firstKept(LOG_STREAM, 'metrics.b.log', 101))?.seq).toBe(102);
  });
});
