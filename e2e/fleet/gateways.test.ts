import { describe, it } from 'vitest';
import { until } from '../faults/fast-time.ts';
import { FLAWLESS } from '../faults/oracle.ts';
import { hostNames, startGatewayProcess } from './fleet-processes.ts';
import { natsProgram, whetherNats } from './nats-server.ts';
import { FULL_TIMEOUT_MS, IS_FULL, NatsWorld, pass, PATIENCE_MS, sized } from './nats-world.ts';

const HOSTS = hostNames(10);
const VIEWERS = 100;
const VIEWER_INDEXES = Array.from({ length: VIEWERS }, (_, index) => index);

describe.skipIf(natsProgram === undefined)(
  `gateways that fail${whetherNats}`,
  { timeout: FULL_TIMEOUT_MS },
  () => {
    it(`loses nothing for ${VIEWERS} viewers of one that is killed: they go on at another`, async (context) => {
      const { expect } = context;
      const world = await NatsWorld.make(context);
      const agents = await world.agents({ names: HOSTS, intervalMs: 200 });
      const first = await startGatewayProcess(context, world.server.url);
      const second = await startGatewayProcess(context, world.server.url);
      await world.overview(second.url, HOSTS);
      await world.overview(first.url, HOSTS);
      let url = first.url;
      const hostOf = (index: number): string => HOSTS[index % HOSTS.length] ?? '';
      const followers = VIEWER_INDEXES.map((index) => world.follow(() => url, hostOf(index)));
      await Promise.all(followers.map((follower) => follower.more(5)));
      url = second.url;
      const killedMs = performance.now();
      await first.kill('SIGKILL');
      await Promise.all(followers.map((follower) => follower.lost()));
      await until(
        'all are back',
        () => followers.every(({ client }) => client.status.state === 'connected'),
        PATIENCE_MS,
      );
      await Promise.all(followers.map((follower) => follower.more(1)));
      const ms = performance.now() - killedMs;
      if (IS_FULL) {
        console.log(`all go on after ${ms.toFixed(0)} ms`);
        expect(ms).toBeLessThan(5000);
      }
      for (const [index, follower] of followers.entries()) {
        const samples = () => agents.samplesOf(hostOf(index));
        await follower.caughtUp(samples);
        expect(await follower.judge(samples)).toEqual(FLAWLESS);
        expect(follower.gaps.filter(({ reason }) => reason !== 'stall')).toEqual([]);
      }
    });

    it('is not held up by one that stands still, whose viewers lose nothing either', async (context) => {
      const { expect } = context;
      const world = await NatsWorld.make(context);
      const agents = await world.agents({ names: HOSTS, intervalMs: 100 });
      const frozen = await startGatewayProcess(context, world.server.url);
      const other = await startGatewayProcess(context, world.server.url);
      await world.overview(other.url, HOSTS);
      await world.overview(frozen.url, HOSTS);
      const there = HOSTS.map((name) => world.follow(() => frozen.url, name));
      const here = HOSTS.map((name) => world.follow(() => other.url, name));
      await Promise.all([...there, ...here].map((follower) => follower.more(5)));
      process.kill(frozen.pid, 'SIGSTOP');
      const before = here.map(({ sampleCount }) => sampleCount);
      await pass(sized(4000, 20_000));
      const waitsMs = here.flatMap(({ sampleTimesMs }, index) =>
        sampleTimesMs.slice(before[index]).map((ms, at, all) => (at === 0 ? 0 : ms - (all[at - 1] ?? 0))),
      );
      for (const follower of here) expect(follower.sampleCount).toBeGreaterThan((before[0] ?? 0) + 5);
      process.kill(frozen.pid, 'SIGCONT');
      if (IS_FULL) {
        const sorted = waitsMs.toSorted((a, b) => a - b);
        const p99 = sorted[Math.floor(0.99 * sorted.length)] ?? Number.NaN;
        console.log(
          `between two samples elsewhere: p99 ${p99.toFixed(0)} ms, longest ${sorted.at(-1)?.toFixed(0)} ms`,
        );
        expect(p99).toBeLessThan(100 + 250);
      }
      for (const [index, follower] of [...there, ...here].entries()) {
        const samples = () => agents.samplesOf(HOSTS[index % HOSTS.length] ?? '');
        await follower.caughtUp(samples);
        expect(await follower.judge(samples)).toEqual(FLAWLESS);
        expect(follower.gaps.filter(({ reason }) => reason !== 'stall')).toEqual([]);
      }
    });
  },
);
