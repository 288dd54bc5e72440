import { describe, it, vi } from 'vitest';
import { systemClock, type Clock } from '../../agent/clock.ts';
import { HostRegistry } from '../../agent/hosts/host-registry.ts';
import { startRelays } from '../../agent/relay/relays.ts';
import { capturedLog } from '../../agent/testing/captured-log.ts';
import { FaultProxy } from '../faults/fault-proxy.ts';
import { until } from '../faults/fast-time.ts';
import { HttpFaultProxy } from '../faults/http-fault-proxy.ts';
import { FLAWLESS, loggedSamples } from '../faults/oracle.ts';
import {
  eventually,
  idOf,
  OWN_ID,
  relaysOf,
  RelayWorld,
  samplesOf,
  sentencesOf,
  stateOf,
  statusOf,
} from './relay-agents.ts';

// On a busy machine, clients that back off need their time.
vi.setConfig({ testTimeout: 180_000 });

/** How long a lost connection is given until its host counts as down. */
const LOST_MS = 9000;

describe('a host that another agent shows', () => {
  it.concurrent('comes with the epoch, numbers and times of its own agent, for all who follow it, past included', async (context) => {
    const { expect } = context;
    const world = RelayWorld.make(context);
    const far = await world.far();
    const relay = await world.relay([far.url]);
    const id = idOf(far.url);
    const first = world.follow(relay.url, id, { request: { metrics: ['*'], backfill: 5 } });
    await first.more(10);
    const late = world.follow(relay.url, id, { request: { metrics: ['*'], backfill: 50 } });
    await late.more(60);
    for (const follower of [first, late]) {
      expect(await follower.judge(() => loggedSamples(far.log))).toEqual(FLAWLESS);
      expect(follower.gaps.filter(({ reason }) => reason !== 'stall')).toEqual([]);
    }
    const direct = world.follow(far.url, OWN_ID);
    await direct.more(1);
    const here = late.client.welcome?.hosts.find((host) => host.id === id);
    const there = direct.client.welcome?.hosts[0];
    expect(here?.catalogue).toEqual(there?.catalogue);
    expect(here?.tables).toEqual(there?.tables);
    expect(here?.facts).toMatchObject({ kernel: there?.facts.kernel });
  });

  it.concurrent('comes with its table of processes, if somebody wants that', async (context) => {
    const { expect } = context;
    const world = RelayWorld.make(context);
    const far = await world.far();
    const relay = await world.relay([far.url]);
    const rows: unknown[] = [];
    const { client } = world.follow(relay.url, idOf(far.url));
    client.subscribe(
      { host: idOf(far.url), metrics: ['cpu'], tables: ['processes'] },
      {
        subscribed: () => {},
        sample: () => {},
        gap: () => {},
        refused: () => {},
        table: (table) => rows.push(table),
      },
    );
    await until('rows', () => rows.length > 1);
    expect(rows[0]).toMatchObject({ table: 'processes' });
  });

  it.concurrent('is asked for nothing but summaries while nobody follows it', async (context) => {
    const { expect } = context;
    const world = RelayWorld.make(context);
    const far = await world.far({ args: ['--interval', '1000'] });
    const relay = await world.relay([far.url]);
    const follower = world.follow(relay.url, idOf(far.url), {
      request: { metrics: ['*'], intervalMs: 100 },
    });
    await follower.more(10);
    const last = loggedSamples(far.log).at(-1);
    follower.client.stop();
    // The pace that it asked for ends with it, after the 2 s that agents keep one.
    const distanceMs = (): number => {
      const [before, newest] = loggedSamples(far.log).slice(-2);
      return newest !== undefined && newest.seq > (last?.seq ?? 0) ? newest.ts - (before?.ts ?? 0) : 0;
    };
    await expect.poll(distanceMs).toBeGreaterThan(900);
  });
});

describe('a relay under viewers', () => {
  it.concurrent('that is killed and restarted costs them no sample that the store of the host holds', async (context) => {
    const { expect } = context;
    const world = RelayWorld.make(context);
    const far = await world.far();
    const id = idOf(far.url);
    const relay = await world.relay([far.url]);
    const followers = [1, 2, 3].map(() => world.follow(relay.url, id));
    await Promise.all(followers.map((follower) => follower.more(5)));
    let running = relay;
    for (let round = 0; round < 2; round += 1) {
      await running.kill('SIGKILL');
      await Promise.all(followers.map((follower) => follower.lost()));
      running = await world.relay([far.url], { port: relay.port });
      await Promise.all(followers.map((follower) => follower.more(10)));
    }
    for (const follower of followers) {
      expect(follower.gaps.filter(({ reason }) => reason !== 'stall')).toEqual([]);
      expect(await follower.judge(() => loggedSamples(far.log))).toEqual(FLAWLESS);
    }
  });

  it.concurrent('that is cut off costs them no sample either', async (context) => {
    const { expect } = context;
    const world = RelayWorld.make(context);
    const far = await world.far();
    const proxy = await FaultProxy.start(far.url);
    world.through(proxy);
    const relay = await world.relay([proxy.url]);
    const follower = world.follow(relay.url, idOf(proxy.url));
    await follower.more(5);
    for (const fault of ['cut', 'reset', 'stall'] as const) {
      const taken = loggedSamples(far.log).length;
      proxy[fault]();
      await until('samples meanwhile', () => loggedSamples(far.log).length > taken + 20);
      proxy.restore();
      await follower.caughtUp(() => loggedSamples(far.log));
    }
    expect(follower.gaps.filter(({ reason }) => reason !== 'stall')).toEqual([]);
    expect(await follower.judge(() => loggedSamples(far.log))).toEqual(FLAWLESS);
  });

  it.concurrent('that stands still until its agent skips samples for it costs them none', async (context) => {
    const { expect } = context;
    const world = RelayWorld.make(context);
    const far = await world.far();
    const relay = await world.relay([far.url]);
    const follower = world.follow(relay.url, idOf(far.url));
    await follower.more(5);
    process.kill(relay.pid, 'SIGSTOP');
    try {
      const taken = loggedSamples(far.log).length;
      await until('samples meanwhile', () => loggedSamples(far.log).length > taken + 100);
    } finally {
      process.kill(relay.pid, 'SIGCONT');
    }
    await follower.caughtUp(() => loggedSamples(far.log));
    expect(follower.gaps.filter(({ reason }) => reason !== 'stall')).toEqual([]);
    expect(await follower.judge(() => loggedSamples(far.log))).toEqual(FLAWLESS);
  });

  it.concurrent.for([
    ['the history', []],
    ['no history', ['--history', 'off']],
  ] as const)(
    'tells them once that the agent of the host was killed and restarted, with %s',
    async ([_what, args], context) => {
      const { expect } = context;
      const world = RelayWorld.make(context);
      const state = { METRICS_PANEL_STATE: world.folder };
      const far = await world.far({ args, env: state });
      const relay = await world.relay([far.url]);
      const id = idOf(far.url);
      const followers = [1, 2].map(() => world.follow(relay.url, id));
      await Promise.all(followers.map((follower) => follower.more(5)));
      const killedMs = performance.now();
      await far.kill('SIGKILL');
      const again = await world.far({ args, env: state, port: far.port });
      await until('samples of the next run', () => loggedSamples(again.log).length > 10);
      await Promise.all(followers.map((follower) => follower.caughtUp(() => loggedSamples(again.log))));
      for (const follower of followers) {
        const gaps = follower.gaps.filter(({ reason }) => reason !== 'stall');
        expect(gaps.map(({ reason }) => reason)).toEqual(['agent_restart']);
        const log = samplesOf([far, again], followers);
        expect(
          await follower.judge(() => (log.length > 0 ? samplesOf([far, again], followers) : log)),
        ).toEqual(FLAWLESS);
      }
      // A busy machine may take longer to start an agent than one may be away without a word.
      if (performance.now() - killedMs < LOST_MS) {
        expect(
          sentencesOf(relay, 'warn').filter((sentence) => sentence.includes('cannot be reached')),
        ).toHaveLength(0);
      }
    },
  );

  it.concurrent('continues for them when the host comes back with another interval', async (context) => {
    const { expect } = context;
    const world = RelayWorld.make(context);
    const far = await world.far();
    const relay = await world.relay([far.url]);
    const id = idOf(far.url);
    const follower = world.follow(relay.url, id);
    await follower.more(5);
    await far.kill();
    // One that cannot be asked for samples as often as the copy of the run before asks.
    const again = await world.far({ args: ['--interval', '150'], port: far.port });
    await until('samples of the next run', () => loggedSamples(again.log).length > 5);
    await follower.caughtUp(() => loggedSamples(again.log));
    expect(follower.gaps.map(({ reason }) => reason).filter((reason) => reason !== 'stall')).toEqual([
      'agent_restart',
    ]);
    expect(await follower.judge(() => samplesOf([far, again], [follower]))).toEqual(FLAWLESS);
  });
});

describe('through a proxy', () => {
  it.concurrent.for([
    ['refuses WebSocket', 'forbidden', false, 'SSE'],
    ['holds event streams back too', 'unanswered', true, 'long poll'],
  ] as const)(
    'that %s samples come all the same, none missing',
    async ([_what, upgrades, isBuffering, transport], context) => {
      const { expect } = context;
      const world = RelayWorld.make(context);
      const far = await world.far();
      const proxy = await HttpFaultProxy.start(far.url, { upgrades, isBuffering });
      world.through(proxy);
      const relay = await world.relay([proxy.url]);
      await eventually('the host', async () => (await relaysOf(relay))[0]?.hosts.length === 1);
      expect(await relaysOf(relay)).toMatchObject([{ state: 'connected', transport }]);
      const follower = world.follow(relay.url, idOf(proxy.url), {
        request: { metrics: ['*'], backfill: 10 },
      });
      await follower.more(20);
      expect(await follower.judge(() => loggedSamples(far.log))).toEqual(FLAWLESS);
    },
  );
});

describe('the status of a relayed host', () => {
  it.concurrent('is down once its agent has been gone for a while, with the reason, and up again; the log tells both once', async (context) => {
    const { expect } = context;
    const world = RelayWorld.make(context);
    const far = await world.far();
    const relay = await world.relay([far.url]);
    const id = idOf(far.url);
    const follower = world.follow(relay.url, id);
    await follower.more(3);
    expect(stateOf(follower, id)).toBe('up');
    const killedMs = performance.now();
    await far.kill('SIGKILL');
    await until('down', () => stateOf(follower, id) === 'down');
    // Within 10 s; the rest is for a busy machine.
    expect(performance.now() - killedMs).toBeLessThan(15_000);
    expect(statusOf(follower, id)?.reason).toContain('nothing listens there');
    expect(statusOf(follower, id)?.sinceMs).toBeLessThanOrEqual(Date.now() - 5000);
    expect(await relaysOf(relay)).toMatchObject([{ state: 'lost', hosts: [id] }]);
    await world.far({ port: far.port });
    await until('up', () => stateOf(follower, id) === 'up', 60_000);
    expect(await relaysOf(relay)).toMatchObject([{ state: 'connected' }]);
    expect(
      sentencesOf(relay, 'warn').filter((sentence) => sentence.includes('cannot be reached')),
    ).toHaveLength(1);
    await expect
      .poll(() => sentencesOf(relay, 'info').filter((sentence) => sentence.includes('Shows')))
      .toHaveLength(2);
  });

  it.concurrent('is down as soon as its agent says goodbye', async (context) => {
    const { expect } = context;
    const world = RelayWorld.make(context);
    const far = await world.far();
    const relay = await world.relay([far.url]);
    const id = idOf(far.url);
    const follower = world.follow(relay.url, id);
    await follower.more(20);
    await far.kill('SIGTERM');
    // Long before that.
    await until('down', () => stateOf(follower, id) === 'down', LOST_MS - 3000);
    expect(statusOf(follower, id)?.reason).toBe('The agent is shutting down');
  });

  it.concurrent('is down when its agent stands still', async (context) => {
    const { expect } = context;
    const world = RelayWorld.make(context);
    const far = await world.far();
    const relay = await world.relay([far.url]);
    const id = idOf(far.url);
    const follower = world.follow(relay.url, id);
    await follower.more(3);
    process.kill(far.pid, 'SIGSTOP');
    try {
      await until('down', () => stateOf(follower, id) === 'down');
    } finally {
      process.kill(far.pid, 'SIGCONT');
    }
    await until('up', () => stateOf(follower, id) === 'up');
    await follower.caughtUp(() => loggedSamples(far.log));
    expect(await follower.judge(() => loggedSamples(far.log))).toEqual(FLAWLESS);
  });
});

describe('an agent', () => {
  it.concurrent('refuses itself by name', async (context) => {
    const { expect } = context;
    const world = RelayWorld.make(context);
    const alone = await world.relay([]);
    await alone.kill();
    const relay = await world.relay([alone.url], { port: alone.port });
    await eventually('a refusal', async () => (await relaysOf(relay))[0]?.refused !== undefined);
    expect((await relaysOf(relay))[0]).toMatchObject({
      hosts: [],
      refused: [{ host: OWN_ID, reason: 'is this agent itself' }],
    });
    await expect
      .poll(() => sentencesOf(relay, 'warn').filter((sentence) => sentence.includes('this agent itself')))
      .toHaveLength(1);
  });

  it.concurrent('shows each host once when two agents show each other, and none that another one relays', async (context) => {
    const { expect } = context;
    const world = RelayWorld.make(context);
    const one = await world.relay([]);
    const other = await world.relay([one.url]);
    await one.kill();
    const again = await world.relay([other.url], { port: one.port });
    await eventually('each other', async () => {
      const [a] = await relaysOf(again);
      const [b] = await relaysOf(other);
      return a?.hosts.length === 1 && b?.hosts.length === 1;
    });
    const third = await world.relay([again.url]);
    expect((await relaysOf(third))[0]?.hosts).toEqual([idOf(again.url)]);
    expect((await relaysOf(again))[0]?.hosts).toEqual([idOf(other.url)]);
  });

  it.concurrent('refuses a host that it shows already, by way of another address', async (context) => {
    const { expect } = context;
    const world = RelayWorld.make(context);
    const far = await world.far();
    const proxy = await FaultProxy.start(far.url);
    world.through(proxy);
    const relay = await world.relay([far.url, proxy.url]);
    await eventually('a refusal', async () =>
      (await relaysOf(relay)).some(({ refused }) => refused !== undefined),
    );
    const relays = await relaysOf(relay);
    expect(relays.flatMap(({ hosts }) => hosts)).toHaveLength(1);
    expect(relays.flatMap(({ refused = [] }) => refused)[0]?.reason).toMatch(
      /^is shown already, by way of http/,
    );
  });

  it.concurrent('names hosts that are called the same in the order of the settings, also if the second answers first', async (context) => {
    const { expect } = context;
    const world = RelayWorld.make(context);
    const [first, second] = await Promise.all([world.far(), world.far()]);
    const proxy = await FaultProxy.start(first.url);
    world.onEnd(() => proxy.stop());
    proxy.stall();
    // Its patience with the first must not end before that has answered, however busy the machine is.
    const schedule: Clock['schedule'] = (task, delayMs) => systemClock.schedule(task, 30 * delayMs);
    const relays = startRelays({
      settings: { urls: [proxy.url, second.url], tokensFile: null, caFile: null },
      hosts: new HostRegistry(),
      own: { label: 'other', epoch: '' },
      clock: { ...systemClock, schedule },
      log: capturedLog().log,
    });
    world.onEnd(async () => relays.stop());
    await until('the second', () => relays.health[1]?.state === 'connected');
    proxy.restore();
    await until('both', () => relays.health.every(({ hosts }) => hosts.length > 0));
    expect(relays.health.map(({ hosts }) => hosts)).toEqual([[OWN_ID], [idOf(second.url)]]);
  });

  it.concurrent('shows a host by way of the address that was named first, also if the other one answers first', async (context) => {
    const { expect } = context;
    const world = RelayWorld.make(context);
    const far = await world.far();
    const proxy = await FaultProxy.start(far.url);
    world.onEnd(() => proxy.stop());
    const relay = await world.relay([proxy.url, far.url]);
    const hosts = async (): Promise<string[]> => (await relaysOf(relay)).flatMap((one) => one.hosts);
    const id = idOf(proxy.url);
    await eventually('the first address', async () => (await hosts()).join(' ') === id);
    const follower = world.follow(relay.url, id);
    await follower.more(3);
    await far.kill('SIGKILL');
    proxy.cut();
    const again = await world.far({ port: far.port });
    await eventually('the second address', async () => (await hosts()).includes(idOf(far.url)));
    proxy.restore();
    await eventually('the first address again', async () => (await hosts()).join(' ') === id);
    await follower.caughtUp(() => loggedSamples(again.log));
    expect(await follower.judge(() => samplesOf([far, again], [follower]))).toEqual(FLAWLESS);
  });
});
