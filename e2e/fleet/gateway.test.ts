import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { metric } from '../../agent/testing/fake-collector.ts';
import { Follower, type FollowerOptions } from '../faults/follower.ts';
import { startFleetServer } from './fleet-server.ts';
import { startGatewayUnderTest, type GatewayUnderTest } from './gateway-under-test.ts';
import { natsProgram, NatsServer, whetherNats } from './nats-server.ts';
import { numbers, Observer, PublishingHost, type PublishingHostOptions } from './publishing-host.ts';

const PATIENT = { timeout: 30_000 } as const;

describe.skipIf(natsProgram === undefined)(`a gateway${whetherNats}`, () => {
  let server: NatsServer;
  let observer: Observer;
  let ends: (() => unknown)[];

  beforeEach(async () => {
    ends = [];
    server = await NatsServer.start();
    ends.push(() => server.end());
    observer = await Observer.of(server);
    ends.push(() => observer.end());
    await observer.addStreams();
  });
  afterEach(async () => {
    for (const end of ends.toReversed()) await end();
  });

  function publish(options: PublishingHostOptions = {}): PublishingHost {
    const host = new PublishingHost(server.url, options);
    ends.push(() => host.publisher.stop());
    return host;
  }

  async function start(args: readonly string[] = []): Promise<GatewayUnderTest> {
    const gateway = await startGatewayUnderTest(server.url, args);
    ends.push(() => gateway.stop());
    return gateway;
  }

  function follow(gateway: GatewayUnderTest, request: Partial<FollowerOptions['request']> = {}): Follower {
    const follower = new Follower(gateway.url, {
      request: { host: 'web-1', metrics: ['*'], ...request },
    });
    ends.push(() => follower.client.stop());
    return follower;
  }

  async function knows(gateway: GatewayUnderTest, states: Record<string, number>): Promise<void> {
    await expect.poll(async () => (await gateway.health()).gateway.hosts, PATIENT).toMatchObject(states);
  }

  const seqs = (follower: Follower): readonly number[] =>
    follower.received.flatMap((item) => (item.kind === 'sample' ? item.seq : []));

  it('shows a host: the past from its ring, and each sample once', async () => {
    const gateway = await start();
    const host = publish();
    host.take(100);
    await knows(gateway, { up: 1 });
    const follower = follow(gateway, { backfill: 50 });
    await expect.poll(() => seqs(follower), PATIENT).toEqual(numbers(51, 100));
    host.take();
    host.take();
    await expect.poll(() => seqs(follower), PATIENT).toEqual(numbers(51, 102));
    const { gateway: health } = await gateway.health();
    expect(health).toMatchObject({ watched: 1, fills: { total: 1, fromLog: 0 }, dropped: {} });
  });

  it('takes a host that is gone from the log', async () => {
    const host = publish();
    host.take(100);
    await expect.poll(() => observer.logged(host.host.epoch), PATIENT).toHaveLength(100);
    await host.publisher.stop();
    const gateway = await start();
    await knows(gateway, { unknown: 1 });
    const follower = follow(gateway, { backfill: 1000 });
    await expect.poll(() => seqs(follower), PATIENT).toEqual(numbers(1, 100));
    expect((await gateway.health()).gateway.fills.fromLog).toBe(1);
  });

  it('says at once that a host has said goodbye', async () => {
    const gateway = await start();
    const host = publish();
    host.take(3);
    await knows(gateway, { up: 1 });
    await host.publisher.stop();
    await knows(gateway, { down: 1, up: 0 });
    const { hosts } = (await gateway.health()).gateway;
    expect(hosts).toEqual({ up: 0, down: 1, unknown: 0 });
  });

  it('delivers everything after an outage of the broker, during which no host is down', async () => {
    const gateway = await start();
    const host = publish();
    host.take(3);
    await knows(gateway, { up: 1 });
    const follower = follow(gateway, { backfill: 3 });
    await expect.poll(() => seqs(follower), PATIENT).toEqual(numbers(1, 3));
    await server.kill();
    await knows(gateway, { unknown: 1, up: 0, down: 0 });
    host.take(200);
    await server.start();
    await expect.poll(() => seqs(follower), PATIENT).toEqual(numbers(1, 203));
    await expect
      .poll(async () => (await gateway.health()).gateway, PATIENT)
      .toMatchObject({ broker: { state: 'connected' }, hosts: { up: 1, down: 0 } });
    expect(follower.gaps).toEqual([]);
  });

  it('goes on with a new run of the agent, in its own catalogue', async () => {
    const gateway = await start();
    const host = publish();
    host.take(3);
    await knows(gateway, { up: 1 });
    const follower = follow(gateway, { backfill: 3 });
    await expect.poll(() => seqs(follower), PATIENT).toEqual(numbers(1, 3));
    await host.publisher.stop();
    const next = publish({ catalogue: [metric('disk'), metric('cpu')] });
    next.take(2);
    await expect.poll(() => seqs(follower), PATIENT).toEqual([1, 2, 3, 1, 2]);
    expect(follower.gaps).toMatchObject([{ reason: 'agent_restart' }]);
  });

  it('is one of many: each has the same', async () => {
    const gateways = [await start(), await start()];
    const host = publish();
    host.take(100);
    for (const gateway of gateways) await knows(gateway, { up: 1 });
    const followers = gateways.map((gateway) => follow(gateway, { backfill: 100 }));
    host.take();
    for (const follower of followers) await expect.poll(() => seqs(follower).at(-1), PATIENT).toBe(101);
    host.take();
    for (const follower of followers)
      await expect.poll(() => seqs(follower), PATIENT).toEqual(numbers(seqs(follower)[0] ?? 0, 102));
  });

  it('starts without a broker, and finds it when it comes', async () => {
    await server.kill();
    const gateway = await start();
    expect((await gateway.health()).gateway.broker.state).toBe('away');
    const host = publish();
    host.take(3);
    await server.start();
    await knows(gateway, { up: 1 });
    const follower = follow(gateway, { backfill: 3 });
    await expect.poll(() => seqs(follower), PATIENT).toEqual(numbers(1, 3));
  });

  it('subscribes to what somebody follows, and to nothing else', async () => {
    const gateway = await start();
    for (const name of ['web-1', 'web-2', 'web-3']) publish({ name }).take(3);
    await knows(gateway, { up: 3 });
    const follower = follow(gateway, { host: 'web-2', backfill: 3 });
    await expect.poll(() => seqs(follower), PATIENT).toEqual(numbers(1, 3));
    expect((await gateway.health()).gateway.watched).toBe(1);
  });

  it('keeps the history of the hosts that it is told to, from where it ends', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gateway-history-'));
    ends.push(() => rmSync(folder, { recursive: true, force: true }));
    const args = ['--history', '--history-folder', folder, '--history-hosts', 'web-*'];
    const gateway = await start(args);
    const host = publish();
    publish({ name: 'db-1' }).take(3);
    host.take(100);
    await knows(gateway, { up: 2 });
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
    const next = await start(args);
    await expect.poll(() => past(next), PATIENT).toBe(130);
    expect((await next.health()).history).toEqual({ state: 'ok' });
  });
});

describe.skipIf(natsProgram === undefined)(
  `a gateway with the configuration of nats init${whetherNats}`,
  () => {
    it('needs no more rights than its user has, over TLS', async () => {
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
  },
);
