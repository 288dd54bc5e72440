import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeClock } from '../../examples/node-clock.ts';
import { WsTransport } from '../../examples/ws-transport.ts';
import { TransportLadder } from '../../shared/client/transport-ladder.ts';
import { LongPollTransport } from '../../shared/transports/long-poll.ts';
import { SseTransport } from '../../shared/transports/sse.ts';
import { startAgent, type AgentProcess } from '../agent-process.ts';
import { Follower } from './follower.ts';
import { HttpFaultProxy, type HttpFaults } from './http-fault-proxy.ts';
import { FLAWLESS, loggedSamples } from './oracle.ts';

let agent: AgentProcess;
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  agent = await startAgent({ args: ['--interval', '100', '--log-level', 'trace'] });
});
afterAll(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
  await agent.kill();
});

/** Follows through a proxy. @returns also the time until the first sample */
async function follow(faults: HttpFaults): Promise<{ follower: Follower; firstMs: number }> {
  const proxy = await HttpFaultProxy.start(agent.url, faults);
  const rungs = [new WsTransport(proxy.url), new SseTransport(proxy.url), new LongPollTransport(proxy.url)];
  const begunMs = performance.now();
  const follower = new Follower(proxy.url, { transport: new TransportLadder(rungs, nodeClock) });
  stops.push(async () => {
    follower.client.stop();
    await proxy.stop();
  });
  await follower.more(1);
  return { follower, firstMs: performance.now() - begunMs };
}

// A transport is given up after 4 s; the rest is room for a busy machine.
describe.concurrent('a proxy without WebSocket', () => {
  it.each([
    ['refuses it', 'forbidden', 3000],
    ['never answers it', 'unanswered', 7000],
  ] as const)('[TR-1] that %s: samples come over SSE, none missing', async (_what, upgrades, withinMs) => {
    const { follower, firstMs } = await follow({ upgrades, isBuffering: false });
    expect(firstMs).toBeLessThan(withinMs);
    expect(follower.client.status).toEqual({ state: 'connected', transport: 'SSE' });
    await follower.more(10);
    expect(await follower.judge(() => loggedSamples(agent.log))).toEqual(FLAWLESS);
    expect(follower.connections).toBe(1);
  });

  it('[TR-1] and holds event streams back: samples come by long polling, none missing', async () => {
    const { follower, firstMs } = await follow({ upgrades: 'unanswered', isBuffering: true });
    expect(firstMs).toBeLessThan(12_000);
    expect(follower.client.status).toEqual({ state: 'connected', transport: 'long poll' });
    await follower.more(10);
    expect(await follower.judge(() => loggedSamples(agent.log))).toEqual(FLAWLESS);
    expect(follower.connections).toBe(1);
  });
});
