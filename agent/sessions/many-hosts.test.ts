import { beforeEach, describe, expect, it } from 'vitest';
import type { Sample } from '../sampling/sample.ts';
import { attachSink } from '../sinks/sample-sink.ts';
import type { Following, HostStream } from '../hosts/host-stream.ts';
import { summarize } from '../hosts/host-summary.ts';
import { LocalHost } from '../hosts/local-host.ts';
import { RingStore } from '../store/ring-store.ts';
import type { SequencedSample } from '../store/sample-store.ts';
import type { Subscribe } from '../../shared/protocol/messages.ts';
import { metric } from '../testing/fake-collector.ts';
import { LOCAL } from '../testing/local-peer.ts';
import { TestHub, type TestClient } from '../testing/test-hub.ts';

const DATABASE = [metric('queries'), metric('cpu')];

function databaseHost(id = 'db-1'): LocalHost {
  return new LocalHost({
    host: { id, label: id, facts: {} },
    catalogue: DATABASE,
    tables: [],
    intervalMs: 2000,
  });
}

const sampleAt = (second: number, more: Partial<Sample> = {}): Sample => ({
  timestampMs: second * 1000,
  gridIndex: second * 10,
  values: [second, -second],
  ...more,
});

let test: TestHub;
let database: LocalHost;
let client: TestClient;

beforeEach(() => {
  test = new TestHub();
  database = databaseHost();
  test.hosts.add(database);
  client = test.connect('v1');
});

const subscribe = (more: object): void => client.send({ action: 'subscribe', metrics: ['*'], ...more });

const unexpected = (error: unknown): never => {
  throw error;
};

describe('an agent that serves several hosts', () => {
  it('names every host in its welcome, with the catalogue of the first at the top, for older clients', () => {
    expect(client.takeMessages()).toMatchObject([
      {
        catalogue: [{ name: 'cpu' }, { name: 'memory' }, { name: 'memory.used' }],
        hosts: [
          { id: 'web-1', label: 'web-1', facts: {} },
          { id: 'db-1', label: 'db-1', facts: {} },
        ],
        hostCount: 2,
      },
    ]);
  });

  it('names the first 100 of many hosts in its welcome, and says how many there are', () => {
    test.hosts.addAll(Array.from({ length: 150 }, (_none, index) => databaseHost(`db-${index + 2}`)));
    const [welcome] = test.connect('v1').takeMessages();
    expect(welcome).toMatchObject({ hostCount: 152 });
    expect(welcome?.['hosts']).toHaveLength(100);
  });

  it('describes another host than the first before the answer to a subscription, and once only', () => {
    client.take();
    subscribe({ sub: 'a', host: 'db-1' });
    subscribe({ sub: 'b', host: 'db-1' });
    const described = { type: 'host', id: 'db-1', catalogue: [{ name: 'queries' }, { name: 'cpu' }] };
    expect(client.takeMessages()).toMatchObject([
      described,
      { type: 'subscribed', sub: 'a' },
      { type: 'subscribed', sub: 'b' },
    ]);
  });

  it('describes another host before it refuses an unknown metric of it, so that the client can ask for what there is', () => {
    client.take();
    subscribe({ metrics: ['nothing'], host: 'db-1', id: 1 });
    subscribe({ metrics: ['queries'], host: 'db-1', id: 2 });
    expect(client.takeMessages()).toMatchObject([
      { type: 'host', id: 'db-1', catalogue: [{ name: 'queries' }, {}] },
      { type: 'error', code: 'unknown_metric', id: 1 },
      { type: 'subscribed', id: 2 },
    ]);
  });

  it('describes a host again to a client that has followed others meanwhile, rather than remember all of them for it', () => {
    client.take();
    test.hosts.add(databaseHost('db-2'));
    for (const host of ['db-1', 'db-2', 'db-1']) subscribe({ host });
    expect(client.takeMessages().map(({ type, id, host }) => [type, id ?? host])).toEqual([
      ['host', 'db-1'],
      ['subscribed', 'db-1'],
      ['host', 'db-2'],
      ['subscribed', 'db-2'],
      ['host', 'db-1'],
      ['subscribed', 'db-1'],
    ]);
  });

  it('finds a host by its label, if no other host that the client sees has the same', () => {
    const labelled = (id: string): LocalHost =>
      new LocalHost({ host: { id, label: 'shop', facts: {} }, catalogue: DATABASE, intervalMs: 1000 });
    test.hosts.add(labelled('a1'));
    client.take();
    subscribe({ host: 'shop' });
    test.hosts.add(labelled('a2'));
    subscribe({ host: 'shop' });
    expect(client.takeMessages()).toMatchObject([
      { type: 'host', id: 'a1' },
      { type: 'subscribed', host: 'a1' },
      { type: 'error', code: 'unknown_host' },
    ]);
  });

  it('sends every sample to who asks for it, and counts its backfill at the own interval of the host', () => {
    // At 0 and 2 s, and because others wanted them at 2.2, 2.4, ... 4 s.
    for (const second of [0, 2, 2.2, 2.4, 2.6, 2.8, 3, 3.2, 3.4, 3.6, 3.8, 4])
      database.append(sampleAt(second));
    client.take();
    subscribe({ sub: 'own', host: 'db-1', backfill: 2 });
    subscribe({ sub: 'every', host: 'db-1', backfill: 2, every: true });
    const messages = client.takeMessages().flatMap((one) => one['messages'] ?? one) as Record<
      string,
      unknown
    >[];
    const seqsOf = (sub: string): unknown[] =>
      messages.filter((one) => one['sub'] === sub && 'values' in one).map(({ seq }) => seq);
    expect(seqsOf('own')).toEqual([2, 12]);
    expect(seqsOf('every')).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it('sends each subscription the samples, series and interval of its own host', () => {
    client.take();
    subscribe({ sub: 'web' });
    subscribe({ sub: 'db', host: 'db-1' });
    expect(client.takeMessages().filter(({ type }) => type !== 'host')).toMatchObject([
      { type: 'subscribed', sub: 'web', host: 'web-1', epoch: test.host.epoch, intervalMs: 1000 },
      {
        type: 'subscribed',
        sub: 'db',
        host: 'db-1',
        epoch: database.epoch,
        intervalMs: 2000,
        series: [{ name: 'queries' }, { name: 'cpu' }],
      },
    ]);
    test.publish();
    database.append(sampleAt(5));
    const messages = client.takeMessages().filter(({ type }) => type === 'metrics');
    expect(messages).toMatchObject([
      { sub: 'web', seq: 1, values: [1, 10, null] },
      { sub: 'db', seq: 1, values: [5, -5] },
    ]);
  });

  it('resumes on the subscribed host, and treats a position from another host as another run', () => {
    for (let second = 1; second <= 3; second += 1) database.append(sampleAt(second * 2));
    test.publish(3);
    client.take();
    subscribe({ host: 'db-1', since: { epoch: database.epoch, seq: 1 } });
    expect(client.takeMessages()).toMatchObject([
      { type: 'host' },
      { type: 'subscribed', recovered: true },
      { type: 'batch', messages: [{ seq: 2 }, { seq: 3 }] },
    ]);
    subscribe({ host: 'db-1', since: { epoch: test.host.epoch, seq: 1 } });
    expect(client.takeMessages()).toMatchObject([
      { type: 'subscribed', recovered: false },
      { type: 'batch', messages: [{ type: 'gap', reason: 'agent_restart' }, {}, {}, {}] },
    ]);
  });

  it('wakes only sessions that follow the host with a new sample', () => {
    const [web, db] = [test.connectV1(), test.connectV1()];
    web.send({ action: 'subscribe', metrics: ['cpu'] });
    db.send({ action: 'subscribe', metrics: ['cpu'], host: 'db-1' });
    web.take();
    db.take();
    database.append(sampleAt(2));
    expect([web.take().length, db.takeMessages().filter(({ type }) => type === 'metrics').length]).toEqual([
      0, 1,
    ]);
    test.publish();
    expect([web.take().length, db.take().length]).toEqual([1, 0]);
  });

  it('announces a changed host, with its own catalogue only, to clients that follow it', async () => {
    const other = test.connectV1();
    client.take();
    subscribe({ host: 'db-1' });
    client.take();
    await test.clock.advance(2000);
    database.append(sampleAt(2, { catalogue: [...DATABASE, metric('locks')], values: [1, 2, 3] }));
    const [host, ...rest] = client.takeMessages();
    expect(host).toMatchObject({ type: 'host', id: 'db-1' });
    expect(host).toHaveProperty('catalogue', [...DATABASE, metric('locks')]);
    expect(rest).toMatchObject([
      { type: 'subscribed', host: 'db-1' },
      { type: 'metrics', values: [1, 2, 3] },
    ]);
    expect(other.takeMessages().filter(({ type }) => type === 'host')).toEqual([]);
  });

  it('sends no update for a host that is as it was described', () => {
    client.take();
    subscribe({ host: 'db-1' });
    client.take();
    database.append(sampleAt(2));
    expect(client.takeMessages()).toMatchObject([{ type: 'metrics', values: [2, -2] }]);
  });

  it('announces a changed host, before its series, to a client that was not reading', () => {
    subscribe({ host: 'db-1' });
    client.take();
    client.stopReading();
    database.append(sampleAt(2, { catalogue: [...DATABASE, metric('locks')], values: [1, 2, 3] }));
    client.readAgain();
    expect(client.takeMessages().map(({ type }) => type)).toEqual(['host', 'subscribed', 'metrics']);
  });

  it('refuses an unknown host', () => {
    client.take();
    subscribe({ host: 'nowhere' });
    expect(client.takeMessages()).toMatchObject([{ type: 'error', code: 'unknown_host' }]);
  });

  it('ends the subscriptions to a host that is removed or replaced, and accepts new ones once it is back', () => {
    const [second, third] = [databaseHost('db-2'), databaseHost('db-2')];
    const remove = test.hosts.add(second);
    client.take();
    subscribe({ sub: 'kept', host: 'db-1', intervalMs: 500 });
    subscribe({ sub: 'gone', host: 'db-2', intervalMs: 500 });
    client.take();
    const ended = [{ type: 'unsubscribed', sub: 'gone', reason: 'unknown_host' }];
    remove();
    expect(client.takeMessages()).toEqual(ended);
    expect([second.stride, database.stride]).toEqual([20, 5]);
    for (const back of [second, third]) {
      test.hosts.add(back);
      if (back === third) expect(client.takeMessages()).toEqual(ended);
      subscribe({ sub: 'gone', host: 'db-2' });
      back.append(sampleAt(2));
      expect(client.takeMessages().map(({ type }) => type)).toEqual(expect.arrayContaining(['metrics']));
    }
  });

  it('announces the host that becomes the first one when another is removed', () => {
    client.take();
    const remove = test.hosts.add(test.host);
    remove();
    database.append(sampleAt(2, { catalogue: [metric('locks')], values: [1] }));
    expect(client.takeMessages()).toMatchObject([{ type: 'host', id: 'db-1' }]);
  });

  it('samples a host faster only for subscriptions to that host', () => {
    subscribe({ host: 'db-1', intervalMs: 500 });
    expect([database.stride, test.host.stride]).toEqual([5, 10]);
    client.leave();
    expect(database.stride).toBe(20);
  });

  it('passes samples of every host to its sinks, including hosts added later, until they are removed', async () => {
    const accepted: string[] = [];
    const detach = attachSink(
      test.hosts,
      {
        accept: ({ host }, { seq }) => accepted.push(`${host.id} ${seq}`),
        stop: async () => void accepted.push('stopped'),
      },
      unexpected,
    );
    const third = databaseHost('db-2');
    const remove = test.hosts.add(third);
    test.publish();
    database.append(sampleAt(2));
    third.append(sampleAt(2));
    remove();
    third.append(sampleAt(4));
    await detach();
    test.publish();
    expect(accepted).toEqual(['web-1 1', 'db-1 1', 'db-2 1', 'stopped']);
  });
});

it('a sink that throws costs nobody else the sample', () => {
  const errors: unknown[] = [];
  const broken = new Error('disk full');
  const alone = new TestHub();
  // Attached after the hub here, and before it in the agent.
  const host = databaseHost('db-3');
  const accepted: number[] = [];
  attachSink(
    alone.hosts,
    {
      accept: () => {
        throw broken;
      },
      stop: async () => {},
    },
    (error) => errors.push(error),
  );
  attachSink(
    alone.hosts,
    { accept: (_host, { seq }) => accepted.push(seq), stop: async () => {} },
    unexpected,
  );
  alone.hosts.add(host);
  host.append(sampleAt(2));
  alone.publish();
  expect(errors).toEqual([broken, broken]);
  expect(accepted).toEqual([1, 1]);
});

/** A host whose samples arrive with an epoch and numbers of their own. */
class ForwardedHost implements HostStream {
  readonly host = { id: 'far-1', label: 'far-1', facts: {} };
  readonly tables = [];
  readonly revision = 0;
  readonly intervalMs = 1000;
  readonly unitMs = 100;
  readonly currentIntervalMs = 1000;
  readonly store = new RingStore({ epoch: 'first', catalogue: DATABASE, unitMs: 100, intervalMs: 1000 });
  readonly #listeners = new Set<(sample: SequencedSample) => void>();

  get catalogue() {
    return this.store.catalogue;
  }

  readonly isRemote = true;
  readonly isDescribed = true;
  readonly status = { state: 'up', sinceMs: null };

  get summary() {
    return summarize(this, undefined, undefined);
  }

  follow(): Following {
    return { isReady: true, isFilled: true, end: () => {} };
  }

  onNews(): () => void {
    return () => {};
  }

  onSample(listener: (sample: SequencedSample) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  append(epoch: string, seq: number): void {
    const sample = { ...sampleAt(seq), epoch, seq };
    this.store.append(sample);
    for (const listener of this.#listeners) listener(sample);
  }
}

/** Sessions are told of all samples of a task at once. */
async function told(far: ForwardedHost, epoch: string, seq: number): Promise<void> {
  far.append(epoch, seq);
  await Promise.resolve();
}

describe('samples that arrive with their own epoch and numbers', () => {
  let far: ForwardedHost;

  beforeEach(async () => {
    far = new ForwardedHost();
    test.hosts.add(far);
    client = test.connectV1();
    await told(far, 'first', 41);
    await told(far, 'first', 42);
    subscribe({ host: 'far-1', backfill: 10 });
  });

  /** The samples and gaps received. */
  const heard = (): unknown[] =>
    client
      .takeMessages()
      .flatMap((message) => (message['messages'] as Record<string, unknown>[] | undefined) ?? [message])
      .flatMap(({ type, seq, prev, from, to, reason, epoch, recovered }): unknown[] => {
        if (type === 'metrics') return [[seq, prev]];
        if (type === 'gap') return [`${String(reason)} ${String(from)}-${String(to)}`];
        return type === 'subscribed' ? [`${String(epoch)} ${String(recovered)}`] : [];
      });

  it('keep them on the way to a client', async () => {
    await told(far, 'first', 43);
    expect(heard()).toEqual(['first false', [41, 0], [42, 41], [43, 42]]);
  });

  it('leave a gap of exactly the missing numbers', async () => {
    await told(far, 'first', 45);
    await told(far, 'first', 46);
    expect(heard()).toEqual(['first false', [41, 0], [42, 41], 'evicted 43-44', [45, 44], [46, 45]]);
    const later = test.connectV1();
    later.send({ action: 'subscribe', metrics: ['cpu'], host: 'far-1', since: { epoch: 'first', seq: 42 } });
    client = later;
    expect(heard()).toEqual(['first false', 'evicted 43-44', [45, 44], [46, 45]]);
  });

  it('are waited for by a poll that stands before a hole, until one is due', async () => {
    const wishes: Subscribe = { action: 'subscribe', sub: 'a', metrics: ['cpu'], tables: [], host: 'far-1' };
    const request = { peer: LOCAL, token: undefined, subscriptions: [{ ...wishes, intervalMs: 5000 }] };
    const poll = (cursor?: string) =>
      test.hub.poll({ ...request, cursor, waitMs: 1000 }, new AbortController().signal);
    const { cursor } = JSON.parse(await poll()) as { cursor: string };
    await told(far, 'first', 44);
    const answer = poll(cursor);
    await test.clock.advance(1000);
    expect(JSON.parse(await answer)).toMatchObject({ messages: [], cursor });
  });

  it('come all to a client that reads slowly when they come at once', async () => {
    expect(heard()).toHaveLength(3);
    client.stopReading();
    for (let seq = 43; seq <= 60; seq += 1) far.append('first', seq);
    await Promise.resolve();
    client.readAgain();
    expect(heard()).toHaveLength(18);
    expect(test.hub.skippedSamples).toBe(0);
  });

  it('come in order to a poll that stood before the first of them and has its turn after several', async () => {
    far = new ForwardedHost();
    test.hosts.add(far);
    const wishes: Subscribe = { action: 'subscribe', sub: 'a', metrics: ['cpu'], tables: [], host: 'far-1' };
    const request = { peer: LOCAL, token: undefined, subscriptions: [wishes], waitMs: 1000 };
    const poll = (cursor?: string) => test.hub.poll({ ...request, cursor }, new AbortController().signal);
    const { cursor } = JSON.parse(await poll()) as { cursor: string };
    const answer = poll(cursor);
    await test.clock.advance(10);
    test.fairQueue.admit('somebody else', () => test.clock.stall(10));
    for (const seq of [52, 53, 54]) far.append('first', seq);
    expect(JSON.parse(await answer)).toMatchObject({
      messages: [{ type: 'gap', from: 1, to: 51 }, { seq: 52, prev: 51 }, { seq: 53 }, { seq: 54 }],
    });
  });

  it('continue under the next epoch after their agent restarts, following a gap that says so', async () => {
    await told(far, 'second', 1);
    await told(far, 'second', 2);
    expect(heard()).toEqual([
      'first false',
      [41, 0],
      [42, 41],
      'second false',
      'agent_restart 1-0',
      [1, 0],
      [2, 1],
    ]);
  });
});
