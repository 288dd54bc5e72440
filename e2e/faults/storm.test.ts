import { expect, it } from 'vitest';
import { startAgent } from '../agent-process.ts';
import { FaultProxy } from './fault-proxy.ts';
import { Follower } from './follower.ts';
import { FLAWLESS, loggedSamples } from './oracle.ts';
import { until } from './fast-time.ts';

/** `bench/` uses ten thousand. */
const CLIENTS = 500;

it('[RC-1] [RT-4] 500 clients that lose their connections at once reconnect soon, spread out, and miss nothing', async () => {
  const limit = ['--max-connections-per-address', String(2 * CLIENTS)];
  const agent = await startAgent({ args: ['--log-level', 'trace', ...limit] });
  const proxy = await FaultProxy.start(agent.url);
  const log = () => loggedSamples(agent.log);
  const followers = Array.from({ length: CLIENTS }, () => new Follower(proxy.url));
  try {
    await Promise.all(followers.map((follower) => follower.more(2)));
    expect(proxy.openCount).toBe(CLIENTS);
    const resetMs = performance.now();
    proxy.reset();
    const healthAnswers: number[] = [];
    const isBack = ({ connections }: Follower): boolean => connections === 2;
    while (!followers.every(isBack)) {
      healthAnswers.push((await fetch(`${agent.url}healthz`)).status);
      if (performance.now() - resetMs > 60_000) break;
    }
    expect(followers.filter((follower) => !isBack(follower))).toEqual([]);
    // No limit on their speed, since the clients themselves keep this process busy.
    expect(new Set(healthAnswers)).toEqual(new Set([200]));
    await Promise.all(followers.map((follower) => follower.caughtUp(log)));
    const delaysMs = followers.map(({ statuses, statusTimesMs }) => {
      const index = statuses.findIndex(({ state }) => state === 'reconnecting');
      const status = statuses[index];
      if (status?.state !== 'reconnecting') throw new Error('not lost');
      return (status.retryAtMs ?? Number.NaN) - (statusTimesMs[index] ?? 0);
    });
    // Full jitter in 0 … 500 ms: about a quarter of the clients in each quarter.
    for (const quarter of [0, 1, 2, 3]) {
      const count = delaysMs.filter((ms) => Math.floor(ms / 125) === quarter).length;
      expect(count).toBeGreaterThan(CLIENTS / 8);
      expect(count).toBeLessThan(CLIENTS / 2.5);
    }
    await until('the reset ones are gone', () => proxy.openCount === CLIENTS);
    for (const follower of followers) {
      expect(follower.gaps).toEqual([]);
      expect(await follower.judge(log)).toEqual(FLAWLESS);
    }
  } finally {
    for (const { client } of followers) client.stop();
    await proxy.stop();
    await agent.kill();
  }
});
