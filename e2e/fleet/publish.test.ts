import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createUser } from '@nats-io/nkeys';
import { describe, it, type ExpectStatic, type TestContext } from 'vitest';
import { aboutSchema, batchSchema, beatSchema, liveSchema, replaySchema } from '../../agent/nats/bodies.ts';
import { metric } from '../../agent/testing/fake-collector.ts';
import * as v from 'valibot';
import { NatsServer, natsProgram, tellLogOfFailure, whetherNats } from './nats-server.ts';
import { numbers, Observer, PublishingHost, type PublishingHostOptions } from './publishing-host.ts';

/** A server with streams, and hosts that publish to it; all end with the test. */
class World {
  readonly server: NatsServer;
  readonly observer: Observer;
  /** That of the test: others run at the same time. */
  readonly expect: ExpectStatic;
  readonly #publishing: PublishingHost[] = [];

  static async make(context: TestContext): Promise<World> {
    const server = await NatsServer.start();
    tellLogOfFailure(context, server);
    const world = new World(context, server, await Observer.of(server));
    await world.observer.addStreams();
    return world;
  }

  private constructor({ expect, onTestFinished }: TestContext, server: NatsServer, observer: Observer) {
    this.server = server;
    this.observer = observer;
    this.expect = expect;
    onTestFinished(async () => {
      await Promise.all(this.#publishing.map(({ publisher }) => publisher.stop()));
      await observer.end();
      await server.end();
    });
  }

  readonly publish = (options?: PublishingHostOptions): PublishingHost => {
    const host = new PublishingHost(this.server.url, options);
    this.#publishing.push(host);
    return host;
  };

  readonly expectConnected = async ({ publisher }: PublishingHost): Promise<void> =>
    this.expect.poll(() => publisher.health.state).toBe('ok');

  readonly expectLogged = async (
    { host }: PublishingHost,
    seqs = numbers(1, host.store.head.seq),
  ): Promise<void> => this.expect.poll(async () => this.observer.logged(host.epoch)).toEqual(seqs);
}

describe.skipIf(natsProgram === undefined).concurrent(`an agent that publishes to NATS${whetherNats}`, () => {
  it('sends each sample live, and batches of five seconds to the log', async (context) => {
    const { expect, observer, publish, expectConnected, expectLogged } = await World.make(context);
    const live = await observer.collect('metrics.web-1.live');
    const web = publish();
    await expectConnected(web);
    web.take();
    await expectLogged(web, [1]);
    web.take(4);
    await expect.poll(() => live.length).toBe(5);
    expect(await observer.batchCount()).toBe(1);
    web.take();
    await expectLogged(web);
    expect(await observer.batchCount()).toBe(2);
    const [first] = live.map((body) => v.parse(liveSchema, body));
    expect(first).toEqual({
      e: web.host.epoch,
      s: web.host.status.sinceMs,
      q: 1,
      p: 0,
      t: 1_700_000_001_000,
      g: 10,
      c: expect.stringMatching(/^[0-9a-f]{16}$/),
      v: [1],
    });
    const batches = await observer.batches();
    expect(batches.map((batch) => [batch?.c === first?.c, batch?.catalogue?.length])).toEqual([
      [true, 1],
      [true, undefined],
    ]);
  });

  it('goes on from the ring after the server was killed', async (context) => {
    const { expect, server, publish, expectConnected, expectLogged } = await World.make(context);
    const web = publish();
    await expectConnected(web);
    web.take(3);
    await expectLogged(web);
    await server.kill();
    await expect.poll(() => web.publisher.health.state).toBe('away');
    web.take(300);
    await server.start();
    await expectLogged(web);
    expect(web.lines.filter((line) => line.startsWith('warn'))).toEqual([
      'warn The connection to NATS is lost: trying again',
    ]);
  });

  it('starts without a server, says so once, and publishes when there is one', async (context) => {
    const { expect, server, publish, expectLogged } = await World.make(context);
    await server.kill();
    const web = publish();
    web.take(10);
    await expect.poll(() => web.lines.join('\n')).toContain('cannot be reached');
    await server.start();
    await expectLogged(web);
    expect(web.lines.filter((line) => line.startsWith('warn'))).toHaveLength(1);
  });

  it('fills a store again that was deleted', async (context) => {
    const { observer, publish, expectConnected, expectLogged } = await World.make(context);
    const web = publish();
    await expectConnected(web);
    web.take(100);
    await expectLogged(web);
    await observer.deleteLog();
    await observer.addStreams().catch(() => {});
    web.take(10);
    await expectLogged(web);
  });

  it('fills a store again that lost its newest messages', async (context) => {
    const { server, publish, expectConnected, expectLogged } = await World.make(context);
    const web = publish();
    await expectConnected(web);
    web.take(20);
    await expectLogged(web);
    await server.stop();
    const copy = `${server.storeFolder}-copy`;
    cpSync(server.storeFolder, copy, { recursive: true });
    await server.start();
    web.take(30);
    await expectLogged(web);
    await server.kill();
    server.deleteStore();
    cpSync(copy, server.storeFolder, { recursive: true });
    rmSync(copy, { recursive: true });
    await server.start();
    await expectConnected(web);
    web.take();
    await expectLogged(web);
  });

  it('connects again although its file with credentials is missing for a while', async (context) => {
    const { expect, server, publish, expectConnected, expectLogged } = await World.make(context);
    const folder = mkdtempSync(join(tmpdir(), 'credentials-'));
    const credentialsFile = join(folder, 'web-1.nk');
    writeFileSync(credentialsFile, createUser().getSeed());
    const web = publish({ credentialsFile });
    await expectConnected(web);
    rmSync(folder, { recursive: true });
    await server.kill();
    await expect.poll(() => web.publisher.health.state).toBe('away');
    web.take(20);
    await server.start();
    await expectLogged(web);
  });

  it('goes on, each sample once, after the server stood still with a batch on its way', async (context) => {
    const { expect, server, publish, expectConnected, expectLogged } = await World.make(context);
    const web = publish();
    await expectConnected(web);
    web.take(3);
    await expectLogged(web);
    await server.freeze();
    web.take(20);
    await expect.poll(() => web.publisher.health).toMatchObject({ log: { state: 'refused' } });
    web.take(20);
    server.thaw();
    await expectLogged(web);
    expect(web.lines.at(-1)).toBe('info The log in NATS takes samples again');
  });

  it('after an outage longer than the ring, goes on with the oldest sample that it holds', async (context) => {
    const { expect, server, observer, publish, expectConnected, expectLogged } = await World.make(context);
    const web = publish();
    await expectConnected(web);
    web.take(3);
    await expectLogged(web);
    await server.kill();
    await expect.poll(() => web.publisher.health.state).toBe('away');
    web.take(1000);
    await server.start();
    const { oldest, head } = web.host.store;
    await expectLogged(web, [1, 2, 3, ...numbers(oldest, head.seq)]);
    expect((await observer.samples())[3]).toMatchObject({ seq: oldest, before: oldest - 1 });
  });

  it('never puts samples of two catalogues into one batch, nor values under a wrong name', async (context) => {
    const { expect, observer, publish, expectLogged } = await World.make(context);
    const web = publish();
    web.take(3);
    web.take(1, { catalogue: [metric('disk'), metric('cpu')], values: [100, 4] });
    web.take(2, { values: [101, 5] });
    web.take(1, { catalogue: [metric('cpu')] });
    web.take(4);
    await expectLogged(web);
    const read = (await observer.batches()).map((batch) => [
      batch?.catalogue?.map(({ name }) => name),
      batch?.b.map((sample) => sample.v),
    ]);
    expect(read).toEqual([
      [['cpu'], [[1], [2], [3]]],
      [
        ['disk', 'cpu'],
        [
          [100, 4],
          [101, 5],
          [101, 5],
        ],
      ],
      [['cpu'], [[7], [8], [9], [10], [11]]],
    ]);
    const batches = await observer.batches();
    expect(batches[0]?.c).toBe(batches[2]?.c);
    expect(batches[0]?.c).not.toBe(batches[1]?.c);
  });

  it('sends the ring again if the last message of its log is unreadable', async (context) => {
    const { observer, publish, expectConnected, expectLogged } = await World.make(context);
    const web = publish();
    await expectConnected(web);
    web.take(3);
    await expectLogged(web);
    await observer.client.request('metrics.web-1.log', 'no batch');
    web.take(6);
    await expectLogged(web, [...numbers(1, 3), ...numbers(1, 9)]);
  });

  it('warns once when there is no stream, sends live all the same, and fills the log when there is one', async (context) => {
    const { expect, observer, publish, expectConnected, expectLogged } = await World.make(context);
    await observer.deleteLog();
    const live = await observer.collect('metrics.web-1.live');
    const web = publish();
    await expectConnected(web);
    web.take(20);
    await expect.poll(() => web.publisher.health).toMatchObject({ log: { state: 'refused' } });
    await expect.poll(() => live.length).toBe(20);
    web.take(20);
    await observer.addStreams().catch(() => {});
    await expectLogged(web);
    expect(live).toHaveLength(40);
    expect(web.lines.filter((line) => line.startsWith('warn'))).toEqual([
      expect.stringMatching(/The log in NATS takes no samples \(.*no stream/),
    ]);
    expect(web.lines.at(-1)).toBe('info The log in NATS takes samples again');
  });

  it('warns once when the stream is full, and fills the log when there is room', async (context) => {
    const { expect, observer, publish, expectConnected, expectLogged } = await World.make(context);
    await observer.updateLog({ discard: 'new', max_bytes: 1 });
    const attempts = await observer.collect('metrics.web-1.log');
    const web = publish();
    await expectConnected(web);
    web.take(20);
    await expect.poll(() => attempts.length).toBeGreaterThan(2);
    expect(web.publisher.health).toMatchObject({ log: { state: 'refused' } });
    // It is asked with little.
    expect(attempts.slice(1).map((body) => v.parse(batchSchema, body).b.length)).toEqual(
      attempts.slice(1).map(() => 1),
    );
    web.take(20);
    await observer.updateLog({ discard: 'old', max_bytes: -1 });
    await expectLogged(web);
    expect(web.lines.filter((line) => line.startsWith('warn'))).toHaveLength(1);
  });

  it('says who it is when it connects and when that changes, and answers who asks', async (context) => {
    const { expect, observer, publish, expectConnected } = await World.make(context);
    const web = publish();
    await expectConnected(web);
    web.take();
    const last = async (): Promise<unknown> => {
      const request = '$JS.API.DIRECT.GET.METRICS_HOSTS.metrics.web-1.about';
      const message = await observer.client.request(request);
      return message.headers?.code === 0 ? v.parse(aboutSchema, message.json()) : null;
    };
    await expect.poll(last).toMatchObject({ host: { label: 'web-1', facts: {} } });
    web.host.learn({ cores: 4 });
    await expect
      .poll(async () => {
        web.take();
        return last();
      })
      .toMatchObject({ host: { facts: { cores: 4 } }, catalogue: [{ name: 'cpu' }], intervalMs: 1000 });
    const answer = await observer.client.request('metrics.web-1.ask.about');
    expect(answer.json()).toEqual(await last());
  });

  it('says who it is as soon as there is a stream for that', async (context) => {
    const { expect, observer, publish, expectConnected } = await World.make(context);
    await observer.deleteStreams();
    const web = publish();
    await expectConnected(web);
    web.take();
    await expect.poll(() => web.publisher.health).toMatchObject({ log: { state: 'refused' } });
    await observer.addStreams();
    await expect
      .poll(async () => {
        web.take();
        return (await observer.client.request('$JS.API.DIRECT.GET.METRICS_HOSTS.metrics.web-1.about')).headers
          ?.code;
      })
      .toBe(0);
  });

  it('where catalogues change all the time, tells those samples whose catalogue it still has', async (context) => {
    const { expect, observer, publish, expectConnected } = await World.make(context);
    const web = publish();
    await expectConnected(web);
    for (let count = 1; count <= 300; count += 1) web.take(1, { catalogue: [metric(`disk${count}`)] });
    const message = await observer.client.request('metrics.web-1.ask.replay', '{}');
    expect(v.parse(replaySchema, message.json())).toMatchObject({
      oldest: 45,
      catalogue: [{ name: 'disk45' }],
      b: [{ q: 45, v: [45] }],
    });
    expect(web.host.store.oldest).toBe(1);
  });

  it('beats at once, and says goodbye', async (context) => {
    const { expect, observer, publish, expectConnected, expectLogged } = await World.make(context);
    const beats = await observer.collect('metrics.*.beat');
    const web = publish();
    await expectConnected(web);
    web.take(2);
    await web.publisher.stop();
    await expectLogged(web);
    const read = beats.map((beat) => v.parse(beatSchema, beat));
    expect(read.at(0)).toMatchObject({ e: web.host.epoch, q: 0, summary: { label: 'web-1' } });
    expect(read.at(-1)).toMatchObject({ q: 2, bye: 'the agent was stopped' });
  });

  it('answers a replay from the ring, in parts', async (context) => {
    const { expect, observer, publish, expectConnected } = await World.make(context);
    const web = publish();
    await expectConnected(web);
    web.take(100);
    web.take(1, { catalogue: [metric('cpu'), metric('disk')] });
    web.take(1, { gapReason: 'suspend' });
    const { epoch } = web.host;
    const ask = async (request: unknown): Promise<v.InferOutput<typeof replaySchema>[]> => {
      const parts = [];
      const messages = await observer.client.requestMany(
        'metrics.web-1.ask.replay',
        JSON.stringify(request),
        { strategy: 'timer', maxWait: 20_000 },
      );
      for await (const message of messages) {
        const part = v.parse(replaySchema, message.json());
        parts.push(part);
        if (part.done) break;
      }
      return parts;
    };
    const all = await ask({});
    expect(all.map(({ b, done }) => [b.length, done])).toEqual([
      [60, false],
      [40, false],
      [2, true],
    ]);
    expect(all.flatMap(({ b }) => b.map(({ q }) => q))).toEqual(numbers(1, 102));
    expect(all.map(({ catalogue }) => catalogue?.length)).toEqual([1, undefined, 2]);
    const known = await ask({ c: all[0]?.c });
    expect(known.map(({ catalogue }) => catalogue?.length)).toEqual([undefined, undefined, 2]);
    expect(all.at(-1)?.b).toEqual([
      expect.objectContaining({ q: 101, v: [101, 101] }),
      expect.objectContaining({ q: 102, r: 'suspend' }),
    ]);
    const [since] = await ask({ since: { epoch, seq: 95 } });
    expect(since?.b.map(({ q }) => q)).toEqual(numbers(96, 100));
    expect(await ask({ since: { epoch, seq: 102 } })).toEqual([
      expect.objectContaining({ b: [], done: true, oldest: 1 }),
    ]);
    const newest = await ask({ backfill: 3 });
    expect(newest.flatMap(({ b }) => b.map(({ q }) => q))).toEqual([100, 101, 102]);
    const foreign = await ask({ since: { epoch: 'other', seq: 95 } });
    expect(foreign.flatMap(({ b }) => b)).toHaveLength(102);
    web.take(1000);
    const [evicted] = await ask({ since: { epoch, seq: 95 } });
    expect([evicted?.oldest, evicted?.b[0]?.q]).toEqual([web.host.store.oldest, web.host.store.oldest]);
  });

  it('samples as often as the fastest lease, and sends tables while one wants them', async (context) => {
    const { expect, observer, publish, expectConnected } = await World.make(context);
    const table = { name: 'processes', label: '', group: '', columns: [], help: '', source: 'test' };
    const live = await observer.collect('metrics.web-1.live');
    const web = publish({ tables: [table] });
    await expectConnected(web);
    const rate = async (request: unknown): Promise<unknown> =>
      (await observer.client.request('metrics.web-1.ask.rate', JSON.stringify(request))).json();
    web.take(1, { tables: [{ name: 'processes', rows: [[1]] }] });
    expect(await rate({ intervalMs: 200, ttlMs: 30_000 })).toEqual({});
    await rate({ intervalMs: 500, tables: true, ttlMs: 30_000 });
    expect(web.host.currentIntervalMs).toBe(100);
    web.take(1, { tables: [{ name: 'processes', rows: [[2]] }] });
    await expect.poll(() => live.length).toBe(2);
    expect(live).toEqual([
      expect.not.objectContaining({ tb: expect.anything() }),
      expect.objectContaining({ tb: [{ name: 'processes', rows: [[2]] }] }),
    ]);
    await expect(rate({ intervalMs: 'often' })).rejects.toThrow('timeout');
    await rate({ intervalMs: 200, ttlMs: 1 });
    await expect.poll(() => web.host.currentIntervalMs).toBe(500);
  });

  it('of two agents with one name, the one that began later goes on', async (context) => {
    const { expect, observer, publish, expectConnected, expectLogged } = await World.make(context);
    const first = publish();
    await expectConnected(first);
    first.take(12);
    await expectLogged(first);
    const live = await observer.collect('metrics.web-1.live');
    await expect.poll(() => Date.now()).toBeGreaterThan(first.host.status.sinceMs ?? 0);
    const second = publish();
    await expect.poll(() => first.publisher.health.state).toBe('replaced');
    expect(first.lines.at(-1)).toMatch(/^error Another agent .* name web-1: /);
    first.take(20);
    second.take(20);
    await expectLogged(second);
    await expectLogged(first, numbers(1, 12));
    expect(new Set(live.map((body) => v.parse(liveSchema, body).e))).toEqual(new Set([second.host.epoch]));
    const epochs = (await observer.samples()).map(({ epoch }) => epoch);
    expect(epochs).toEqual([
      ...Array.from({ length: 12 }, () => first.host.epoch),
      ...Array.from({ length: 20 }, () => second.host.epoch),
    ]);
  });

  it('of two agents with one name, the one that began later goes on where nothing is kept either', async (context) => {
    const { expect, server, observer, publish, expectConnected } = await World.make(context);
    await observer.deleteStreams();
    const first = publish();
    await expectConnected(first);
    await expect.poll(() => Date.now()).toBeGreaterThan(first.host.status.sinceMs ?? 0);
    const second = publish();
    await expect.poll(() => first.publisher.health.state).toBe('replaced');
    expect(second.publisher.health.state).toBe('ok');
    // However often the later one connects again.
    await server.kill();
    await server.start();
    await expectConnected(second);
    const live = await observer.collect('metrics.web-1.live');
    first.take();
    second.take();
    await expect.poll(() => live).toEqual([expect.objectContaining({ e: second.host.epoch })]);
  });

  it('goes on after the log of a later run that runs no more, as after the clock was set back', async (context) => {
    const { expect, observer, publish, expectConnected, expectLogged } = await World.make(context);
    const web = publish();
    await expectConnected(web);
    const other = { e: 'f'.repeat(32), s: Date.now() + 1e9, c: 'x', b: [] };
    await observer.client.request('metrics.web-1.log', JSON.stringify(other));
    web.take(3);
    await expectLogged(web);
    expect(web.publisher.health.state).toBe('ok');
  });

  it('says once that the server takes no message as large as a sample', async (context) => {
    const { expect, server, publish, expectConnected } = await World.make(context);
    server.configure('max_payload: 200\njetstream {}');
    await server.kill();
    await server.start();
    const web = publish({ catalogue: numbers(1, 40).map((number) => metric(`cpu${number}`)) });
    await expectConnected(web);
    web.take(10);
    await expect.poll(() => web.lines.join('\n')).toContain('raise max_payload');
    web.take(10);
    const told = web.lines.filter((line) => line.includes('metrics.web-1.live'));
    expect(told).toHaveLength(1);
  });
});
