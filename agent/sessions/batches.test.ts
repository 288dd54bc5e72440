import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Subscribe } from '../../shared/protocol/messages.ts';
import { LOCAL } from '../testing/local-peer.ts';
import { TestBoard } from '../testing/test-board.ts';
import { PROCESSES, TestHub, type TestClient } from '../testing/test-hub.ts';

const SUBSCRIBE = { action: 'subscribe', metrics: ['cpu'], intervalMs: 100, batchMs: 500 };

let test: TestHub;
let client: TestClient;
/** Grid index of the newest sample; there are ten a second, and the first is number 1 at index 1. */
let grid: number;

beforeEach(() => {
  test = new TestHub();
  client = test.connectV1();
  grid = 0;
});

/** Takes samples, ten a second. */
function sample(count = 1, more: object = {}): void {
  for (let taken = 0; taken < count; taken += 1) {
    grid += 1;
    test.host.append({ timestampMs: grid * 100, gridIndex: grid, values: [grid, 0, null], ...more });
  }
}

type Message = Record<string, unknown>;

/** A sample as `[seq, prev]`, a gap as `reason from-to`, anything else by its type. */
function brief({ type, seq, prev, from, to, reason }: Message): unknown {
  if (type === 'metrics') return [seq, prev];
  return type === 'gap' ? `${String(reason)} ${String(from)}-${String(to)}` : type;
}

/** What is in each frame received. */
const frames = (of = client): unknown[][] =>
  of
    .takeMessages()
    .map((frame) => ((frame['messages'] as Message[] | undefined) ?? [frame]).map((one) => brief(one)));

/** Consecutive samples. */
const run = (first: number, last: number): [number, number][] =>
  Array.from({ length: last - first + 1 }, (_none, index) => [first + index, first + index - 1]);

describe('[BT-1] a subscription with batchMs', () => {
  it('gets the first sample at once, then one batch of all others in each stretch of that time', () => {
    sample(2);
    client.send(SUBSCRIBE);
    expect(frames()).toEqual([['subscribed'], [[2, 0]]]);
    sample(2);
    expect(frames()).toEqual([]);
    sample();
    expect(frames()).toEqual([run(3, 5)]);
    sample(12);
    expect(frames()).toEqual([run(6, 10), run(11, 15)]);
  });

  it('learns the time in effect: whole samples', () => {
    const effective = (intervalMs: number, batchMs: number, more: object = {}): unknown => {
      client.send({ ...SUBSCRIBE, intervalMs, batchMs, ...more });
      return client.takeMessages()[0]?.['batchMs'];
    };
    expect(effective(100, 50)).toBe(100);
    expect(effective(300, 500)).toBe(600);
    expect(effective(1000, 5000)).toBe(5000);
    expect(effective(2000, 5000)).toBe(6000);
    expect(effective(10_000, 1000)).toBe(10_000);
    expect(effective(1000, 250, { every: true })).toBe(300);
  });

  it('is announced without it if it did not ask for batches', () => {
    client.send({ ...SUBSCRIBE, batchMs: undefined });
    expect(client.takeMessages()[0]).not.toHaveProperty('batchMs');
  });

  it('gets a batch even of one sample', () => {
    client.send({ ...SUBSCRIBE, every: true, intervalMs: 500 });
    sample(4);
    client.take();
    sample();
    expect(client.takeMessages()).toMatchObject([{ type: 'batch' }]);
    grid = 9;
    sample();
    expect(client.takeMessages()).toMatchObject([{ type: 'batch', messages: [{ seq: 6, prev: 5 }] }]);
  });

  it('gets single samples if its interval is as long', () => {
    client.send({ ...SUBSCRIBE, intervalMs: 500 });
    sample(11);
    expect(frames()).toEqual([['subscribed'], [[1, 0]], [[5, 1]], [[10, 5]]]);
  });

  it('gets the samples of its interval only', () => {
    client.send({ ...SUBSCRIBE, intervalMs: 200, batchMs: 1000 });
    sample(20);
    const [answer, first, second, third] = frames();
    expect([answer, first]).toEqual([['subscribed'], [[1, 0]]]);
    expect(second).toEqual([2, 4, 6, 8, 10].map((seq, index) => [seq, [1, 2, 4, 6, 8][index]]));
    expect(third).toEqual([12, 14, 16, 18, 20].map((seq) => [seq, seq - 2]));
  });

  it.each([
    [49, 'must be at least 50'],
    [5001, 'must be at most 5000'],
    [99.5, 'expected an integer'],
    ['100', 'expected a number'],
  ])('is refused with a batchMs of %s, and told why', (batchMs, why) => {
    client.send({ ...SUBSCRIBE, batchMs, id: 1 });
    expect(client.takeMessages()).toEqual([
      { type: 'error', error: `Invalid batchMs: ${why}`, code: 'invalid_message', id: 1 },
    ]);
  });

  it('gets samples one by one in the plain profile', () => {
    const plain = test.connect('plain');
    plain.send({ action: 'subscribe', metrics: ['cpu'], batchMs: 5000 });
    sample(20);
    expect(plain.takeMessages()).toEqual([1, 10, 20].map((cpu) => ({ type: 'metrics', metrics: { cpu } })));
  });
});

describe('[BT-2] batches', () => {
  it('are the same frame for all clients of a channel, whenever they came', () => {
    const others = [test.connectV1(), test.connectV1()];
    client.send(SUBSCRIBE);
    sample(3);
    for (const other of others) other.send(SUBSCRIBE);
    sample(2);
    for (const one of [client, ...others]) one.take();
    const read = vi.spyOn(test.host.store, 'read');
    sample(10);
    const [first, ...rest] = [client, ...others].map((one) => one.take());
    expect(first).toHaveLength(2);
    expect(rest).toEqual([first, first]);
    expect(read).toHaveBeenCalledTimes(2);
  });

  it('differ for clients that want them more or less often', () => {
    const seldom = test.connectV1();
    client.send(SUBSCRIBE);
    seldom.send({ ...SUBSCRIBE, batchMs: 1000 });
    sample(20);
    expect(frames().slice(2)).toEqual([run(2, 5), run(6, 10), run(11, 15), run(16, 20)]);
    expect(frames(seldom).slice(2)).toEqual([run(2, 10), run(11, 20)]);
  });

  it('come in parts if they are long', () => {
    const sub = 'x'.repeat(250);
    const names = Array.from({ length: 200 }, (_none, index) => `metric.${index}`);
    test.publishNew(['cpu', ...names]);
    client.send({ ...SUBSCRIBE, sub, metrics: ['*'], batchMs: 5000 });
    grid = 20;
    client.take();
    const values = Array.from({ length: 201 }, (_none, index) => index + 0.123456789);
    for (let taken = 0; taken < 30; taken += 1) sample(1, { values });
    const texts = client.take();
    expect(texts.length).toBeGreaterThan(1);
    expect(Math.max(...texts.map((text) => text.length))).toBeLessThan(40 * 1024);
    const sent = texts.flatMap((text) => (JSON.parse(text) as { messages: Message[] }).messages);
    expect(sent.map((one) => brief(one))).toEqual(run(2, 31));
  });

  it('have the tables that samples have', () => {
    client.send({ ...SUBSCRIBE, tables: ['processes'] });
    sample();
    client.take();
    sample(2);
    sample(1, { tables: [{ name: PROCESSES.name, rows: [[1, 'init']] }] });
    sample();
    expect(frames()).toEqual([[[2, 1], [3, 2], 'table', [4, 3], [5, 4]]]);
  });

  it('have gaps at their place', () => {
    client.send(SUBSCRIBE);
    sample(5);
    client.take();
    sample(2);
    grid += 20;
    sample(1, { gapReason: 'stall' });
    expect(frames()).toEqual([[[6, 5], [7, 6], 'stall 8-7', [8, 7]]]);
  });

  it('are read for each client if they have a gap, whose begin a client may know better', () => {
    const other = test.connectV1();
    for (const one of [client, other]) one.send(SUBSCRIBE);
    sample(7);
    grid += 20;
    const read = vi.spyOn(test.host.store, 'read');
    sample(1, { gapReason: 'stall' });
    expect(read).toHaveBeenCalledTimes(2);
  });

  it('do not hold back alerts, which may come before their sample', () => {
    const alerts = new TestBoard();
    test = new TestHub({ alerts });
    client = test.connectV1();
    client.send({ ...SUBSCRIBE, alerts: true });
    sample(5);
    client.take();
    alerts.put('one');
    sample();
    expect(frames()).toEqual([['alert']]);
    sample(4);
    expect(frames()).toEqual([run(6, 10)]);
  });

  it('do not hold back an announcement, and what waited is told by its series', () => {
    client.send({ ...SUBSCRIBE, metrics: ['*'] });
    sample(5);
    client.take();
    sample(2);
    grid += 1;
    const catalogue = [...test.host.catalogue].slice(0, 2);
    test.host.append({ timestampMs: grid * 100, gridIndex: grid, catalogue, values: [8, 0] });
    const [host, announced, ...none] = client.takeMessages();
    expect([host?.['type'], none]).toEqual(['host', []]);
    expect(announced).toMatchObject({ type: 'subscribed', batchMs: 500, series: [{}, {}] });
    sample(2, { values: [0, 0] });
    const values = [6, 7, 8, 0, 0].map((cpu) => ({ type: 'metrics', values: [cpu, 0] }));
    expect(client.takeMessages()).toMatchObject([{ type: 'batch', messages: values }]);
  });

  it('[RT-3] [RT-4] do not hold back what comes first', () => {
    sample(13);
    client.send({ ...SUBSCRIBE, backfill: 4 });
    expect(frames()).toEqual([['subscribed'], [[10, 0], ...run(11, 13)]]);
    client.send({ ...SUBSCRIBE, since: { epoch: test.host.epoch, seq: 11 } });
    expect(frames()).toEqual([['subscribed'], run(12, 13)]);
    sample(7);
    expect(frames()).toEqual([run(14, 15), run(16, 20)]);
  });

  it('begin anew after another subscription of the name, from the position that it has', () => {
    client.send(SUBSCRIBE);
    sample(7);
    client.take();
    client.send({ ...SUBSCRIBE, batchMs: undefined, since: { epoch: test.host.epoch, seq: 5 } });
    sample();
    expect(frames()).toEqual([['subscribed'], run(6, 7), [[8, 7]]]);
  });
});

describe('[FC-1] a client of batches that does not read', () => {
  beforeEach(() => {
    client.send(SUBSCRIBE);
    sample(5);
    client.take();
    client.stopReading();
  });

  it('gets a batch late, if the next is not due yet', () => {
    sample(8);
    client.readAgain();
    expect(frames()).toEqual([run(6, 10)]);
    sample(2);
    expect(frames()).toEqual([run(11, 15)]);
    expect(test.hub.skippedSamples).toBe(0);
  });

  it('misses batches like single samples: a gap and the newest that is due, then whole ones', () => {
    sample(22);
    client.readAgain();
    expect(frames()).toEqual([['slow 6-24', [25, 24]]]);
    expect(test.hub.skippedSamples).toBe(15);
    sample(3);
    expect(frames()).toEqual([run(26, 30)]);
  });
});

describe('[BT-3] samples that no other brings', () => {
  it('come with a round, once their batch is overdue', async () => {
    client.send(SUBSCRIBE);
    sample(7);
    client.take();
    await test.clock.advance(1000);
    expect(frames()).toEqual([]);
    await test.clock.advance(2000);
    expect(frames()).toEqual([run(6, 7)]);
    await test.clock.advance(9000);
    expect(frames()).toEqual([]);
    sample(4);
    expect(frames()).toEqual([run(8, 10)]);
  });

  it('come before the goodbye of an agent that stops, to whoever reads', () => {
    const stuck = test.connectV1();
    for (const one of [client, stuck]) one.send(SUBSCRIBE);
    sample(7);
    for (const one of [client, stuck]) one.take();
    stuck.stopReading();
    test.hub.dismissAll();
    expect(frames()).toEqual([run(6, 7), ['goodbye']]);
    expect(frames(stuck)).toEqual([['goodbye']]);
  });

  it('cost no timer', () => {
    const before = test.clock.pending;
    client.send(SUBSCRIBE);
    sample(7);
    expect(test.clock.pending).toBe(before);
  });
});

describe('[TR-3] a poll with batchMs', () => {
  const WISHES: Subscribe = {
    action: 'subscribe',
    sub: 'a',
    metrics: ['cpu'],
    tables: [],
    intervalMs: 100,
    batchMs: 500,
  };
  const poll = (subscriptions: Subscribe[], cursor?: string): Promise<string> =>
    test.hub.poll(
      { peer: LOCAL, token: undefined, subscriptions, cursor, waitMs: 4000 },
      new AbortController().signal,
    );
  const begin = (cursor?: string, wishes: object = {}): Promise<string> =>
    poll([{ ...WISHES, ...wishes }], cursor);
  const read = async (answer: Promise<string>): Promise<{ cursor: string; told: unknown[] }> => {
    const { cursor, messages } = JSON.parse(await answer) as { cursor: string; messages: Message[] };
    return { cursor, told: messages.map((one) => brief(one)) };
  };

  it('is answered once a batch is due, with all of it', async () => {
    sample(7);
    const first = await read(begin());
    expect(first.told).toEqual(['welcome', 'subscribed', [7, 0]]);
    const answer = begin(first.cursor);
    await test.clock.advance(10);
    expect(test.hub.pollCount).toBe(1);
    sample(2);
    await test.clock.advance(10);
    expect(test.hub.pollCount).toBe(1);
    sample();
    expect((await read(answer)).told).toEqual(run(8, 10));
  });

  it('is answered at once if one was due since the last', async () => {
    sample(7);
    const { cursor } = await read(begin());
    sample(4);
    expect((await read(begin(cursor))).told).toEqual(run(8, 11));
  });

  it('is answered with what waits when its own wait is over', async () => {
    sample(7);
    const { cursor } = await read(begin());
    const waiting = begin(cursor);
    await test.clock.advance(10);
    sample();
    await test.clock.advance(4000);
    expect((await read(waiting)).told).toEqual([[8, 7]]);
  });

  it('is answered with what waits when the agent stops', async () => {
    sample(7);
    const { cursor } = await read(begin());
    const waiting = begin(cursor);
    await test.clock.advance(10);
    sample(2);
    test.hub.dismissAll();
    expect((await read(waiting)).told).toEqual([[8, 7], [9, 8], 'goodbye']);
  });

  it('leaves what waits to the next, if another subscription is due', async () => {
    const both = [WISHES, { ...WISHES, sub: 'b', intervalMs: 200, batchMs: undefined }];
    sample(7);
    const { cursor } = await read(poll(both));
    sample();
    const { cursor: next, told } = await read(poll(both, cursor));
    expect(told).toEqual([[8, 7]]);
    sample(2);
    expect((await read(poll(both, next))).told).toEqual([...run(8, 10), [10, 8]]);
  });

  it('is not answered sooner because it has its turn late', async () => {
    sample(7);
    const { cursor } = await read(begin());
    const answer = begin(cursor);
    await test.clock.advance(10);
    test.fairQueue.admit('somebody else', () => test.clock.stall(10));
    sample(2);
    await test.clock.advance(1000);
    expect(test.hub.pollCount).toBe(1);
    sample(2);
    expect((await read(answer)).told).toEqual(run(8, 10));
  });

  it('is announced again with another batchMs', async () => {
    sample(7);
    const { cursor } = await read(begin());
    expect((await read(begin(cursor, { batchMs: 1000 }))).told).toEqual(['subscribed']);
  });
});
