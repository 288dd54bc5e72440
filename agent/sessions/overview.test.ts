import { beforeEach, describe, expect, it } from 'vitest';
import { EVERYTHING, type Scope } from '../auth/grant.ts';
import { LocalHost } from '../hosts/local-host.ts';
import { RemoteHost } from '../hosts/remote-host.ts';
import { FarHost } from '../testing/far-host.ts';
import { metric } from '../testing/fake-collector.ts';
import { LOCAL } from '../testing/local-peer.ts';
import { TestHub, type TestClient } from '../testing/test-hub.ts';
import type { HostSummary } from '../../shared/protocol/messages.ts';
import { Broadcasts } from './broadcast.ts';
import type { Frame } from './frame.ts';
import { FollowedOverview } from './followed-overview.ts';
import { Overview } from './overview.ts';
import { ScopeView } from './scope-view.ts';

let test: TestHub;
let client: TestClient;

beforeEach(() => {
  test = new TestHub();
  client = test.connectV1();
});

const subscribe = (more: object = {}, who = client): void =>
  who.send({ action: 'subscribe', sub: 'all', hosts: ['*'], ...more });

interface Told {
  readonly complete: boolean;
  readonly hosts: readonly HostSummary[];
  readonly removed?: readonly string[];
}

/** The `hosts` messages that a client received. */
const told = (who = client): Told[] =>
  who.takeMessages().filter(({ type }) => type === 'hosts') as unknown as Told[];
const idsIn = (messages: readonly Told[]): string[] =>
  messages.flatMap(({ hosts }) => hosts.map(({ id }) => id));

/** A host of another agent that nobody follows. */
function remoteHost(id: string, more: Partial<HostSummary> = {}): RemoteHost {
  const far = new FarHost(test.clock);
  const summary = { ...far.summary, id, label: id, ...more };
  return new RemoteHost({ summary, feed: far, clock: test.clock });
}

const remoteHosts = (count: number): RemoteHost[] =>
  Array.from({ length: count }, (_none, index) => remoteHost(`h${index}`));

describe('a subscription to how hosts are', () => {
  it('is told of every host at once, and of those that have changed once a second', async () => {
    subscribe({ id: 7 });
    expect(client.takeMessages()).toMatchObject([
      { type: 'hosts', sub: 'all', complete: true, id: 7, hosts: [{ id: 'web-1', cpu: null, ts: null }] },
    ]);
    test.publish(3);
    expect(client.takeMessages()).toEqual([]);
    await test.clock.advance(0);
    expect(client.takeMessages()).toMatchObject([
      { type: 'hosts', complete: false, hosts: [{ id: 'web-1', cpu: 3, memory: 30, ts: 3000 }] },
    ]);
    test.publish();
    await test.clock.advance(999);
    expect(client.takeMessages()).toEqual([]);
    await test.clock.advance(1);
    expect(client.takeMessages()).toMatchObject([{ hosts: [{ cpu: 4 }] }]);
  });

  it('says how a host is: its values, its state, what it may be asked for, and its labels', async () => {
    const names = [
      'cpu',
      'memory',
      'filesystem.root.used',
      'filesystem.data.used',
      'network.all.receive',
      'network.all.transmit',
      'pressure.cpu.some',
      'pressure.io.some',
    ];
    const catalogue = names.map((name) => ({
      ...metric(name),
      ...(name.includes('data') ? { instance: '/data' } : {}),
    }));
    const labels = { env: 'prod' };
    const host = new LocalHost({
      host: { id: 'db', label: 'db', labels, facts: {} },
      catalogue,
      intervalMs: 2000,
    });
    test.hosts.add(host);
    host.append({ timestampMs: 5, gridIndex: 20, values: [1, 2, 30, 40, 5, 6, 7, 8] });
    subscribe({ hosts: ['db'] });
    expect(told()[0]?.hosts).toEqual([
      {
        id: 'db',
        label: 'db',
        labels,
        status: { state: 'up', sinceMs: expect.any(Number) },
        epoch: host.epoch,
        intervalMs: 2000,
        minIntervalMs: 100,
        bootedAtMs: null,
        ts: 5,
        cpu: 1,
        memory: 2,
        disk: { name: '/data', percent: 40 },
        network: { receive: 5, send: 6 },
        pressure: { name: 'io', percent: 8 },
        alerts: null,
      },
    ]);
  });

  it('is told of hosts that come and go', async () => {
    subscribe();
    told();
    const remove = test.hosts.addAll([remoteHost('b'), remoteHost('c')]);
    await test.clock.advance(0);
    expect(told()).toMatchObject([{ complete: false, hosts: [{ id: 'b' }, { id: 'c' }] }]);
    remove();
    const back = remoteHost('b', { cpu: 3 });
    test.hosts.add(back);
    await test.clock.advance(1000);
    expect(told()).toMatchObject([{ complete: false, hosts: [{ id: 'b', cpu: 3 }], removed: ['c'] }]);
  });

  it('is told of a state within a second', async () => {
    const host = remoteHost('b');
    test.hosts.add(host);
    subscribe();
    told();
    host.learn({ ...host.summary, status: { state: 'down', sinceMs: 9, reason: 'refused' } });
    await test.clock.advance(1000);
    expect(told()).toMatchObject([
      { hosts: [{ id: 'b', status: { state: 'down', sinceMs: 9, reason: 'refused' } }] },
    ]);
  });

  it('is told nothing of a host that is as it was', async () => {
    const host = remoteHost('b');
    test.hosts.add(host);
    subscribe();
    told();
    host.learn({ ...host.summary });
    await test.clock.advance(3000);
    expect(told()).toEqual([]);
  });

  it.each([
    [['b*'], ['b1', 'b2']],
    [
      ['b2', 'c'],
      ['b2', 'c'],
    ],
    [['shop'], ['c']],
    [['sh*p'], ['c']],
    [['env=prod'], ['b1', 'c']],
    [['env=*'], ['b1', 'b2', 'c']],
    [['env=x', 'nothing', '='], []],
  ])('follows hosts by id, label, glob and key=value: %j', (hosts, ids) => {
    test.hosts.addAll([
      remoteHost('b1', { labels: { env: 'prod' } }),
      remoteHost('b2', { labels: { env: 'test' } }),
      remoteHost('c', { label: 'shop', labels: { env: 'prod' } }),
    ]);
    subscribe({ hosts });
    expect(told().map((message) => [message.complete, idsIn([message])])).toEqual([[true, ids]]);
  });

  it('loses a host that is labelled otherwise, and gets one that now is as asked', async () => {
    const [b, c] = [remoteHost('b', { labels: { env: 'prod' } }), remoteHost('c')];
    test.hosts.addAll([b, c]);
    subscribe({ hosts: ['env=prod'] });
    expect(idsIn(told())).toEqual(['b']);
    b.learn({ ...b.summary, labels: { env: 'test' } });
    c.learn({ ...c.summary, labels: { env: 'prod' } });
    await test.clock.advance(1000);
    expect(told()).toMatchObject([{ hosts: [{ id: 'c' }], removed: ['b'] }]);
  });

  it('gets many hosts in parts of 200 at once, the first of which replaces everything, and each once', async () => {
    test.hosts.addAll(remoteHosts(449));
    subscribe();
    await test.clock.advance(0);
    const parts = told();
    expect(parts.map(({ complete, hosts }) => [complete, hosts.length])).toEqual([
      [true, 200],
      [false, 200],
      [false, 50],
    ]);
    expect(new Set(idsIn(parts)).size).toBe(450);
  });

  it('gets what it has not read once it reads again: each host once, as it is then', async () => {
    const hosts = remoteHosts(3);
    test.hosts.addAll(hosts);
    subscribe();
    told();
    client.stopReading();
    for (let cpu = 1; cpu <= 5; cpu += 1) {
      for (const host of hosts.slice(0, 2)) host.learn({ ...host.summary, cpu });
      await test.clock.advance(1000);
    }
    client.readAgain();
    await test.clock.advance(0);
    expect(told()).toMatchObject([
      {
        complete: false,
        hosts: [
          { id: 'h0', cpu: 5 },
          { id: 'h1', cpu: 5 },
        ],
      },
    ]);
  });

  it('begins anew for a client that may not have heard of a host that is long gone, and for nobody else', async () => {
    const [gone, changing, ...others] = remoteHosts(450);
    if (gone === undefined || changing === undefined) throw new Error('no hosts');
    test.hosts.addAll([gone, changing, ...others]);
    const [away, present] = [test.connectV1(), test.connectV1()];
    subscribe({}, away);
    subscribe({}, present);
    await test.clock.advance(1000);
    told(away);
    told(present);
    away.stopReading();
    test.hosts.removeAll([gone]);
    for (let cpu = 1; cpu <= 1100; cpu += 1) {
      changing.learn({ ...changing.summary, cpu });
      await test.clock.advance(1000);
    }
    away.readAgain();
    const late = test.connectV1();
    subscribe({}, late);
    await test.clock.advance(0);
    const parts = [
      [true, 200],
      [false, 200],
      [false, 50],
    ];
    expect(told(away).map(({ complete, hosts }) => [complete, hosts.length])).toEqual(parts);
    expect(told(late).map(({ complete, hosts }) => [complete, hosts.length])).toEqual(parts);
    expect(told(present).some(({ complete }) => complete)).toBe(false);
  });

  it('counts among the subscriptions of a connection', () => {
    const messages = Array.from({ length: 64 }, (_none, sub) => ({
      action: 'subscribe',
      sub: `s${sub}`,
      hosts: ['*'],
    }));
    client.send({ type: 'batch', messages });
    client.take();
    subscribe({ sub: 'more', id: 1 });
    expect(client.takeMessages()).toMatchObject([{ type: 'error', code: 'too_many_subscriptions', id: 1 }]);
  });

  it('ends when the client says so, or takes its name for another', async () => {
    subscribe();
    subscribe({ sub: 'b' });
    client.send({ action: 'unsubscribe', sub: 'all', id: 3 });
    client.send({ action: 'subscribe', sub: 'b', metrics: ['cpu'] });
    client.take();
    test.publish();
    await test.clock.advance(1000);
    expect(client.takeMessages()).toMatchObject([{ type: 'metrics' }]);
    await test.clock.advance(40_000);
    client.leave();
    expect(test.clock.pending).toBe(0);
  });

  it('is nothing for a plain client', () => {
    const plain = test.connect('plain');
    plain.send({ action: 'subscribe', hosts: ['*'] });
    expect(plain.takeMessages()).toEqual([
      { type: 'error', error: 'Invalid hosts: say "hello" first, or name metrics' },
    ]);
  });

  it('costs nothing while nobody follows: no host is looked at, and there is no timer', async () => {
    const hosts = remoteHosts(1000);
    test.hosts.addAll(hosts);
    for (const host of hosts) host.learn({ ...host.summary, cpu: 1 });
    client.leave();
    expect([test.clock.pending, test.hub.examinedHosts]).toEqual([0, 0]);
  });
});

describe('ten thousand hosts', () => {
  const COUNT = 10_000;
  let hosts: RemoteHost[];

  beforeEach(() => {
    hosts = remoteHosts(COUNT);
    test.hosts.addAll(hosts);
  });

  it('are looked at only where something has changed, once for all clients', async () => {
    const clients = Array.from({ length: 20 }, () => test.connectV1());
    for (const each of clients) subscribe({}, each);
    await test.clock.advance(1000);
    for (const each of clients) expect(new Set(idsIn(told(each))).size).toBe(COUNT + 1);
    const before = test.hub.examinedHosts;
    // Each of 51 parts was found once, and ended where the next one begins.
    expect(before).toBeLessThan(COUNT + 100);
    for (let second = 1; second <= 10; second += 1) {
      for (const host of hosts.slice(0, 5)) host.learn({ ...host.summary, cpu: second });
      await test.clock.advance(1000);
    }
    for (const each of clients) expect(idsIn(told(each))).toHaveLength(50);
    expect(test.hub.examinedHosts - before).toBe(50);
  });

  it('cost a client that follows one of them nothing when another comes', () => {
    const others = Array.from({ length: 20 }, () => test.connectV1());
    for (const each of others) each.send({ action: 'subscribe', metrics: ['cpu'] });
    let listings = 0;
    const list = test.hosts[Symbol.iterator].bind(test.hosts);
    test.hosts[Symbol.iterator] = () => {
      listings += 1;
      return list();
    };
    for (let index = 0; index < 100; index += 1) test.hosts.add(remoteHost(`late-${index}`));
    expect(listings).toBe(0);
    expect(test.connect('v1').takeMessages()).toMatchObject([{ hostCount: COUNT + 101 }]);
    expect(listings).toBe(1);
  });
});

describe('an overview for a token', () => {
  const summary: HostSummary = {
    id: 'b',
    label: 'secret label',
    labels: { env: 'prod' },
    status: { state: 'up', sinceMs: 1 },
    epoch: 'e',
    intervalMs: 1000,
    minIntervalMs: 100,
    via: 'web-1',
    bootedAtMs: 1,
    ts: 1,
    cpu: 1,
    memory: 2,
    disk: { name: '/secret', percent: 3 },
    network: { receive: 4, send: 5 },
    pressure: { name: 'io', percent: 6 },
    alerts: { warning: 1, trouble: 0, worst: { title: 't', metric: 'cpu', severity: 'warning', sinceMs: 1 } },
  };

  function shown(scope: Partial<Scope>, patterns = ['*']): { hosts: HostSummary[]; text: string } {
    test.hosts.add(remoteHost('b', summary));
    const overview = new Overview(test.hosts, test.clock, test.fairQueue);
    const view = new ScopeView(new Broadcasts(test.hosts), { ...EVERYTHING, ...scope }, overview);
    const followed = view.followOverview(patterns, { wake: () => undefined });
    const cursor = new FollowedOverview(followed.view, { sub: 'a', hosts: patterns }, followed.release);
    const text = cursor.next()?.text ?? '{}';
    cursor.release();
    return { ...(JSON.parse(text) as { hosts: HostSummary[] }), text };
  }

  it('keeps few of the parts that clients have asked for: they choose where those begin', () => {
    const overview = new Overview(test.hosts, test.clock, test.fairQueue);
    const { view, release } = new ScopeView(new Broadcasts(test.hosts), EVERYTHING, overview).followOverview(
      ['*'],
      { wake: () => undefined },
    );
    const first = view.partAfter(0);
    expect(view.partAfter(0)).toBe(first);
    for (let revision = 1; revision <= 1000; revision += 1) view.partAfter(revision);
    expect(view.partAfter(0)).not.toBe(first);
    release();
  });

  it('has everything of the hosts that it shows', () => {
    expect(shown({}).hosts[1]).toEqual(summary);
  });

  it('has no host that it does not show, neither by its label nor by who passes it on', () => {
    expect(shown({ hosts: ['web-1'] }).text).not.toContain('secret');
    expect(shown({ hosts: ['web-1'] }, ['secret label', 'env=prod', 'b']).hosts).toEqual([]);
    expect(shown({ hosts: ['b'] }).hosts).toMatchObject([{ id: 'b', via: '' }]);
  });

  it.each<[string[], Partial<HostSummary>]>([
    [['cpu'], { cpu: 1 }],
    [['memory', 'filesystem.root.used'], { memory: 2 }],
    [['filesystem.*'], { disk: summary.disk }],
    [
      ['pressure.*', 'network.all.receive'],
      { pressure: summary.pressure, network: { receive: 4, send: null } },
    ],
    [['pressure.io.some'], {}],
  ])('has only what the metrics %j say', (metrics, values) => {
    const { hosts } = shown({ metrics });
    expect(hosts[1]).toEqual({
      ...summary,
      bootedAtMs: null,
      cpu: null,
      memory: null,
      disk: null,
      network: null,
      pressure: null,
      alerts: null,
      ...values,
    });
  });

  it('begins anew with what another token shows', () => {
    const overview = new Overview(test.hosts, test.clock, test.fairQueue);
    const broadcasts = new Broadcasts(test.hosts);
    const owner = { wake: () => undefined };
    const of = (hosts: string[]) =>
      new ScopeView(broadcasts, { ...EVERYTHING, hosts }, overview).followOverview(['*'], owner);
    const first = of(['*']);
    const cursor = new FollowedOverview(first.view, { sub: 'a', hosts: ['*'] }, first.release);
    const read = (frame: Frame | undefined) => frame && (JSON.parse(frame.text) as Told);
    expect(read(cursor.next())).toMatchObject({ complete: true, hosts: [{ id: 'web-1' }] });
    expect(cursor.next()).toBeUndefined();
    const other = of(['db-*']);
    cursor.moveTo(other.view, other.release);
    expect(read(cursor.next())).toMatchObject({ complete: true, hosts: [] });
  });
});

describe('a poll for how hosts are', () => {
  const poll = async (cursor?: string) => {
    const subscriptions = [
      { action: 'subscribe' as const, sub: 'a', hosts: ['*'], metrics: [], tables: [], id: 1 },
    ];
    const request = { peer: LOCAL, token: undefined, subscriptions, cursor, waitMs: 5000 };
    const answer = test.hub.poll(request, new AbortController().signal);
    await test.clock.advance(5000);
    return JSON.parse(await answer) as { messages: Record<string, unknown>[]; cursor: string };
  };

  it('continues where the one before ended, and begins anew after half a minute', async () => {
    test.hosts.addAll(remoteHosts(2));
    const first = await poll('');
    expect(first.messages).toMatchObject([{ type: 'hosts', complete: true, id: 1, hosts: [{}, {}, {}] }]);
    const [, changing] = [...test.hosts];
    (changing as RemoteHost).learn({ ...(changing as RemoteHost).summary, cpu: 9 });
    await test.clock.advance(1000);
    const second = await poll(first.cursor);
    expect(second.messages).toMatchObject([
      { type: 'hosts', complete: false, hosts: [{ id: 'h0', cpu: 9 }] },
    ]);
    const third = await poll(second.cursor);
    expect(third.messages).toEqual([]);
    await test.clock.advance(31_000);
    expect((await poll(third.cursor)).messages).toMatchObject([{ complete: true }]);
  });

  it('continues in the middle of many hosts', async () => {
    test.hosts.addAll(remoteHosts(3000));
    const ids: string[] = [];
    let cursor: string | undefined = '';
    for (let polls = 0; polls < 10; polls += 1) {
      const answer = await poll(cursor);
      ids.push(...idsIn(answer.messages as unknown as Told[]));
      ({ cursor } = answer);
    }
    expect([ids.length, new Set(ids).size]).toEqual([3001, 3001]);
  });

  it('begins anew with a cursor that says nothing, or something of other hosts', async () => {
    const { cursor } = await poll('');
    const others = Buffer.from(cursor, 'base64url')
      .toString()
      .replaceAll(/\.\d+"/g, '.9007199254740990"');
    expect((await poll(Buffer.from(others).toString('base64url'))).messages).toMatchObject([
      { complete: true },
    ]);
  });
});
