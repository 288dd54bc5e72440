import { describe, it } from 'vitest';
import { until } from '../faults/fast-time.ts';
import { FLAWLESS } from '../faults/oracle.ts';
import { flawsOfStored, makeStreams, readStoredLog } from './fleet-processes.ts';
import { natsProgram, whetherNats } from './nats-server.ts';
import { FULL_TIMEOUT_MS, NatsWorld, pass, PATIENCE_MS } from './nats-world.ts';
import { Viewer } from './viewer.ts';

const HOST = 'host-0';
const NOTHING_LOST = { lost: 0, duplicates: 0, disorder: 0 };
const WARNING = 40;
/** Of the agents' time, in which the log gets a batch every five seconds. */
const SPEED = 3;

describe.skipIf(natsProgram === undefined)(
  `the log of a fleet${whetherNats}`,
  { timeout: FULL_TIMEOUT_MS },
  () => {
    it.concurrent('may be missing: viewers see every sample, the agent warns once, and fills it when it is there', async (context) => {
      const { expect } = context;
      const world = await NatsWorld.make(context, { hasStreams: false });
      const agents = await world.agents({ names: [HOST], speed: SPEED });
      const { url } = await world.gateway();
      await world.overview(url, [HOST]);
      const follower = world.follow(() => url, HOST);
      await follower.more(10);
      await until(
        'a warning',
        () => agents.linesOf(HOST).some((line) => line.startsWith(`${WARNING} `)),
        PATIENCE_MS,
      );
      await pass(5000);
      const warnings = agents.linesOf(HOST).filter((line) => line.startsWith(`${WARNING} `));
      expect(warnings).toHaveLength(1);
      await makeStreams(world.server.url);
      const goal = agents.samplesOf(HOST).at(-1)?.seq ?? 0;
      await until('more samples', () => (agents.samplesOf(HOST).at(-1)?.seq ?? 0) > goal + 20);
      let stored: readonly { seq: number; epoch: string }[] = [];
      for (let attempt = 0; attempt < 300 && (stored.at(-1)?.seq ?? 0) < goal; attempt += 1) {
        await pass(200);
        stored = (await readStoredLog(world.server.url)).hosts.get(HOST) ?? [];
      }
      await follower.caughtUp(() => agents.samplesOf(HOST));
      expect(await follower.judge(() => agents.samplesOf(HOST))).toEqual(FLAWLESS);
      await agents.kill('SIGTERM');
      stored = (await readStoredLog(world.server.url)).hosts.get(HOST) ?? [];
      expect(flawsOfStored(stored, agents.samplesOf(HOST))).toEqual(NOTHING_LOST);
    });

    it.concurrent('never mixes two agents of one name: the later start wins, and the other says so', async (context) => {
      const { expect } = context;
      const world = await NatsWorld.make(context);
      const earlier = await world.agents({ names: [HOST], speed: SPEED });
      await until('the first in the log', () => earlier.samplesOf(HOST).length > 70, PATIENCE_MS);
      const later = await world.agents({ names: [HOST], speed: SPEED });
      await until(
        'it says so',
        () => earlier.linesOf(HOST).some((line) => line.startsWith(`${WARNING} `) || line.startsWith('50 ')),
        PATIENCE_MS,
      );
      await until('the second in the log', () => later.samplesOf(HOST).length > 150, PATIENCE_MS);
      expect(later.linesOf(HOST).filter((line) => /^[45]0 /.test(line))).toEqual([]);
      await later.kill('SIGTERM');
      await earlier.kill('SIGTERM');
      const stored = (await readStoredLog(world.server.url)).hosts.get(HOST) ?? [];
      const epochs = stored.map(({ epoch }) => epoch).filter((epoch, index, all) => epoch !== all[index - 1]);
      const [first, second] = [earlier, later].map((agents) => agents.samplesOf(HOST)[0]?.epoch);
      expect(epochs).toEqual([first, second]);
      const ofLater = stored.filter(({ epoch }) => epoch === second);
      expect(flawsOfStored(ofLater, later.samplesOf(HOST))).toEqual(NOTHING_LOST);
    });

    it.concurrent('gives the past of a host that is gone, each value under its name', async (context) => {
      const { expect } = context;
      const world = await NatsWorld.make(context);
      const agents = await world.agents({ names: [HOST], speed: SPEED });
      const { url } = await world.gateway();
      await world.overview(url, [HOST]);
      await until('samples', () => agents.samplesOf(HOST).length > 20);
      process.kill(agents.pid, 'SIGUSR2');
      await until('samples', () => agents.samplesOf(HOST).length > 45);
      process.kill(agents.pid, 'SIGUSR2');
      await until('samples', () => agents.samplesOf(HOST).length > 70);
      await agents.kill('SIGTERM');
      const samples = agents.samplesOf(HOST);
      const viewer = await Viewer.open(url, { host: HOST, backfill: 60 });
      context.onTestFinished(() => viewer.close());
      await until('the last sample', () => viewer.samples.at(-1)?.seq === samples.at(-1)?.seq);
      const read = viewer.samples.length;
      expect(read).toBeGreaterThanOrEqual(60);
      expect(viewer.samples.map(({ seq }) => seq)).toEqual(samples.slice(-read).map(({ seq }) => seq));
      expect(viewer.samples.filter(({ count }) => count === null)).toEqual([]);
      expect(new Set(viewer.samples.map(({ count, seq }) => (count ?? 0) - seq)).size).toBe(1);
      const { batches } = await readStoredLog(world.server.url);
      for (const { body } of batches) {
        const widths = new Set(body.b.map(({ v }) => v.length));
        expect(widths.size).toBe(1);
      }
    });
  },
);
