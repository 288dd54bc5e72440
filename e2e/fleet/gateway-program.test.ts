import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AGENT_PROGRAM, startAgent, type AgentProcess } from '../agent-process.ts';
import { Follower } from '../faults/follower.ts';
import type { GatewayHealthAnswer } from './gateway-under-test.ts';
import { natsProgram, NatsServer, whetherNats } from './nats-server.ts';
import { Observer } from './publishing-host.ts';

const PATIENT = { timeout: 60_000 } as const;

/** As programs, with agents that measure this machine. */
describe.skipIf(natsProgram === undefined)(`gateways and agents${whetherNats}`, () => {
  let server: NatsServer;
  let ends: (() => unknown)[];

  beforeEach(async () => {
    ends = [];
    server = await NatsServer.start();
    ends.push(() => server.end());
    const observer = await Observer.of(server);
    await observer.addStreams();
    await observer.end();
  });
  afterEach(async () => {
    for (const end of ends.toReversed()) await end();
  });

  async function publish(name: string): Promise<AgentProcess> {
    const args = ['--publish', server.url, '--publish-as', name, '--label', 'env=test', '--alerts', 'off'];
    const agent = await startAgent({ args });
    ends.push(() => agent.kill('SIGKILL'));
    return agent;
  }

  async function startGateway(port?: number): Promise<AgentProcess> {
    const gateway = await startAgent({
      program: [AGENT_PROGRAM, 'gateway'],
      args: ['--from', server.url],
      ...(port === undefined ? {} : { port }),
    });
    ends.push(() => gateway.kill('SIGKILL'));
    return gateway;
  }

  function follow({ url }: AgentProcess, host: string): Follower {
    const follower = new Follower(url, { request: { host, metrics: ['cpu'], intervalMs: 200 } });
    ends.push(() => follower.client.stop());
    return follower;
  }

  const hostsOf = async ({ url }: AgentProcess): Promise<Readonly<Record<string, number>>> =>
    ((await (await fetch(new URL('healthz', url))).json()) as GatewayHealthAnswer).gateway.hosts;

  const seqs = ({ received }: Follower): readonly number[] =>
    received.flatMap((item) => (item.kind === 'sample' ? item.seq : []));

  it('show each other: a killed agent is down, one that ends says so, and one that comes back is up', async () => {
    const gateway = await startGateway();
    const [killed, ended] = [await publish('web-1'), await publish('web-2')];
    await expect.poll(() => hostsOf(gateway), PATIENT).toMatchObject({ up: 2 });
    const follower = follow(gateway, 'web-1');
    await expect.poll(() => follower.sampleCount, PATIENT).toBeGreaterThan(5);
    await ended.kill('SIGTERM');
    await expect.poll(() => hostsOf(gateway), PATIENT).toMatchObject({ up: 1, down: 1 });
    await killed.kill('SIGKILL');
    await expect.poll(() => hostsOf(gateway), PATIENT).toMatchObject({ up: 0, down: 2 });
    await publish('web-1');
    const before = follower.sampleCount;
    await expect.poll(() => hostsOf(gateway), PATIENT).toMatchObject({ up: 1, down: 1 });
    await expect.poll(() => follower.sampleCount, PATIENT).toBeGreaterThan(before + 5);
    expect(follower.gaps).toMatchObject([{ reason: 'agent_restart' }]);
  });

  it('lose nothing when a gateway is killed and started again', async () => {
    const gateway = await startGateway();
    await publish('web-1');
    await expect.poll(() => hostsOf(gateway), PATIENT).toMatchObject({ up: 1 });
    const followers = Array.from({ length: 20 }, () => follow(gateway, 'web-1'));
    const all = (): number => Math.min(...followers.map(({ sampleCount }) => sampleCount));
    await expect.poll(all, PATIENT).toBeGreaterThan(5);
    await gateway.kill('SIGKILL');
    await startGateway(gateway.port);
    const before = all();
    await expect.poll(all, PATIENT).toBeGreaterThan(before + 20);
    for (const follower of followers) {
      const numbers = seqs(follower);
      expect(follower.gaps).toEqual([]);
      expect(numbers).toEqual(numbers.map((_number, at) => (numbers[0] ?? 0) + at));
    }
  });
});
