import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, type TestContext } from 'vitest';
import { SocketClient } from '../../agent/testing/socket-client.ts';
import type { ConnectionStatus } from '../../shared/client/connection-status.ts';
import { AGENT_PROGRAM, startAgent, type AgentOptions, type AgentProcess } from '../agent-process.ts';
import { IS_FULL, until } from './fast-time.ts';
import { FaultProxy } from './fault-proxy.ts';
import { Follower } from './follower.ts';
import {
  FLAWLESS,
  judge,
  loggedSamples,
  type LoggedSample,
  type Received,
  type ReceivedGap,
} from './oracle.ts';

const INTERVAL_MS = 250;
const TIMEOUT_MS = IS_FULL ? 15 * 60_000 : 60_000;
const TSX = ['--import', 'tsx'];

const pathOf = (program: string): string => fileURLToPath(new URL(`programs/${program}`, import.meta.url));

async function run({ onTestFinished }: TestContext, options: AgentOptions = {}): Promise<AgentProcess> {
  const agent = await startAgent({
    args: ['--interval', String(INTERVAL_MS), '--log-level', 'trace'],
    ...options,
  });
  onTestFinished(async () => {
    await agent.kill('SIGKILL');
  });
  return agent;
}

async function follow({ onTestFinished }: TestContext, url: string): Promise<Follower> {
  const follower = new Follower(url);
  onTestFinished(() => follower.client.stop());
  await follower.more();
  return follower;
}

/** Clients that answer pings and never leave. @returns how many connections were closed */
async function loyalClients(
  { onTestFinished }: TestContext,
  url: string,
  count: number,
): Promise<() => number> {
  let cut = 0;
  for (let i = 0; i < count; i += 1) {
    const client = await SocketClient.connect(url, 'metrics-panel.v1');
    client.send({ action: 'subscribe', metrics: ['*'] });
    client.socket.on('close', () => (cut += 1));
    onTestFinished(() => client.socket.terminate());
  }
  return () => cut;
}

const pass = (ms: number): Promise<void> => {
  const endMs = performance.now() + ms;
  return until(`${ms} ms`, () => performance.now() >= endMs, ms + 10_000);
};
const logOf = (agent: AgentProcess) => (): LoggedSample[] => loggedSamples(agent.log);

describe.concurrent('when the wall clock is set', { timeout: TIMEOUT_MS }, () => {
  it('[RT-1] back an hour, ahead a day, slewed by half a second: no gap, no reordering, no lost connection', async (test) => {
    const agent = await run(test, { program: ['--import', pathOf('clock-steps.mjs'), AGENT_PROGRAM] });
    const follower = await follow(test, agent.url);
    const cut = await loyalClients(test, agent.url, 20);
    const begunMs = performance.now();
    const before = follower.sampleCount;
    for (let wrong = 0; wrong < 3; wrong += 1) {
      process.kill(agent.pid, 'SIGUSR2');
      await follower.more(8);
    }
    const takenMs = performance.now() - begunMs;
    expect((follower.sampleCount - before) * INTERVAL_MS).toBeGreaterThan(takenMs - 4 * INTERVAL_MS);
    expect(await follower.judge(logOf(agent))).toEqual(FLAWLESS);
    const times = follower.received.flatMap((item) => (item.kind === 'sample' ? [item.ts] : []));
    const stepsH = times.map((ts, i) => Math.round((ts - (times[i - 1] ?? ts)) / 3_600_000));
    expect(stepsH.filter((hours) => hours !== 0)).toEqual([-1, 24]);
    expect(follower.gaps).toEqual([]);
    expect([cut(), follower.connections]).toEqual([0, 1]);
  });
});

describe.concurrent('when the agent does not run', { timeout: TIMEOUT_MS }, () => {
  it('[RT-8] because its host sleeps: it reports the suspend when it wakes, and samples at once', async (test) => {
    const agent = await run(test, { program: ['--import', pathOf('host-sleeps.mjs'), AGENT_PROGRAM] });
    const follower = await follow(test, agent.url);
    process.kill(agent.pid, 'SIGUSR2');
    await until('a gap', () => follower.gaps.some(({ reason }) => reason === 'suspend'));
    await follower.more();
    expect(await follower.judge(logOf(agent))).toEqual(FLAWLESS);
    const [gap] = follower.gaps.filter(({ reason }) => reason === 'suspend');
    expect(Number(gap?.toMs) - Number(gap?.fromMs)).toBeGreaterThanOrEqual(10 * 60_000);
    expect(follower.connections).toBe(1);
  });

  it('[RT-8] [HB-1] because it is stopped: it reports the stall when it continues, samples at once, and closes no connection', async (test) => {
    const speed = IS_FULL ? 1 : 20;
    const agent = await run(test, { program: [...TSX, pathOf('fast-agent.ts')], args: [String(speed)] });
    const follower = await follow(test, agent.url);
    const cut = await loyalClients(test, agent.url, 100);
    // Until the first pings have been sent.
    await pass(35_000 / speed);
    const stoppedMs = IS_FULL ? 10 * 60_000 : 6000;
    process.kill(agent.pid, 'SIGSTOP');
    await pass(stoppedMs);
    process.kill(agent.pid, 'SIGCONT');
    // Two rounds of pings: had the stalled time counted, the second would close connections.
    await pass(70_000 / speed);
    await follower.more();
    expect(await follower.judge(logOf(agent))).toEqual(FLAWLESS);
    expect(cut()).toBe(0);
    const [gap] = follower.gaps.toSorted((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs));
    if (gap === undefined) throw new Error('no gap');
    expect(gap.reason).toBe('stall');
    const lengthMs = (gap.toMs - gap.fromMs) / speed;
    expect(lengthMs).toBeGreaterThanOrEqual(stoppedMs - 100);
    expect(lengthMs).toBeLessThan(stoppedMs + 2000 / speed + 500);
    if (!IS_FULL) expect(follower.connections).toBe(1);
  });
});

describe.concurrent('when the client sleeps', { timeout: TIMEOUT_MS }, () => {
  it.for([
    ['for long', 100_000, 10 * 60_000, false],
    ['for a moment, and the page is shown then', 10_000, 10_000, true],
  ] as const)(
    '[HB-2] [RT-4] %s, and its connection dies: one reconnect when it wakes, and every sample',
    async ([, shortMs, fullMs, isSeen], test) => {
      const speed = IS_FULL ? 1 : 10;
      const agent = await run(test);
      const proxy = await FaultProxy.start(agent.url);
      test.onTestFinished(() => proxy.stop());
      const child = spawn(process.execPath, [...TSX, pathOf('follower.ts'), proxy.url, String(speed)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      test.onTestFinished(() => {
        child.kill('SIGKILL');
      });
      const output = text(child.stdout);
      await until('a connection', () => proxy.openCount === 1);
      await pass(1000);
      child.kill('SIGSTOP');
      proxy.swallow();
      await pass((IS_FULL ? fullMs : shortMs) / speed);
      proxy.restore();
      const wokenMs = performance.now();
      child.kill('SIGCONT');
      if (isSeen) child.kill('SIGUSR2');
      await until('a new connection', () => proxy.acceptedCount === 2);
      // At once by the clock or within 5 s of `checkAlive`; frames read on waking start the 35 s of silence (HB-2) anew. Then comes the backoff.
      expect(performance.now() - wokenMs).toBeLessThan(36_000 / speed + 6000);
      await pass(2000);
      child.kill('SIGTERM');
      await once(child, 'exit');
      const { received, statuses } = JSON.parse((await output).split('\n')[1] ?? '') as {
        received: Received[];
        statuses: ConnectionStatus[];
      };
      expect(statuses.filter(({ state }) => state === 'connected')).toHaveLength(2);
      expect(proxy.acceptedCount).toBe(2);
      const last = received.findLast((item) => item.kind === 'sample');
      const log = logOf(agent)();
      expect(judge(received, log.slice(0, log.findIndex(({ seq }) => seq === last?.seq) + 1))).toEqual(
        FLAWLESS,
      );
      expect(received.filter(({ kind }) => kind === 'gap')).toEqual([]);
    },
  );
});

describe.concurrent('when the agent computes for five seconds', { timeout: TIMEOUT_MS }, () => {
  it('[RT-8] [HB-1] it reports the stall, is back on its grid, and closes no connection', async (test) => {
    const agent = await run(test, { program: ['--import', pathOf('sync-burn.mjs'), AGENT_PROGRAM] });
    const follower = await follow(test, agent.url);
    const cut = await loyalClients(test, agent.url, 50);
    await follower.more();
    const healthOf = async () =>
      (await (await fetch(`${agent.url}healthz`)).json()) as { samplerLagMs: number };
    // The first request loads the HTTP part.
    await healthOf();
    process.kill(agent.pid, 'SIGUSR2');
    const longGap = (): ReceivedGap | undefined =>
      follower.gaps.find(({ fromMs, toMs }) => toMs - fromMs > 4000);
    let lagMs = 0;
    while (longGap() === undefined) {
      // Node aborts requests that have waited for five seconds.
      const health = await healthOf().catch(() => null);
      lagMs = Math.max(lagMs, health?.samplerLagMs ?? 0);
    }
    await follower.more(8);
    expect(lagMs).toBeGreaterThan(2000);
    expect(await follower.judge(logOf(agent))).toEqual(FLAWLESS);
    const gap = longGap();
    if (gap === undefined) throw new Error('no gap');
    // A busy machine may add short stalls.
    expect(new Set(follower.gaps.map(({ reason }) => reason))).toEqual(new Set(['stall']));
    expect(gap.toMs - gap.fromMs).toBeGreaterThanOrEqual(4900);
    const index = follower.received.indexOf(gap);
    const phases = follower.received
      .slice(index + 2)
      .flatMap((item) => (item.kind === 'sample' ? [item.ts % INTERVAL_MS] : []));
    expect(phases.filter((phaseMs) => phaseMs < INTERVAL_MS / 3).length).toBeGreaterThan(5);
    expect([cut(), follower.connections]).toEqual([0, 1]);
  });
});
