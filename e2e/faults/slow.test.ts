import { describe, expect, it, type TestContext } from 'vitest';
import { nodeClock } from '../../examples/node-clock.ts';
import { systemClock } from '../../agent/clock.ts';
import type { Clock } from '../../shared/clock.ts';
import { startFastAgent } from './fast-agent.ts';
import { FastClock, IS_FULL, until } from './fast-time.ts';
import { FaultProxy } from './fault-proxy.ts';
import { Follower } from './follower.ts';
import { FLAWLESS } from './oracle.ts';

const TIMEOUT_MS = IS_FULL ? 10 * 60_000 : 60_000;

const SLOWNESS = 15;

/** The quantile of `values`. */
function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? Number.NaN;
}

function follow({ onTestFinished }: TestContext, ...args: ConstructorParameters<typeof Follower>): Follower {
  const follower = new Follower(...args);
  onTestFinished(() => follower.client.stop());
  return follower;
}

describe.concurrent('over a link that is slower than the samples', { timeout: TIMEOUT_MS }, () => {
  it('[FC-1] [FC-3] of 64 kbit/s with 300 ms round trip: samples are skipped and reported, and none is old', async (test) => {
    const agent = await startFastAgent(systemClock, { config: { intervalMs: 100 }, metricCount: 64 });
    test.onTestFinished(() => agent.stop());
    const proxy = await FaultProxy.start(agent.url);
    test.onTestFinished(() => proxy.stop());
    proxy.delay(150);
    proxy.limit(8000);
    const ages: number[] = [];
    const follower = follow(test, proxy.url, { clock: nodeClock });
    const endMs = performance.now() + (IS_FULL ? 120_000 : 15_000);
    let seen = 0;
    await until(
      'the end',
      () => {
        const items = follower.received.slice(seen);
        seen += items.length;
        for (const item of items) if (item.kind === 'sample') ages.push(Date.now() - item.ts);
        return performance.now() > endMs;
      },
      TIMEOUT_MS,
    );
    // The target is 3 s. Without flow control it would be 5 s by now, and growing.
    expect(percentile(ages, 0.99)).toBeLessThan(4000);
    const half = ages.length / 2;
    expect(percentile(ages.slice(half), 0.99)).toBeLessThan(percentile(ages.slice(0, half), 0.99) + 1000);
    expect(follower.gaps.map(({ reason }) => reason)).toContain('slow');
    expect(follower.connections).toBe(1);
    expect(await follower.judge(() => agent.samples())).toEqual(FLAWLESS);
  });
});

describe.concurrent('when half of the clients stop reading', { timeout: TIMEOUT_MS }, () => {
  it.for([
    ['for 25 s: they continue with the newest sample and a gap', 25_000, 1],
    ['for 90 s: they are closed, reconnect and get every sample', 90_000, 2],
  ] as const)(
    '[FC-1] [FC-3] [FC-4] %s; the others notice nothing',
    async ([, frozenMs, connections], test) => {
      const clock = new FastClock(SLOWNESS);
      const agent = await startFastAgent(clock, { metricCount: 200 });
      test.onTestFinished(() => agent.stop());
      const proxy = await FaultProxy.start(agent.url);
      test.onTestFinished(() => proxy.stop());
      // The time of a frozen client nearly stops, so that it does not notice the silence.
      const slowClock: Clock = {
        now: () => clock.now() / SLOWNESS,
        schedule: (task, delayMs) => clock.schedule(task, delayMs * SLOWNESS),
      };
      const frozen = Array.from({ length: 5 }, () => follow(test, proxy.url, { clock: slowClock }));
      const others = Array.from({ length: 5 }, () => follow(test, agent.url, { clock }));
      await Promise.all([...frozen, ...others].map((follower) => follower.more()));
      proxy.stall(['down']);
      await clock.pass(frozenMs);
      const before = frozen.map(({ sampleCount }) => sampleCount);
      proxy.restore();
      await Promise.all(frozen.map((follower) => follower.caughtUp(() => agent.samples())));
      await Promise.all([...frozen, ...others].map((follower) => follower.more()));
      expect(before.every((count, i) => count < (frozen[i]?.sampleCount ?? 0))).toBe(true);
      for (const follower of frozen) {
        expect(follower.connections).toBe(connections);
        const isTold = follower.gaps.some(({ reason }) => reason === 'slow');
        expect(isTold).toBe(connections === 1);
        const reasons = follower.statuses.flatMap((status) => ('reason' in status ? [status.reason] : []));
        expect(new Set(reasons)).toEqual(
          new Set(connections === 1 ? [] : ['This client does not read what it is sent']),
        );
        expect(await follower.judge(() => agent.samples())).toEqual(FLAWLESS);
      }
      for (const follower of others) {
        expect(follower.connections).toBe(1);
        expect(follower.gaps.filter(({ reason }) => reason === 'slow')).toEqual([]);
        expect(await follower.judge(() => agent.samples())).toEqual(FLAWLESS);
      }
    },
  );
});
