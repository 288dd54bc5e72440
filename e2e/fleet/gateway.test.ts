import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type ExpectStatic, type TestContext } from 'vitest';
import { metric } from '../../agent/testing/fake-collector.ts';
import { Follower, type FollowerOptions } from '../faults/follower.ts';
import { startFleetServer } from './fleet-server.ts';
import { startGatewayUnderTest, type GatewayUnderTest } from './gateway-under-test.ts';
import { natsProgram, NatsServer, tellLogOfFailure, whetherNats } from './nats-server.ts';
import { numbers, Observer, PublishingHost, type PublishingHostOptions } from './publishing-host.ts';

const PATIENT = { timeout: 30_000 } as const;

const seqs = (follower: Follower): readonly number[] =>
  follower.received.flatMap((item) => (item.kind === 'sample' ? item.seq : []));

/** A server with streams, hosts that publish to it, and gateways; all end with the test. */
class World {
  readonly server: NatsServer;
  readonly observer: Observer;
  /** That of the test: others run at the same time. */
  readonly expect: ExpectStatic;
  readonly #ends: (() => unknown)[] = [];

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
    this.onEnd(() => server.end());
    this.onEnd(() => observer.end());
    onTestFinished(async () => {
      for (const end of this.#ends.toReversed()) await end();
    });
  }

  onEnd(end: () => unknown): void {
    this.#ends.push(end);
  }

  publish(options: PublishingHostOptions = {}): PublishingHost {
    const host = new PublishingHost(this.server.url, options);
    this.onEnd(() => host.publisher.stop());
    return host;
  }

  async start(args: readonly string[] = []): Promise<GatewayUnderTest> {
    const gateway = await startGatewayUnderTest(this.server.url, args);
    this.onEnd(() => gateway.stop());
    return gateway;
  }

  follow(gateway: GatewayUnderTest, request: Partial<FollowerOptions['request']> = {}): Follower {
    const follower = new Follower(gateway.url, {
      request: { host: 'web-1', metrics: ['*'], ...request },
    });
    this.onEnd(() => follower.client.stop());
    return follower;
  }

  async knows(gateway: GatewayUnderTest, states: Record<string, number>): Promise<void> {
    await this.expect.poll(async () => (await gateway.health()).gateway.hosts, PATIENT).toMatchObject(states);
  }
}

describe.skipIf(natsProgram === undefined).concurrent(`a gateway${whetherNats}`, () => {
  it('shows a host: the past from its ring, and each sample once', async (context) => {
    const world = await World.make(context);
    const { expect } = world;
    const gateway = await world.start();
    const host = world.publish();
    host.take(100);
    await world.knows(gateway, { up: 1 });
    const follower = world.follow(gateway, { backfill: 50 });
    await expect.poll(() => seqs(follower), PATIENT).toEqual(numbers(51, 100));
    host.take();
    host.take();
    await expect.poll(() => seqs(follower), PATIENT).toEqual(numbers(51, 102));
    const { gateway: health } = await gateway.health();
    expect(health).toMatchObject({ watched: 1, fills: { total: 1, fromLog: 0 }, dropped: {} });
  });

  it('takes a host that is gone from the log', async (context) => {
    const world = await World.make(context);
    const { expect } = world;
    const host = world.publish();
    host.take(100);
    await expect.poll(() => world.observer.logged(host.host.epoch), PATIENT).toHaveLength(100);
    await host.publisher.stop();
    const gateway = await world.start();
    await world.knows(gateway, { unknown: 1 });
    const follower = world.follow(gateway, { backfill: 1000 });
    await expect.poll(() => seqs(follower), PATIENT).toEqual(numbers(1, 100));
    expect((await gateway.health()).gateway.fills.fromLog).toBe(1);
  });

  it('says at once that a host has said goodbye', async (context) => {
    const world = await World.make(context);
    const { expect } = world;
    const gateway = await world.start();
    const host = world.publish();
    host.take(3);
    await world.knows(gateway, { up: 1 });
    await host.publisher.stop();
    await world.knows(gateway, { down: 1, up: 0 });
    const { hosts } = (await gateway.health()).gateway;
    expect(hosts).toEqual({ up: 0, down: 1, unknown: 0 });
  });

  it('delivers everything after an outage of the broker, during which no host is down', async (context) => {
    const world = await World.make(context);
    const { expect } = world;
    const gateway = await world.start();
    const host = world.publish();
    host.take(3);
    await world.knows(gateway, { up: 1 });
    const follower = world.follow(gateway, { backfill: 3 });
    await expect.poll(() => seqs(follower), PATIENT).toEqual(numbers(1, 3));
    await world.server.kill();
    await world.knows(gateway, { unknown: 1, up: 0, down: 0 });
    host.take(200);
    await world.server.start();
    await expect.poll(() => seqs(follower), PATIENT).toEqual(numbers(1, 203));
    await expect
      .poll(async () => (await gateway.health()).gateway, PATIENT)
      .toMatchObject({ broker: { state: 'connected' }, hosts: { up: 1, down: 0 } });
    expect(follower.gaps).toEqual([]);
  });

  it('goes on with a new run of the agent, in its own catalogue', async (context) => {
    const world = await World.make(context);
    const { expect } = world;
    const gateway = await world.start();
    const host = world.publish();
    host.take(3);
    await world.knows(gateway, { up: 1 });
    const follower = world.follow(gateway, { backfill: 3 });
    await expect.poll(() => seqs(follower), PATIENT).toEqual(numbers(1, 3));
    await host.publisher.stop();
    const next = world.publish({ catalogue: [metric('disk'), metric('cpu')] });
    next.take(2);
    await expect.poll(() => seqs(follower), PATIENT).toEqual([1, 2, 3, 1, 2]);
    expect(follower.gaps).toMatchObject([{ reason: 'agent_restart' }]);
  });

  it('is one of many: each has the same', async (context) => {
    const world = await World.make(context);
    const { expect } = world;
    const gateways = [await world.start(), await world.start()];
    const host = world.publish();
    host.take(100);
    for (const gateway of gateways) await world.knows(gateway, { up: 1 });
    const followers = gateways.map((gateway) => world.follow(gateway, { backfill: 100 }));
    host.take();
    for (const follower of followers) await expect.poll(() => seqs(follower).at(-1), PATIENT).toBe(101);
    host.take();
    for (const follower of followers)
      await expect.poll(() => seqs(follower), PATIENT).toEqual(numbers(seqs(follower)[0] ?? 0, 102));
  });

  it('starts without a broker, and finds it when it comes', async (context) => {
    const world = await World.make(context);
    const { expect } = world;
    await world.server.kill();
    const gateway = await world.start();
    expect((await gateway.health()).gateway.broker.state).toBe('away');
    const host = world.publish();
    host.take(3);
    await world.server.start();
    await world.knows(gateway, { up: 1 });
    const follower = world.follow(gateway, { backfill: 3 });
    await expect.poll(() => seqs(follower), PATIENT).toEqual(numbers(1, 3));
  });

  it('subscribes to what somebody follows, and to nothing else', async (context) => {
    const world = await World.make(context);
    const { expect } = world;
    const gateway = await world.start();
    for (const name of ['web-1', 'web-2', 'web-3']) world.publish({ name }).take(3);
    await world.knows(gateway, { up: 3 });
    const follower = world.follow(gateway, { host: 'web-2', backfill: 3 });
    await expect.poll(() => seqs(follower), PATIENT).toEqual(numbers(1, 3));
    expect((await gateway.health()).gateway.watched).toBe(1);
  });

  it('keeps the history of the hosts that it is told to, from where it ends', async (context) => {
    const world = await World.make(context);
    const { expect } = world;
    const folder = mkdtempSync(join(tmpdir(), 'gateway-history-'));
    world.onEnd(() => rmSync(folder, { recursive: true, force: true }));
    const args = ['--history', '--history-folder', folder, '--history-hosts', 'web-*'];
    const gateway = await world.start(args);
    const host = world.publish();
    world.publish({ name: 'db-1' }).take(3);
    host.take(100);
    await world.knows(gateway, { up: 2 });
    await expect.poll(() => readdirSync(folder), PATIENT).toEqual(['web-1']);
    await expect.poll(async () => (await gateway.health()).gateway.watched, PATIENT).toBe(1);
    host.take(10);
    const first = host.host.store.timestampAt(1) ?? 0;
    const past = async (from: GatewayUnderTest): Promise<number | string> => {
      const url = new URL(
        `history?host=web-1&metrics=cpu&from=${first}&to=${first + 200_000}&points=300`,
        from.url,
      );
      const answer = await fetch(url);
      return answer.ok ? ((await answer.json()) as { ts: number[] }).ts.length : answer.text();
    };
    await expect.poll(() => past(gateway), PATIENT).toBe(110);
    await gateway.stop();
    host.take(20);
    const next = await world.start(args);
    await expect.poll(() => past(next), PATIENT).toBe(130);
    expect((await next.health()).history).toEqual({ state: 'ok' });
  });
});

describe
  .skipIf(natsProgram === undefined)
  .concurrent(`a gateway with the configuration of nats init${whetherNats}`, () => {
    it('needs no more rights than its user has, over TLS', async ({ expect }) => {
      const fleet = await startFleetServer(['web-1'], { isTls: true });
      const ca = fleet.caFile ?? '';
      const host = new PublishingHost(fleet.url, { credentialsFile: fleet.keyOf('host-web-1'), caFile: ca });
      const args = ['--nats-credentials', fleet.keyOf('gateway'), '--nats-ca', ca];
      const gateway = await startGatewayUnderTest(fleet.url, args);
      let follower: Follower | undefined;
      try {
        host.take(100);
        await expect
          .poll(async () => (await gateway.health()).gateway.hosts, PATIENT)
          .toMatchObject({ up: 1 });
        follower = new Follower(gateway.url, { request: { host: 'web-1', metrics: ['*'], backfill: 100 } });
        await expect.poll(() => follower?.sampleCount, PATIENT).toBe(100);
        await host.publisher.stop();
        follower.client.stop();
        await gateway.stop();
        const next = await startGatewayUnderTest(fleet.url, args);
        try {
          await expect
            .poll(async () => (await next.health()).gateway.hosts, PATIENT)
            .toMatchObject({ unknown: 1 });
          follower = new Follower(next.url, { request: { host: 'web-1', metrics: ['*'], backfill: 100 } });
          await expect.poll(() => follower?.sampleCount, PATIENT).toBe(100);
          follower.client.stop();
          const lines = [...gateway.lines, ...next.lines];
          expect(lines.filter((line) => !/^info|lacks security fixes/.test(line))).toEqual([]);
        } finally {
          await next.stop();
        }
      } finally {
        follower?.client.stop();
        await gateway.stop();
        await host.publisher.stop();
        await fleet.end();
      }
    });
  });
