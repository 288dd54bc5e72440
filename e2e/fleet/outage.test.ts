import { cpSync, renameSync } from 'node:fs';
import { describe, it, type ExpectStatic, type TestContext } from 'vitest';
import { until } from '../faults/fast-time.ts';
import type { Follower } from '../faults/follower.ts';
import { FLAWLESS } from '../faults/oracle.ts';
import {
  flawsOfStored,
  hostNames,
  makeStreams,
  readStoredLog,
  residentBytes,
  type AgentsProcess,
} from './fleet-processes.ts';
import { natsProgram, whetherNats } from './nats-server.ts';
import { FULL_TIMEOUT_MS, IS_FULL, NatsWorld, pass, PATIENCE_MS, sized } from './nats-world.ts';

const NOTHING_LOST = { lost: 0, duplicates: 0, disorder: 0 };
const HOSTS = hostNames(sized(8, 50));

interface Running {
  readonly world: NatsWorld;
  readonly agents: AgentsProcess;
  readonly followers: ReadonlyMap<string, Follower>;
}

/** Hosts at ten samples a second, each with a viewer. */
async function run(context: TestContext): Promise<Running> {
  const world = await NatsWorld.make(context);
  const agents = await world.agents({ names: HOSTS });
  const { url } = await world.gateway();
  await world.overview(url, HOSTS);
  const followers = new Map(HOSTS.map((name) => [name, world.follow(() => url, name)]));
  await Promise.all([...followers.values()].map((follower) => follower.more(10)));
  return { world, agents, followers };
}

/** Waits until the log has all samples that there are now. @returns after how many ms */
async function caughtUp({ world, agents }: Running): Promise<number> {
  const beganMs = performance.now();
  const goals = HOSTS.map((name) => agents.samplesOf(name).at(-1)?.seq ?? 0);
  for (;;) {
    const { hosts } = await readStoredLog(world.server.url);
    if (HOSTS.every((name, index) => (hosts.get(name)?.at(-1)?.seq ?? 0) >= (goals[index] ?? 0)))
      return performance.now() - beganMs;
    if (performance.now() - beganMs > 2 * PATIENCE_MS) throw new Error('the log does not catch up');
    await pass(200);
  }
}

/** Ends the agents in order, and judges log and viewers by what they have produced. */
async function expectNothingLost(expect: ExpectStatic, running: Running): Promise<void> {
  const { world, agents, followers } = running;
  for (const [name, follower] of followers) {
    await follower.caughtUp(() => agents.samplesOf(name));
    expect(await follower.judge(() => agents.samplesOf(name))).toEqual(FLAWLESS);
    expect(follower.gaps.filter(({ reason }) => reason !== 'stall')).toEqual([]);
  }
  await agents.kill('SIGTERM');
  const { hosts } = await readStoredLog(world.server.url);
  for (const name of HOSTS) {
    expect(flawsOfStored(hosts.get(name) ?? [], agents.samplesOf(name)), name).toEqual(NOTHING_LOST);
  }
}

describe.skipIf(natsProgram === undefined)(
  `a fleet whose broker fails${whetherNats}`,
  // The full form has too many hosts for that.
  { timeout: FULL_TIMEOUT_MS, concurrent: !IS_FULL },
  () => {
    it('has every sample in the log and at viewers after the server was killed and came back', async (context) => {
      const { expect } = context;
      const running = await run(context);
      const { world, agents } = running;
      const bytes = residentBytes(agents.pid);
      await world.server.kill();
      await pass(sized(4000, 60_000));
      const grownBytes = residentBytes(agents.pid) - bytes;
      await world.server.start();
      const ms = await caughtUp(running);
      if (IS_FULL) {
        console.log(
          `caught up after ${ms.toFixed(0)} ms; ${(grownBytes / HOSTS.length / 2 ** 20).toFixed(2)} MB an agent`,
        );
        expect(ms).toBeLessThan(10_000);
        expect(grownBytes / HOSTS.length).toBeLessThan(10 * 2 ** 20);
      }
      await expectNothingLost(expect, running);
    });

    it('fills a store again that has lost its end', async (context) => {
      const { expect } = context;
      const running = await run(context);
      const { server } = running.world;
      await caughtUp(running);
      const copy = `${server.storeFolder}-before`;
      cpSync(server.storeFolder, copy, { recursive: true });
      await pass(sized(3000, 20_000));
      await server.kill();
      server.deleteStore();
      renameSync(copy, server.storeFolder);
      await server.start();
      await caughtUp(running);
      await expectNothingLost(expect, running);
    });

    it('fills a store that was deleted, once its streams are made anew', async (context) => {
      const { expect } = context;
      const running = await run(context);
      const { server } = running.world;
      await caughtUp(running);
      await server.kill();
      server.deleteStore();
      await server.start();
      await pass(sized(2000, 30_000));
      await makeStreams(server.url);
      await caughtUp(running);
      await expectNothingLost(expect, running);
    });

    it('says exactly what was lost in an outage that is longer than the ring', async (context) => {
      const { expect } = context;
      const world = await NatsWorld.make(context);
      const [name = ''] = HOSTS;
      // The ring keeps 15 samples of this interval, and there are two of them a second.
      const agents = await world.agents({ names: [name], intervalMs: 60_000, speed: 120 });
      const { url } = await world.gateway();
      await world.overview(url, [name]);
      const follower = world.follow(() => url, name);
      await follower.more(3);
      await world.server.kill();
      const count = agents.samplesOf(name).length;
      await until('an outage', () => agents.samplesOf(name).length > count + 20, 2 * PATIENCE_MS);
      await world.server.start();
      await follower.more(16);
      await follower.caughtUp(() => agents.samplesOf(name));
      expect(await follower.judge(() => agents.samplesOf(name))).toEqual(FLAWLESS);
      const gaps = follower.gaps.filter(({ reason }) => reason !== 'stall');
      expect(gaps.map(({ reason }) => reason)).toEqual(['evicted']);
      const [gap] = gaps;
      if (gap === undefined) return;
      const { before, after } = follower.neighboursOf(gap);
      expect(before).toMatchObject({ seq: gap.from - 1, ts: gap.fromMs });
      expect(after).toMatchObject({ seq: gap.to + 1, ts: gap.toMs });
      expect(gap.to - gap.from).toBeGreaterThan(2);
      await agents.kill('SIGTERM');
      const stored = (await readStoredLog(world.server.url)).hosts.get(name) ?? [];
      const { lost, ...others } = flawsOfStored(stored, agents.samplesOf(name));
      expect(others).toEqual({ duplicates: 0, disorder: 0 });
      expect(lost).toBeGreaterThan(0);
      expect(lost).toBeLessThanOrEqual(gap.to - gap.from + 3);
    });
  },
);
