import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HostStatus } from '../../../shared/protocol/messages.ts';
import { viewOf } from '../../alerts/alert-view.ts';
import { HostRegistry } from '../../hosts/host-registry.ts';
import type { HostStream } from '../../hosts/host-stream.ts';
import { FakeBroker } from '../../testing/fake-broker.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { PublishedHost } from '../../testing/published-host.ts';
import { testAlert } from '../../testing/test-alert.ts';
import { NatsHosts } from './nats-hosts.ts';

let clock: FakeClock;
let broker: FakeBroker;
let hosts: HostRegistry;
let natsHosts: NatsHosts;
let failures: unknown[];

beforeEach(() => {
  clock = new FakeClock();
  broker = new FakeBroker(clock);
  hosts = new HostRegistry();
  failures = [];
});
afterEach(() => {
  natsHosts.stop();
  for (const failure of failures) throw failure;
});

async function start(): Promise<void> {
  natsHosts = new NatsHosts({ broker, hosts, clock, failed: (error) => failures.push(error) });
  await clock.advance(0);
}

/** One that says that it is there. */
async function publish(name = 'web-1', startedMs?: number): Promise<PublishedHost> {
  const host = new PublishedHost(broker, name, startedMs);
  host.beat();
  await clock.advance(100);
  return host;
}

const stream = (name = 'web-1'): HostStream => {
  const found = hosts.get(name);
  if (found === undefined) throw new Error(`no host ${name}`);
  return found;
};

const state = (name?: string): HostStatus['state'] => stream(name).status.state;

/** Beats each ten seconds. */
async function beatFor(host: PublishedHost, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 10) {
    host.beat();
    await clock.advance(10_000);
  }
}

describe('hosts', () => {
  it('are those that beat, with what they say of themselves', async () => {
    await start();
    const host = await publish();
    expect(stream().summary).toEqual({
      ...host.summary(),
      id: 'web-1',
      label: 'label of web-1',
      status: { state: 'up', sinceMs: clock.wallOffsetMs },
      epoch: host.epoch,
    });
    host.take();
    host.labels = { env: 'prod' };
    host.beat();
    expect(stream().summary).toMatchObject({ cpu: 1, labels: { env: 'prod' } });
    expect(stream().host.labels).toEqual({ env: 'prod' });
  });

  it('are those that the broker knows, in one batch, unknown until something is heard of them', async () => {
    for (let number = 0; number < 500; number += 1) {
      const host = new PublishedHost(broker, `web-${number}`);
      host.publish('about', host.about());
    }
    let changes = 0;
    hosts.onChange(() => (changes += 1));
    await start();
    expect([hosts.size, changes]).toEqual([500, 1]);
    expect(stream().status).toEqual({ state: 'unknown', sinceMs: null });
    expect(stream().summary).toMatchObject({ label: 'label of web-1', intervalMs: 1000, cpu: null });
    await publish('web-1');
    expect([state('web-1'), state('web-2'), hosts.size]).toEqual(['up', 'unknown', 500]);
  });

  it('that are heard of at once are added at once', async () => {
    await start();
    let changes = 0;
    hosts.onChange(() => (changes += 1));
    for (let number = 0; number < 500; number += 1) new PublishedHost(broker, `web-${number}`).beat();
    await clock.advance(100);
    expect([hosts.size, changes]).toEqual([500, 1]);
  });

  it('that came and went while the broker was away are found when it is back, also if its streams are new', async () => {
    await publish('web-1');
    await start();
    const first = new PublishedHost(broker, 'web-1');
    first.publish('about', first.about());
    broker.isConnected = false;
    broker.isConnected = true;
    await clock.advance(0);
    broker.isConnected = false;
    broker.stored = [];
    broker.isConnected = true;
    const second = new PublishedHost(broker, 'web-2');
    second.publish('about', second.about());
    broker.isConnected = false;
    broker.isConnected = true;
    await clock.advance(0);
    expect([...hosts].map(({ host }) => host.id)).toEqual(['web-1', 'web-2']);
  });

  it('that were read before the broker went away are there at once, and those after them once it is back', async () => {
    for (const name of ['web-1', 'web-2', 'web-3']) {
      const host = new PublishedHost(broker, name);
      host.publish('about', host.about());
    }
    const { firstKept } = broker;
    let reads = 0;
    broker.firstKept = function (this: FakeBroker, ...asked): ReturnType<FakeBroker['firstKept']> {
      reads += 1;
      if (reads === 3) this.isConnected = false;
      return firstKept.apply(this, asked);
    };
    await start();
    expect([...hosts].map(({ host }) => host.id)).toEqual(['web-1', 'web-2']);
    broker.isConnected = true;
    await clock.advance(0);
    expect([...hosts].map(({ host }) => host.id)).toEqual(['web-1', 'web-2', 'web-3']);
  });

  it('are not asked for again after the end', async () => {
    await start();
    broker.firstKept = () => {
      natsHosts.stop();
      return Promise.reject(new Error('the broker cannot be reached'));
    };
    broker.isConnected = false;
    broker.isConnected = true;
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });

  it('are beats alone where there is no JetStream', async () => {
    broker.hasStreams = false;
    await start();
    await publish();
    expect(state()).toBe('up');
  });

  it('that sample at another pace are others for viewers', async () => {
    await start();
    const host = await publish();
    const before = stream();
    host.disconnect();
    const next = new PublishedHost(broker, 'web-1', host.startedMs + 1000);
    next.beat({ summary: { ...next.summary(), intervalMs: 2000 } });
    expect(stream()).not.toBe(before);
    expect([stream().intervalMs, hosts.size]).toEqual([2000, 1]);
  });

  it('are heard no more once everything is stopped', async () => {
    await start();
    await publish();
    new PublishedHost(broker, 'web-2').beat();
    stream().follow({ stride: 1, backfill: 1, tables: true });
    natsHosts.stop();
    expect(broker.subjects).toEqual([]);
    await clock.advance(20_000);
    expect(clock.pending).toBe(0);
  });

  it('of an earlier run are ignored', async () => {
    await start();
    await publish();
    const earlier = new PublishedHost(broker, 'web-1', 1);
    earlier.take();
    earlier.beat();
    expect(stream().summary.cpu).toBe(0);
    expect(natsHosts.drops.counts).toEqual({ earlier_run: 1 });
  });
});

describe('a host', () => {
  it('is down 30 s after the last that was heard of it, since when, and why', async () => {
    await start();
    const host = await publish();
    await beatFor(host, 30);
    host.beat();
    const lastMs = clock.wallNow();
    await clock.advance(28_000);
    expect(state()).toBe('up');
    await clock.advance(2000);
    expect(stream().status).toEqual({
      state: 'down',
      sinceMs: lastMs,
      reason: 'nothing was heard of it for 30 seconds',
    });
    host.beat();
    expect(stream().status).toEqual({ state: 'up', sinceMs: clock.wallNow() });
  });

  it('is down 10 s after its last sample while somebody follows it', async () => {
    await start();
    const host = await publish();
    stream().follow({ stride: 10, backfill: 1, tables: false });
    for (let second = 0; second < 20; second += 1) {
      host.sample();
      if (second % 10 === 0) host.beat();
      await clock.advance(1000);
    }
    host.disconnect();
    await clock.advance(7000);
    expect(state()).toBe('up');
    await clock.advance(2000);
    expect(stream().status).toMatchObject({
      state: 'down',
      reason: 'nothing was heard of it for 10 seconds',
    });
    expect(stream().store.head.seq).toBe(20);
  });

  it('that says to be further than its copy is asked for the rest', async () => {
    await start();
    const host = await publish();
    host.sample();
    stream().follow({ stride: 10, backfill: 1, tables: false });
    await clock.advance(0);
    host.take();
    host.beat();
    await clock.advance(0);
    expect(stream().store.head.seq).toBe(2);
  });

  it('of which nothing was heard for seven days is forgotten, and is new when it comes back', async () => {
    await start();
    const host = await publish();
    await clock.advance(60_000);
    clock.stall(7 * 86_400_000 - 100_000);
    await clock.advance(30_000);
    expect([state(), hosts.size]).toEqual(['down', 1]);
    clock.stall(60_000);
    await clock.advance(2000);
    expect(hosts.size).toBe(0);
    host.beat();
    await clock.advance(100);
    expect([state(), hosts.size]).toEqual(['up', 1]);
  });

  it('that samples slowly may take three intervals', async () => {
    await start();
    const host = new PublishedHost(broker, 'slow');
    host.beat({ summary: { ...host.summary(), intervalMs: 8000 } });
    await clock.advance(100);
    stream('slow').follow({ stride: 80, backfill: 1, tables: false });
    await clock.advance(20_000);
    expect(state('slow')).toBe('up');
    await clock.advance(5000);
    expect(state('slow')).toBe('down');
  });

  it('is not down because somebody begins to follow it between two beats', async () => {
    await start();
    const host = await publish();
    await clock.advance(9500);
    stream().follow({ stride: 10, backfill: 1, tables: false });
    await clock.advance(5000);
    expect(state()).toBe('up');
    host.beat();
  });

  it('is down at once when it says goodbye, and why', async () => {
    await start();
    const host = await publish();
    host.beat({ bye: 'shut\u0000down' });
    expect(stream().status).toEqual({ state: 'down', sinceMs: clock.wallNow(), reason: 'shutdown' });
    await clock.advance(60_000);
    expect(stream().status.reason).toBe('shutdown');
    const next = await publish('web-1', host.startedMs + 1000);
    expect([state(), stream().summary.epoch]).toEqual(['up', next.epoch]);
  });

  it('of which nothing is heard is unknown for 30 s, then down', async () => {
    const host = new PublishedHost(broker, 'web-1');
    host.publish('about', host.about());
    await start();
    await clock.advance(28_000);
    expect(state()).toBe('unknown');
    await clock.advance(2000);
    expect(stream().status).toMatchObject({ state: 'down', sinceMs: null });
  });

  it('is measured by the monotonic clock', async () => {
    await start();
    await publish();
    clock.wallOffsetMs += 3_600_000;
    await clock.advance(5000);
    expect(state()).toBe('up');
    clock.wallOffsetMs -= 7_200_000;
    await clock.advance(5000);
    expect(state()).toBe('up');
  });
});

describe('a broker that is away', () => {
  it('makes hosts unknown, not down, with their values, and they have time to be heard again', async () => {
    await start();
    const host = await publish();
    host.take();
    host.beat();
    const { sinceMs } = stream().status;
    broker.isConnected = false;
    expect(stream().status).toEqual({
      state: 'unknown',
      sinceMs: clock.wallNow(),
      reason: 'the broker cannot be reached',
    });
    await clock.advance(600_000);
    expect([state(), stream().summary.cpu]).toEqual(['unknown', 1]);
    broker.isConnected = true;
    await clock.advance(25_000);
    expect(state()).toBe('unknown');
    host.beat();
    expect(stream().status).toEqual({ state: 'up', sinceMs });
  });

  it('leaves a host down that was', async () => {
    await start();
    await publish();
    await clock.advance(31_000);
    broker.isConnected = false;
    expect(state()).toBe('down');
    broker.isConnected = true;
    await clock.advance(1000);
    expect(state()).toBe('down');
  });
});

describe('alerts', () => {
  it('are those that its agent tells, until it tells them no more', async () => {
    await start();
    const host = await publish();
    const alert = viewOf({ ...testAlert(), host: 'elsewhere', title: 'Dis\u202Ek' });
    host.alerts = [alert];
    host.beat();
    const board = stream().alerts;
    expect(board?.changedAfter('web-1', -1).map((entry) => entry.alert)).toEqual([
      { ...alert, host: 'web-1', title: 'Disk' },
    ]);
    const { revision = 0 } = board ?? {};
    host.beat();
    expect(board?.revision).toBe(revision);
    host.alerts = [];
    host.beat();
    expect(board?.changedAfter('web-1', revision).map((entry) => entry.alert)).toMatchObject([
      { id: alert.id, state: 'ended', endedMs: clock.wallNow() },
    ]);
  });
});

describe('a hostile host', () => {
  it('whose pace changes all the time is taken at the new pace once in ten seconds', async () => {
    await start();
    const host = await publish();
    const paceOf = (intervalMs: number) => ({ summary: { ...host.summary(), intervalMs } });
    host.beat(paceOf(2000));
    host.beat(paceOf(3000));
    expect([stream().intervalMs, natsHosts.drops.counts]).toEqual([2000, { malformed: 1 }]);
    await clock.advance(10_000);
    host.beat(paceOf(3000));
    expect(stream().intervalMs).toBe(3000);
  });

  it.each([
    ['no JSON', 'metrics.web-1.beat', '{'],
    ['no beat', 'metrics.web-1.beat', '{}'],
    ['no name', 'metrics.a b.beat', '{}'],
    ['a name that is too long', `metrics.${'a'.repeat(65)}.beat`, '{}'],
  ])('that sends %s is counted', async (_name, subject, text) => {
    await start();
    broker.publishText(subject, text);
    await clock.advance(100);
    expect([hosts.size, natsHosts.drops.counts]).toEqual([0, { malformed: 1 }]);
  });

  it.each([
    ['no interval', { intervalMs: 0 }],
    ['an interval without an end', { intervalMs: 1e15 }],
    ['a unit that cannot be', { minIntervalMs: 7 }],
    ['text for a number', { cpu: '1' }],
  ])('whose beat has %s is counted', async (_name, more) => {
    await start();
    const host = new PublishedHost(broker, 'web-1');
    host.beat({ summary: { ...host.summary(), ...more } as never });
    await clock.advance(100);
    expect([hosts.size, natsHosts.drops.counts]).toEqual([0, { malformed: 1 }]);
  });

  it('cannot tell a number that no viewer could be told', async () => {
    await start();
    const host = new PublishedHost(broker, 'web-1');
    const text = JSON.stringify(host.beatBody()).replace('"cpu":0', '"cpu":1e999');
    expect(text).toContain('1e999');
    broker.publishText('metrics.web-1.beat', text);
    await clock.advance(100);
    expect([hosts.size, natsHosts.drops.counts]).toEqual([0, { malformed: 1 }]);
  });

  it('cannot give a name that acts where it is displayed', async () => {
    await start();
    const host = new PublishedHost(broker, 'web-1');
    host.beat({
      summary: { ...host.summary(), label: 'we\u202Eb\u0007', labels: { 'e\u200Bnv': 'p\u0000rod' } },
    });
    await clock.advance(100);
    expect(stream().host).toMatchObject({ label: 'web', labels: { env: 'prod' } });
  });

  it('has no more labels than an agent can have, since every viewer is sent them', async () => {
    await start();
    const host = new PublishedHost(broker, 'web-1');
    const labels = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`k${index}`, 'v']));
    host.beat({ summary: { ...host.summary(), labels } });
    await clock.advance(100);
    expect(Object.keys(stream().host.labels ?? {})).toHaveLength(16);
  });

  it('cannot give a time that no page can write', async () => {
    await start();
    const host = new PublishedHost(broker, 'web-1');
    host.beat({ summary: { ...host.summary(), bootedAtMs: 9e15, ts: 9e15 } });
    await clock.advance(100);
    expect(stream().summary).toMatchObject({ bootedAtMs: null, ts: null });
  });

  it('in the stream of hosts does not hide the others', async () => {
    broker.publishText('metrics.bad.about', '{"e":1}');
    const host = new PublishedHost(broker, 'good');
    host.publish('about', host.about());
    await start();
    expect([...hosts].map(({ host: { id } }) => id)).toEqual(['good']);
    expect(natsHosts.drops.counts).toEqual({ malformed: 1 });
  });
});
