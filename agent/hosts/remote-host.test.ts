import { beforeEach, describe, expect, it } from 'vitest';
import { FarHost } from '../testing/far-host.ts';
import { LOCAL } from '../testing/local-peer.ts';
import { TestHub, type TestClient } from '../testing/test-hub.ts';
import { RemoteHost } from './remote-host.ts';

let test: TestHub;
let far: FarHost;
let remote: RemoteHost;

beforeEach(() => {
  test = new TestHub();
  far = new FarHost(test.clock);
  remote = new RemoteHost({ summary: far.summary, feed: far, clock: test.clock });
  test.hosts.add(remote);
});

const subscribe = (client: TestClient, more: object = {}): void =>
  client.send({ action: 'subscribe', host: 'far-1', metrics: ['*'], ...more });

/** What a client received, batches flattened: numbers of samples, and everything else in words. */
async function heard(client: TestClient): Promise<unknown[]> {
  // Clients are told once of all samples of a task.
  await test.clock.advance(0);
  return client
    .takeMessages()
    .filter(({ type }) => type !== 'heartbeat')
    .flatMap((message) => (message['messages'] as Record<string, unknown>[] | undefined) ?? [message])
    .map(({ type, ...more }) => {
      if (type === 'metrics') return more['seq'];
      if (type === 'gap') return `${String(more['reason'])} ${String(more['from'])}-${String(more['to'])}`;
      if (type === 'subscribed') return `subscribed ${String(more['epoch'])}`;
      if (type === 'error') return `error ${String(more['code'])}`;
      return type;
    });
}

function follower(more: object = {}): TestClient {
  const client = test.connectV1();
  subscribe(client, more);
  return client;
}

const from = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_none, index) => first + index);

describe('a host that another agent samples', () => {
  it('is not asked for anything while nobody follows it', async () => {
    far.take(20);
    await test.clock.advance(60_000);
    expect(far.starts).toEqual([]);
    expect(test.clock.pending).toBe(0);
  });

  it('stays the same while only what it measures changes', async () => {
    const { revision } = remote;
    for (const cpu of [1, 2, 3]) remote.learn({ ...far.summary, cpu });
    expect(remote.revision).toBe(revision);
  });

  it('leaves no timer behind where it ends before those who follow it', async () => {
    const client = follower();
    await test.clock.advance(50);
    remote.stop();
    test.hosts.removeAll([remote]);
    client.leave();
    await test.clock.advance(0);
    expect(test.clock.pending).toBe(0);
  });

  it('is described and announced once it has answered, before the samples that were asked for, and those after them', async () => {
    far.take(20);
    const client = follower({ backfill: 3 });
    await test.clock.advance(19);
    expect(await heard(client)).toEqual([]);
    await test.clock.advance(1);
    far.take(2);
    expect(await heard(client)).toEqual(['host', 'subscribed run-1', ...from(18, 22)]);
    expect(far.starts).toEqual([{ backfill: 3 }]);
  });

  it('has its own name and state here, and no history, whatever its agent says', async () => {
    far.take();
    const client = follower();
    await test.clock.advance(20);
    expect(client.takeMessages()[0]).toEqual({
      type: 'host',
      id: 'far-1',
      label: 'far',
      facts: { cores: 4 },
      status: { state: 'up', sinceMs: 1 },
      catalogue: far.catalogue,
      tables: [],
    });
  });

  it('is asked once for the same past of several followers', async () => {
    far.take(20);
    const clients = [follower({ backfill: 9 }), follower({ backfill: 9 }), follower({ backfill: 2 })];
    await test.clock.advance(20);
    const late = follower({ backfill: 9 });
    expect(far.starts).toEqual([{ backfill: 9 }]);
    const numbers = await Promise.all(
      [...clients, late].map(async (client) => (await heard(client)).filter(Number.isInteger)),
    );
    expect(numbers).toEqual([from(12, 20), from(12, 20), [19, 20], from(12, 20)]);
  });

  it('is asked once more, for everything, when somebody wants more of its past; who follows already notices nothing', async () => {
    far.take(20);
    const client = follower({ backfill: 2 });
    await test.clock.advance(20);
    await heard(client);
    const deep = follower({ backfill: 15 });
    far.take();
    expect([await heard(client), await heard(deep)]).toEqual([[21], ['host']]);
    await test.clock.advance(20);
    far.take();
    expect([await heard(client), await heard(deep)]).toEqual([[22], ['subscribed run-1', ...from(7, 22)]]);
    expect(far.starts).toEqual([{ backfill: 2 }, 'everything']);
    expect(far.feed.start).toBe('everything');
    const deeper = follower({ backfill: 900 });
    expect(await heard(deeper)).toEqual(['host', 'subscribed run-1', ...from(1, 22)]);
  });

  it('goes on with the copy that it has until a deeper one has come as far', async () => {
    far.take(20);
    const client = follower({ backfill: 2 });
    await test.clock.advance(20);
    follower({ backfill: 15 });
    const [, deeper] = far.feeds;
    const [first, ...others] = far.log;
    if (first === undefined) throw new Error('no samples');
    deeper?.listener.filled([{ ...first, catalogue: far.catalogue }, ...others.slice(0, 14)]);
    expect(remote.store).toMatchObject({ head: { seq: 20 }, oldest: 19 });
    for (const sample of far.log.slice(15, 19)) deeper?.listener.sample(sample);
    expect(remote.store).toMatchObject({ head: { seq: 20 }, oldest: 19 });
    deeper?.listener.sample(far.log.at(-1) ?? first);
    expect(remote.store).toMatchObject({ head: { seq: 20 }, oldest: 1 });
    expect(far.feeds.size).toBe(1);
    expect(await heard(client)).toEqual(['host', 'subscribed run-1', 19, 20]);
  });

  it('ignores a deeper copy of a run that has ended', async () => {
    far.take(20);
    follower({ backfill: 2 });
    await test.clock.advance(20);
    follower({ backfill: 15 });
    far.restart();
    far.take(2);
    const [, deeper] = far.feeds;
    const [first, ...others] = far.log;
    if (first === undefined) throw new Error('no samples');
    deeper?.listener.filled([{ ...first, catalogue: far.catalogue }, ...others.slice(0, 18)]);
    expect(remote.store.head).toMatchObject({ epoch: 'run-2', seq: 2 });
    expect(far.feeds.size).toBe(2);
  });

  it('goes on from the position of a viewer that was elsewhere before', async () => {
    far.take(20);
    const client = follower({ since: { epoch: 'run-1', seq: 12 } });
    await test.clock.advance(20);
    expect(await heard(client)).toEqual(['host', 'subscribed run-1', ...from(13, 20)]);
  });

  it('waits for the position of a viewer that is further than its copy, and repeats nothing', async () => {
    far.take(20);
    follower();
    await test.clock.advance(20);
    const client = follower({ since: { epoch: 'run-1', seq: 22 } });
    far.take(2);
    expect(await heard(client)).toEqual(['host', 'subscribed run-1']);
    far.take();
    expect(await heard(client)).toEqual([23]);
  });

  it('waits for the run that a viewer knows and its copy does not, and repeats nothing of the run before', async () => {
    far.take(3);
    follower();
    await test.clock.advance(20);
    far.cut();
    far.restart();
    far.take(5);
    const { timestampMs: ts } = far.log[5] ?? { timestampMs: 0 };
    const client = follower({ since: { epoch: 'run-2', seq: 3, ts } });
    await test.clock.advance(1000);
    expect(await heard(client)).toEqual(['host']);
    far.mend();
    expect(await heard(client)).toEqual(['subscribed run-2', 4, 5]);
  });

  it('is sampled at the pace that its followers ask for together', async () => {
    far.take();
    const slow = follower({ intervalMs: 5000 });
    await test.clock.advance(20);
    expect(far.feed.pace).toEqual({ intervalMs: 1000, tables: false });
    const fast = follower({ intervalMs: 200 });
    expect(far.feed.pace).toEqual({ intervalMs: 200, tables: false });
    expect(remote.currentIntervalMs).toBe(200);
    fast.leave();
    expect(far.feed.pace).toEqual({ intervalMs: 1000, tables: false });
    slow.leave();
  });

  it('stays open for 15 s after the last follower, for those who come back', async () => {
    far.take(5);
    follower({ backfill: 5 }).leave();
    await test.clock.advance(14_000);
    far.take(2);
    const again = follower({ since: { epoch: 'run-1', seq: 5 } });
    await test.clock.advance(60_000);
    expect(await heard(again)).toEqual(['host', 'subscribed run-1', 6, 7]);
    expect(far.starts).toEqual([{ backfill: 5 }]);
  });

  it('is forgotten 15 s after the last follower: nothing of it stays in memory, and no timer', async () => {
    far.take(5);
    const client = follower({ backfill: 5 });
    await test.clock.advance(20);
    client.leave();
    await test.clock.advance(15_000);
    expect(far.feeds.size).toBe(0);
    expect(remote.store).toMatchObject({ head: { seq: 0 }, catalogue: [] });
    expect(remote).toMatchObject({ catalogue: [], tables: [], isDescribed: false, host: { facts: {} } });
    expect(test.clock.pending).toBe(0);
    const again = follower({ backfill: 2 });
    await test.clock.advance(20);
    expect(await heard(again)).toEqual(['host', 'subscribed run-1', 4, 5]);
  });

  it('continues under the next epoch after its agent restarts', async () => {
    far.take(2);
    const client = follower();
    await test.clock.advance(20);
    far.restart();
    far.take(2);
    expect(await heard(client)).toEqual([
      'host',
      'subscribed run-1',
      2,
      'subscribed run-2',
      'agent_restart 1-0',
      1,
      2,
    ]);
  });

  it('keeps what is newer when its agent restarts while it is asked for more', async () => {
    far.take(20);
    const client = follower({ backfill: 2 });
    await test.clock.advance(20);
    const deep = follower({ backfill: 15 });
    far.restart();
    far.take(2);
    await test.clock.advance(20);
    far.take();
    expect(await heard(client)).toEqual([
      'host',
      'subscribed run-1',
      19,
      20,
      'subscribed run-2',
      'agent_restart 1-0',
      1,
      2,
      3,
    ]);
    expect(await heard(deep)).toEqual(['host', 'subscribed run-2', 1, 2, 3]);
  });

  it('is followed without its past if it does not answer for 5 s, and with all that was asked for once it does', async () => {
    far.take(10);
    far.cut();
    const [fresh, back] = [follower({ backfill: 3 }), follower({ since: { epoch: 'run-1', seq: 4 } })];
    await test.clock.advance(4999);
    expect([await heard(fresh), await heard(back)]).toEqual([[], []]);
    await test.clock.advance(1);
    expect([await heard(fresh), await heard(back)]).toEqual([['subscribed run-1'], ['subscribed run-1']]);
    far.take(2);
    far.mend();
    far.take();
    expect(await heard(fresh)).toEqual(['host', 'subscribed run-1', ...from(10, 13)]);
    expect(await heard(back)).toEqual(['host', 'subscribed run-1', ...from(5, 13)]);
  });

  it('is followed at once if nothing answers for it, and loses nothing when something does', async () => {
    far.take(10);
    far.cut();
    const client = follower({ since: { epoch: 'run-1', seq: 4 } });
    far.giveUp();
    await test.clock.advance(0);
    expect(await heard(client)).toEqual(['subscribed run-1']);
    far.mend();
    far.take();
    expect(await heard(client)).toEqual(['host', 'subscribed run-1', ...from(5, 11)]);
  });

  it('ends a subscription to what it turns out not to have', async () => {
    far.take();
    const client = test.connectV1();
    subscribe(client, { metrics: ['nothing'], id: 7 });
    await test.clock.advance(20);
    expect(client.takeMessages()).toMatchObject([
      { type: 'host', id: 'far-1' },
      { type: 'error', code: 'unknown_metric', error: 'Unknown metric: nothing', id: 7 },
    ]);
    expect(remote.isFollowed).toBe(false);
    far.take();
    await test.clock.advance(0);
    expect(client.take()).toEqual([]);
    subscribe(client, { metrics: ['cpu'], tables: ['processes'], id: 8 });
    expect(client.takeMessages().at(-1)).toMatchObject({ type: 'error', code: 'unknown_table', id: 8 });
  });

  it('keeps the last picture of a host that is down, shows it at once, and goes on from it', async () => {
    far.take(5);
    follower({ backfill: 5 }).leave();
    await test.clock.advance(20);
    far.cut();
    far.status = { state: 'down', sinceMs: 5, reason: 'the connection was refused' };
    remote.learn(far.summary);
    await test.clock.advance(20_000);
    const client = follower({ backfill: 4 });
    expect(await heard(client)).toEqual(['host', 'subscribed run-1', 2, 3, 4, 5]);
    far.take(3);
    far.mend();
    expect(await heard(client)).toEqual([6, 7, 8]);
  });

  it('forgets the last picture of a host that comes back while nobody follows it', async () => {
    far.take(5);
    follower({ backfill: 5 }).leave();
    await test.clock.advance(20);
    far.status = { state: 'down', sinceMs: 5 };
    remote.learn(far.summary);
    await test.clock.advance(20_000);
    expect(remote.store.head.seq).toBe(5);
    far.status = { state: 'up', sinceMs: 6 };
    remote.learn(far.summary);
    expect(remote.store.head.seq).toBe(0);
  });

  it('tells its followers at once that it is down, and again when it is back within the same second', async () => {
    far.take();
    const client = follower();
    await test.clock.advance(2000);
    client.take();
    far.status = { state: 'down', sinceMs: 5, reason: 'gone' };
    remote.learn(far.summary);
    expect(client.takeMessages()).toMatchObject([
      { type: 'host', status: { state: 'down', reason: 'gone' } },
    ]);
    remote.learn(far.summary);
    far.status = { state: 'up', sinceMs: 6 };
    remote.learn(far.summary);
    expect(client.takeMessages()).toEqual([]);
    await test.clock.advance(2000);
    expect(client.takeMessages()).toMatchObject([{ type: 'host', status: { state: 'up' } }]);
  });

  it('serves a plain client as the first host, with its samples or a clear error', async () => {
    test.hosts.removeAll([test.host]);
    far.take(3);
    const [good, bad] = [test.connect('plain'), test.connect('plain')];
    good.send({ action: 'subscribe', metrics: ['cpu'] });
    bad.send({ action: 'subscribe', metrics: ['nothing'] });
    await test.clock.advance(20);
    far.take();
    await test.clock.advance(0);
    far.restart();
    far.take();
    await test.clock.advance(0);
    expect(good.takeMessages()).toEqual([3, 4, 5].map((cpu) => ({ type: 'metrics', metrics: { cpu } })));
    expect(bad.takeMessages()).toEqual([{ type: 'error', error: 'Unknown metric: nothing' }]);
    expect(test.connect('v1').takeMessages()).toMatchObject([{ type: 'welcome', hosts: [{ id: 'far-1' }] }]);
  });

  it('says who has its past', () => {
    const client = test.connectV1();
    client.send({ action: 'history', host: 'far-1', metrics: ['cpu'], from: 1, to: 2, id: 1 });
    expect(client.takeMessages()).toEqual([
      {
        type: 'error',
        code: 'history_off',
        error: 'The past of this host is kept by its own agent: ask that one',
        id: 1,
      },
    ]);
  });
});

describe('a poll for a host that another agent samples', () => {
  const messagesOf = async (answer: Promise<string>) =>
    JSON.parse(await answer) as { messages: Record<string, unknown>[]; cursor: string };
  const poll = (cursor?: string, metrics = ['*']) =>
    messagesOf(
      test.hub.poll(
        {
          peer: LOCAL,
          token: undefined,
          subscriptions: [
            { action: 'subscribe', sub: 'a', host: 'far-1', metrics, tables: [], backfill: 2, id: 1 },
          ],
          cursor,
          waitMs: 1000,
        },
        new AbortController().signal,
      ),
    );
  const typesOf = ({ messages }: { messages: Record<string, unknown>[] }): unknown[] =>
    messages.map(({ type, seq }) => (type === 'metrics' ? seq : type));
  /** Answers a poll that waits. */
  async function answered<T>(answer: Promise<T>): Promise<T> {
    await test.clock.advance(1000);
    return answer;
  }

  it('describes it before its samples, and again when it has changed', async () => {
    far.take(3);
    const waiting = poll();
    expect(typesOf(await answered(waiting))).toEqual(['welcome']);
    const first = await answered(poll(''));
    expect(typesOf(first)).toEqual(['host', 'subscribed', 2, 3]);
    far.take();
    const second = await poll(first.cursor);
    expect(typesOf(second)).toEqual([4]);
    far.status = { state: 'down', sinceMs: 5 };
    remote.learn(far.summary);
    const third = await poll(second.cursor);
    expect(third.messages).toMatchObject([{ type: 'host', status: { state: 'down' } }]);
    const fourth = poll(third.cursor);
    await test.clock.advance(10);
    far.status = { state: 'up', sinceMs: 6 };
    remote.learn(far.summary);
    expect((await fourth).messages).toMatchObject([{ type: 'host', status: { state: 'up' } }]);
    expect(typesOf(await answered(poll((await fourth).cursor)))).toEqual([]);
  });

  it('is refused in the answer, after what there is', async () => {
    far.take(3);
    const first = await answered(poll('', ['nothing']));
    expect(first.messages).toMatchObject([
      { type: 'host', catalogue: far.catalogue },
      { type: 'error', code: 'unknown_metric', id: 1 },
    ]);
    expect(first.cursor).toBe('');
    expect(typesOf(await answered(poll(first.cursor, ['nothing'])))).toEqual(['host', 'error']);
  });
});
