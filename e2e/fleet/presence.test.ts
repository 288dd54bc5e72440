import { describe, it } from 'vitest';
import { until } from '../faults/fast-time.ts';
import { FLAWLESS } from '../faults/oracle.ts';
import { natsProgram, whetherNats } from './nats-server.ts';
import { FULL_TIMEOUT_MS, NatsWorld, pass, PATIENCE_MS, sized } from './nats-world.ts';
import { Viewer } from './viewer.ts';

const HOST = 'host-0';
/** Of the time of agents and gateways, so that nobody has to wait for half a minute. */
const SPEED = sized(5, 1);

const stateOf = (overview: Viewer, name = HOST): string | undefined => overview.hosts.get(name)?.status.state;

describe.skipIf(natsProgram === undefined)(
  `presence over a broker${whetherNats}`,
  { timeout: FULL_TIMEOUT_MS },
  () => {
    it.concurrent('takes a host for down that is watched and killed, before it would without viewers', async (context) => {
      const { expect } = context;
      const world = await NatsWorld.make(context);
      const names = [HOST, 'host-1'];
      const agents = await world.agents({ names, intervalMs: 500, speed: SPEED });
      const { url } = await world.gateway(SPEED);
      const overview = await world.overview(url, names);
      const follower = world.follow(() => url, HOST);
      await follower.more(3);
      await agents.kill('SIGKILL');
      const killedMs = performance.now();
      await until('the watched one is down', () => stateOf(overview) === 'down', PATIENCE_MS);
      const watchedMs = (performance.now() - killedMs) * SPEED;
      await until('the other is down', () => stateOf(overview, 'host-1') === 'down', PATIENCE_MS);
      const otherMs = (performance.now() - killedMs) * SPEED;
      expect(overview.hosts.get(HOST)?.status).toMatchObject({
        reason: expect.stringMatching(/./) as string,
      });
      expect(overview.hosts.get(HOST)?.status.sinceMs).not.toBeNull();
      // Each at least so long after its last sign, and not much longer on a machine that is not busy.
      expect(watchedMs).toBeGreaterThan(8000);
      expect(otherMs).toBeGreaterThan(18_000);
      expect(watchedMs).toBeLessThan(otherMs);
      expect(await follower.judge(() => agents.samplesOf(HOST))).toEqual(FLAWLESS);
    });

    it.concurrent('takes a host for down at once that says goodbye', async (context) => {
      const { expect } = context;
      const world = await NatsWorld.make(context);
      const agents = await world.agents({ names: [HOST] });
      const { url } = await world.gateway();
      const overview = await world.overview(url, [HOST]);
      const stopping = agents.kill('SIGTERM');
      // Any other way takes 30 s without viewers.
      await until('it is down', () => stateOf(overview) === 'down', 10_000);
      expect(overview.hosts.get(HOST)?.status).toMatchObject({
        reason: expect.stringMatching(/./) as string,
      });
      await stopping;
    });

    it.concurrent('marks no host down while the broker restarts, nor while it is away', async (context) => {
      const { expect } = context;
      const world = await NatsWorld.make(context);
      const agents = await world.agents({ names: [HOST], intervalMs: 500, speed: SPEED });
      const { url } = await world.gateway(SPEED);
      const overview = await world.overview(url, [HOST]);
      await world.server.kill();
      await until('it is unknown', () => stateOf(overview) === 'unknown', PATIENCE_MS);
      expect(overview.hosts.get(HOST)?.status.reason).toMatch(/broker/);
      await pass(40_000 / SPEED);
      await world.server.start();
      await until('it is up again', () => stateOf(overview) === 'up', PATIENCE_MS);
      const states = overview.of('hosts').flatMap(({ hosts }) => hosts.map(({ status }) => status.state));
      expect(states).not.toContain('down');
      expect(agents.linesOf(HOST).length).toBeGreaterThan(0);
    });

    it.concurrent('marks no host down while the broker stands still', async (context) => {
      const { expect } = context;
      const world = await NatsWorld.make(context);
      await world.agents({ names: [HOST] });
      const { url } = await world.gateway();
      const overview = await world.overview(url, [HOST]);
      const follower = world.follow(() => url, HOST);
      await follower.more(3);
      await world.server.freeze();
      await until('it is not up', () => stateOf(overview) !== 'up', PATIENCE_MS);
      expect(overview.hosts.get(HOST)?.status).toMatchObject({
        state: 'unknown',
        reason: expect.stringMatching(/broker/) as string,
      });
      world.server.thaw();
      await until('it is up again', () => stateOf(overview) === 'up', PATIENCE_MS);
    });

    it.concurrent('does not know of hosts at first, and says so instead of down', async (context) => {
      const { expect } = context;
      const world = await NatsWorld.make(context);
      const agents = await world.agents({ names: [HOST], intervalMs: 500, speed: SPEED });
      const first = await world.gateway(SPEED);
      await world.overview(first.url, [HOST]);
      await agents.kill('SIGKILL');
      const { url } = await world.gateway(SPEED);
      const overview = await Viewer.open(url, { hosts: ['*'] });
      context.onTestFinished(() => overview.close());
      await until('it is down', () => stateOf(overview) === 'down', PATIENCE_MS);
      const states = overview.of('hosts').flatMap(({ hosts }) => hosts.map(({ status }) => status.state));
      expect(states[0]).toBe('unknown');
      expect(states).not.toContain('up');
    });
  },
);
