import { beforeEach, describe, expect, it } from 'vitest';
import { ClientSubscription } from '../../shared/client/client-subscription.ts';
import { decodeServerFrame } from '../../shared/client/server-frames.ts';
import type { Subscribe } from '../../shared/protocol/messages.ts';
import { HistoryError } from '../store/sample-history.ts';
import { metric } from '../testing/fake-collector.ts';
import { LOCAL } from '../testing/local-peer.ts';
import { RecordedRuns } from '../testing/recorded-runs.ts';
import { TestHub, type TestClient } from '../testing/test-hub.ts';

const CATALOGUE = ['cpu', 'memory', 'memory.used'].map((name) => metric(name));
const OTHERS = ['cpu', 'memory'];
const WISHES: Subscribe = { action: 'subscribe', sub: 'default', metrics: ['cpu'], tables: [] };

let history: RecordedRuns;
let test: TestHub;
let client: TestClient;

/** Starts the agent anew with what was recorded so far, or with a history that is being opened. */
function start({ isOpen = true } = {}): TestHub {
  test = new TestHub();
  const { host } = test;
  host.onSample((sample) => history.append(sample));
  host.history = isOpen ? history : null;
  client = test.connectV1();
  return test;
}

/** Runs an agent for `count` samples, and ends it. @returns its epoch */
function run(count: number): string {
  start().publish(count);
  return test.host.epoch;
}

beforeEach(() => {
  history = new RecordedRuns(CATALOGUE);
});

const subscribe = (fields: object = {}) => ({ action: 'subscribe', metrics: ['cpu'], id: 1, ...fields });
const since = (epoch: string, seq: number, fields: object = {}) =>
  subscribe({ since: { epoch, seq, ts: seq * 1000 }, ...fields });

type Message = ReturnType<typeof decodeServerFrame>[number];

/** Samples as `[first seq, last seq]` if each follows the one before; other messages in short. */
function brief(messages: readonly Message[]): unknown[] {
  const short: unknown[] = [];
  let last = Number.NaN;
  for (const message of messages) {
    if (message.type === 'metrics') {
      const isNext = message.prev === last && message.seq === last + 1;
      const range = short.at(-1);
      if (isNext && Array.isArray(range)) range[1] = message.seq;
      else short.push([message.seq, message.seq, { prev: message.prev }]);
      last = message.seq;
      continue;
    }
    last = Number.NaN;
    if (message.type === 'subscribed') {
      const { epoch, seq, recovered, id } = message;
      short.push({ epoch, seq, recovered, ...(id === undefined ? {} : { id }) });
    } else if (message.type === 'gap') {
      const { from, to, fromTs, toTs, reason } = message;
      short.push({ from, to, fromTs, toTs, reason });
    } else short.push(message);
  }
  return short;
}
/** What its subscriptions got. */
const take = (): Message[] =>
  client
    .take()
    .flatMap((text) => decodeServerFrame(text))
    .filter(({ type }) => type !== 'host');
const takeBrief = (): unknown[] => brief(take());
const restart = (fromTs: number, toTs = 1000) => ({ from: 1, to: 0, fromTs, toTs, reason: 'agent_restart' });

describe('[RT-11] resuming from an ended run that the history holds', () => {
  it('sends what was missed of it, then a gap with the exact bounds, then the present run, and goes live', () => {
    const ended = run(500);
    start().publish(30);
    client.send(since(ended, 420));
    const { epoch } = test.host;
    expect(takeBrief()).toEqual([
      { epoch: ended, seq: 500, recovered: true, id: 1 },
      [421, 500, { prev: 420 }],
      { epoch, seq: 30, recovered: true },
      restart(500_000),
      [1, 30, { prev: 0 }],
    ]);
    test.publish(2);
    expect(takeBrief()).toEqual([[31, 32, { prev: 30 }]]);
  });

  it('goes through the runs in between', () => {
    const first = run(10);
    const second = run(7);
    start().publish(3);
    client.send(since(first, 8));
    expect(takeBrief()).toEqual([
      { epoch: first, seq: 10, recovered: true, id: 1 },
      [9, 10, { prev: 8 }],
      { epoch: second, seq: 7, recovered: true },
      restart(10_000),
      [1, 7, { prev: 0 }],
      { epoch: test.host.epoch, seq: 3, recovered: true },
      restart(7000),
      [1, 3, { prev: 0 }],
    ]);
  });

  it('sends batches of at most 300 messages and about 32 KB', () => {
    const ended = run(1000);
    start().publish(1);
    client.send(since(ended, 0, { sub: 'x'.repeat(200) }));
    const texts = client.take();
    expect(Math.max(...texts.map((text) => text.length))).toBeLessThan(34 * 1024);
    const batches = texts.map((text) => decodeServerFrame(text));
    expect(Math.max(...batches.map((messages) => messages.length))).toBeLessThanOrEqual(300);
    expect(batches.flat().filter(({ type }) => type === 'metrics')).toHaveLength(1001);
  });

  it('has nothing to send of a run that the client had to its end, or beyond what could be written of it', () => {
    const ended = run(5);
    start().publish(2);
    for (const seq of [5, 8]) {
      client.send(since(ended, seq));
      expect(takeBrief()).toEqual([
        { epoch: ended, seq: 5, recovered: true, id: 1 },
        { epoch: test.host.epoch, seq: 2, recovered: true },
        restart(seq * 1000),
        [1, 2, { prev: 0 }],
      ]);
    }
  });

  it('takes the end of the run for the begin of the gap if the client does not say when its sample was', () => {
    const ended = run(5);
    start().publish(1);
    client.send(subscribe({ since: { epoch: ended, seq: 5 } }));
    expect(takeBrief()).toContainEqual(restart(5000));
  });

  it('announces the present run at once if it has no sample yet, and the gap with its first', () => {
    const ended = run(5);
    start();
    client.send(since(ended, 3));
    const { epoch } = test.host;
    expect(takeBrief()).toEqual([
      { epoch: ended, seq: 5, recovered: true, id: 1 },
      [4, 5, { prev: 3 }],
      { epoch, seq: 0, recovered: true },
    ]);
    test.publish(2);
    expect(takeBrief()).toEqual([restart(5000), [1, 2, { prev: 0 }]]);
  });

  it("sends only the samples of the subscription's interval", () => {
    const ended = run(23);
    start().publish(12);
    client.send(since(ended, 7, { intervalMs: 5000 }));
    const seqs = take().flatMap((message) => (message.type === 'metrics' ? message.seq : []));
    expect(seqs).toEqual([10, 15, 20, 1, 5, 10]);
  });

  it('sends what there is to a subscription of less than a second, and does not call it recovered', () => {
    const ended = run(20);
    start().publish(2);
    client.send(since(ended, 10, { intervalMs: 100 }));
    expect(takeBrief()).toEqual([
      { epoch: ended, seq: 20, recovered: false, id: 1 },
      [11, 20, { prev: 10 }],
      { epoch: test.host.epoch, seq: 2, recovered: false },
      restart(20_000),
      [1, 2, { prev: 0 }],
    ]);
  });

  it('reports what the history has forgotten, or could not write', () => {
    const first = run(10);
    const second = run(10);
    history.forgetBefore(first, 6);
    history.forgetBefore(second, 4);
    start().publish(1);
    client.send(since(first, 2));
    expect(takeBrief()).toEqual([
      { epoch: first, seq: 10, recovered: false, id: 1 },
      { from: 3, to: 5, fromTs: 2000, toTs: 6000, reason: 'evicted' },
      [6, 10, { prev: 5 }],
      { epoch: second, seq: 10, recovered: false },
      { from: 4, to: 3, fromTs: 10_000, toTs: 4000, reason: 'agent_restart' },
      [4, 10, { prev: 3 }],
      { epoch: test.host.epoch, seq: 1, recovered: false },
      restart(10_000),
      [1, 1, { prev: 0 }],
    ]);
    // Whole up to its end, but not what comes after it.
    client.send(since(first, 7));
    expect(takeBrief()[0]).toMatchObject({ epoch: first, recovered: false });
    history.knownGaps = [{ fromMs: 6000, toMs: 7000, reason: 'not_written' }];
    client.send(since(second, 9));
    expect(takeBrief()[0]).toMatchObject({ recovered: false });
  });

  it('sends no more than 36,000 samples', () => {
    const ended = run(40_000);
    start().publish(100);
    client.send(since(ended, 50));
    expect(takeBrief()).toEqual([
      { epoch: ended, seq: 40_000, recovered: false, id: 1 },
      { from: 51, to: 4000, fromTs: 50_000, toTs: 4_001_000, reason: 'evicted' },
      [4001, 40_000, { prev: 4000 }],
      expect.objectContaining({ epoch: test.host.epoch }),
      restart(40_000_000),
      [1, 100, { prev: 0 }],
    ]);
  });

  it('reports a restart as ever if it holds neither the run nor any other', () => {
    run(5);
    start().publish(3);
    client.send(since('another', 700));
    expect(takeBrief()).toEqual([
      { epoch: test.host.epoch, seq: 3, recovered: false, id: 1 },
      restart(700_000),
      [1, 3, { prev: 0 }],
    ]);
  });

  it('reports with the restart what the store evicted of the new run before the client read', () => {
    start().publish(900);
    client.stopReadingAfter(1);
    client.send(since('another', 700));
    test.host.history = undefined;
    test.publish(100);
    client.readAgain();
    expect(takeBrief().slice(1)).toEqual([
      { from: 101, to: 100, fromTs: 700_000, toTs: 101_000, reason: 'agent_restart' },
      [101, 1000, { prev: 100 }],
    ]);
  });

  it('sends no table under a number of another run', () => {
    const ended = run(5);
    start();
    test.publishTable([1, 'now']);
    test.publish(2);
    client.send(since(ended, 0, { tables: ['processes'] }));
    const order = take().map((message) => (message.type === 'table' ? message.rows : message.type));
    expect(order.filter((type) => type !== 'metrics')).toEqual([
      'subscribed',
      'subscribed',
      'gap',
      [[1, 'now']],
    ]);
  });

  it('leaves the history alone for tables without metrics', () => {
    const ended = run(5);
    start();
    test.publishTable([1, 'now']);
    client.send(since(ended, 0, { metrics: [], tables: ['processes'] }));
    expect(takeBrief()[0]).toMatchObject({ epoch: test.host.epoch, recovered: false });
    test.publish(1500);
    client.take();
    client.send(since(test.host.epoch, 5, { metrics: [], tables: ['processes'] }));
    const { oldest } = test.host.store;
    expect(takeBrief().slice(0, 2)).toMatchObject([
      { recovered: false },
      { from: 6, to: oldest - 1, reason: 'evicted' },
    ]);
  });

  it('is announced with its own run when the catalogue changes in between', () => {
    const ended = run(700);
    start().publish(3);
    client.stopReadingAfter(2);
    client.send(since(ended, 0, { metrics: ['*'] }));
    test.publishNew(OTHERS);
    client.readAgain();
    const announced = take().flatMap((message) =>
      message.type === 'subscribed'
        ? { epoch: message.epoch, names: message.series.map(({ name }) => name) }
        : [],
    );
    expect(announced).toEqual([
      { epoch: ended, names: ['cpu', 'memory', 'memory.used'] },
      { epoch: ended, names: OTHERS },
      { epoch: test.host.epoch, names: OTHERS },
    ]);
  });
});

describe('resuming from what the store has evicted and the history holds', () => {
  it('is recovered without a gap, and without a seam', () => {
    start().publish(2000);
    client.send(since(test.host.epoch, 40));
    expect(takeBrief()).toEqual([
      { epoch: test.host.epoch, seq: 2000, recovered: true, id: 1 },
      [41, 2000, { prev: 40 }],
    ]);
    test.publish();
    expect(takeBrief()).toEqual([[2001, 2001, { prev: 2000 }]]);
  });

  it.each([1, 7, 60, 300])('has every sample that is due once, each %i s', (interval) => {
    start().publish(3000);
    client.send(since(test.host.epoch, 10, { intervalMs: interval * 1000 }));
    const seqs = take().flatMap((message) => (message.type === 'metrics' ? message.seq : []));
    const due = Array.from({ length: 3000 }, (_, index) => index + 1).filter(
      (seq) => seq > 10 && seq % interval === 0,
    );
    expect(seqs).toEqual(due);
  });

  it('has the tables of all samples that the store holds', () => {
    start().publish(1000);
    test.publishTable([1, 'now']);
    test.publish(895);
    client.send(since(test.host.epoch, 900, { tables: ['processes'] }));
    const order = take().flatMap((message) => (message.type === 'metrics' ? message.seq : message.type));
    expect(order.slice(99, 102)).toEqual([999, 1000, 'table']);
  });

  it('has no gap where nothing was due, although the history did not go on', () => {
    start().publish(105);
    history = new RecordedRuns(CATALOGUE);
    test.publish(895);
    client.send(since(test.host.epoch, 10, { intervalMs: 300_000 }));
    expect(takeBrief()).toEqual([
      { epoch: test.host.epoch, seq: 1000, recovered: true, id: 1 },
      [300, 300, { prev: 10 }],
      [600, 600, { prev: 300 }],
      [900, 900, { prev: 600 }],
    ]);
  });

  it('reads from the history no more than a sample that the store has', () => {
    start().publish(1000);
    history.readCount = 0;
    client.send(since(test.host.epoch, 90));
    expect(takeBrief()[1]).toEqual([91, 1000, { prev: 90 }]);
    // The fake reads a run from its begin.
    expect(history.readCount).toBeLessThan(400 + 1000);
  });

  it('keeps the place of stalls on both sides of the seam', () => {
    start().publish(20);
    test.publishAfter('suspend');
    test.publish(1500);
    test.publishAfter('stall');
    test.publish(3);
    client.send(since(test.host.epoch, 5));
    expect(takeBrief().slice(1)).toEqual([
      [6, 20, { prev: 5 }],
      { from: 21, to: 20, fromTs: 20_000, toTs: 21_000, reason: 'suspend' },
      [21, 1521, { prev: 20 }],
      { from: 1522, to: 1521, fromTs: 1_521_000, toTs: 1_522_000, reason: 'stall' },
      [1522, 1525, { prev: 1521 }],
    ]);
  });

  it('loses nothing that the store evicts while the client does not read', () => {
    start().publish(900);
    client.stopReading();
    client.send(since(test.host.epoch, 10));
    test.publish(500);
    client.readAgain();
    expect(takeBrief()).toEqual([expect.objectContaining({ recovered: true }), [11, 1400, { prev: 10 }]]);
  });

  it('reports what neither holds', () => {
    start().publish(2000);
    history.forgetBefore(test.host.epoch, 300);
    client.send(since(test.host.epoch, 40));
    expect(takeBrief()).toEqual([
      { epoch: test.host.epoch, seq: 2000, recovered: false, id: 1 },
      { from: 41, to: 299, fromTs: 40_000, toTs: 300_000, reason: 'evicted' },
      [300, 2000, { prev: 299 }],
    ]);
  });
});

describe('[RT-3] backfill beyond the store', () => {
  it('begins in the history of the same run, and has exactly as many samples as asked for', () => {
    start().publish(2000);
    client.send(subscribe({ backfill: 1500 }));
    expect(takeBrief()).toEqual([
      { epoch: test.host.epoch, seq: 2000, recovered: false, id: 1 },
      [501, 2000, { prev: 0 }],
    ]);
    test.publish();
    expect(takeBrief()).toEqual([[2001, 2001, { prev: 2000 }]]);
  });

  it('goes on in the runs before, each announced before its samples', () => {
    const first = run(100);
    const second = run(1000);
    start().publish(50);
    client.send(subscribe({ backfill: 1070 }));
    expect(takeBrief()).toEqual([
      { epoch: first, seq: 100, recovered: false, id: 1 },
      [81, 100, { prev: 0 }],
      { epoch: second, seq: 1000, recovered: false },
      restart(100_000),
      [1, 1000, { prev: 0 }],
      { epoch: test.host.epoch, seq: 50, recovered: false },
      restart(1_000_000),
      [1, 50, { prev: 0 }],
    ]);
  });

  it('counts the samples of its interval', () => {
    run(600);
    start().publish(1800);
    client.send(subscribe({ backfill: 35, intervalMs: 60_000 }));
    const seqs = take().flatMap((message) => (message.type === 'metrics' ? message.seq : []));
    // The first of a run begins a stretch of the interval too.
    expect(seqs).toHaveLength(35);
    expect(seqs.slice(0, 6)).toEqual([420, 480, 540, 600, 1, 60]);
    expect(seqs.at(-1)).toBe(1800);
  });

  it('sends all that is kept if there is less', () => {
    const ended = run(5);
    start().publish(3);
    client.send(subscribe({ backfill: 5000 }));
    expect(takeBrief()).toEqual([
      expect.objectContaining({ epoch: ended }),
      [1, 5, { prev: 0 }],
      expect.objectContaining({ epoch: test.host.epoch }),
      restart(5000),
      [1, 3, { prev: 0 }],
    ]);
  });

  it('is at most 36,000 samples, as the welcome says where a history is kept', () => {
    const welcomeOf = (hub: TestHub) => hub.connect('v1').takeMessages()[0];
    run(40_000);
    start().publish(10);
    expect(welcomeOf(test)).toMatchObject({ limits: { maxBackfill: 36_000 } });
    expect(welcomeOf(new TestHub())).toMatchObject({ limits: { maxBackfill: 9000 } });
    client.send(subscribe({ backfill: Number.MAX_SAFE_INTEGER }));
    expect(take().filter(({ type }) => type === 'metrics')).toHaveLength(36_000);
  });

  it('does not touch the history if the store has enough', () => {
    start().publish(500);
    history.onRead = () => {
      throw new Error('read');
    };
    client.send(subscribe({ backfill: 500 }));
    expect(takeBrief()).toEqual([expect.objectContaining({ recovered: false }), [1, 500, { prev: 0 }]]);
  });
});

/** A client that polls, and checks as clients do that nothing is missing or repeated. */
class PollingClient {
  readonly seen: unknown[] = [];
  answers = 0;
  #sampleCount = 0;
  #cursor: string | undefined;
  readonly #subscription = new ClientSubscription(
    'default',
    { metrics: ['cpu'] },
    {
      subscribed: ({ epoch }) => this.seen.push(epoch),
      sample: ({ seq }) => {
        const range = this.seen.at(-1);
        this.#sampleCount += 1;
        if (Array.isArray(range) && range[1] === seq - 1) range[1] = seq;
        else this.seen.push([seq, seq]);
      },
      gap: ({ reason, fromMs, toMs }) => this.seen.push({ reason, fromMs, toMs }),
      refused: ({ error }) => this.seen.push(error),
    },
  );

  /** Polls until it has that many samples. */
  async poll(samples: number, fields: object = {}): Promise<void> {
    while (this.#sampleCount < samples) {
      const subscriptions = [{ ...WISHES, ...fields }];
      const request = { peer: LOCAL, token: undefined, subscriptions, cursor: this.#cursor, waitMs: 1000 };
      const text = await test.hub.poll(request, new AbortController().signal);
      const answer = JSON.parse(text) as { cursor: string; messages: object[] };
      this.#cursor = answer.cursor;
      this.answers += 1;
      for (const message of answer.messages) this.#received(JSON.stringify(message));
    }
  }

  #received(text: string): void {
    for (const message of decodeServerFrame(text)) {
      if (message.type === 'subscribed') this.#subscription.announced(message);
      else if (message.type === 'gap') this.#subscription.gap(message);
      else if (message.type === 'metrics' && !this.#subscription.sampled(message))
        throw new Error(`${message.seq} does not follow`);
    }
  }
}

describe('[TR-3] a client that polls', () => {
  it('gets a past of several runs over several answers, and goes live', async () => {
    const first = run(6000);
    const second = run(6000);
    start().publish(1200);
    const polling = new PollingClient();
    await polling.poll(12_000, { backfill: 12_000 });
    expect(polling.answers).toBeGreaterThan(3);
    test.publish(2);
    await polling.poll(12_002);
    expect(polling.seen).toEqual([
      first,
      [1201, 6000],
      second,
      { reason: 'agent_restart', fromMs: 6_000_000, toMs: 1000 },
      [1, 6000],
      test.host.epoch,
      { reason: 'agent_restart', fromMs: 6_000_000, toMs: 1000 },
      [1, 1202],
    ]);
  });

  it('continues with its cursor after a restart, also when an answer ends in the middle of a run', async () => {
    start().publish(10);
    const ended = test.host.epoch;
    const polling = new PollingClient();
    await polling.poll(1);
    test.publish(5000);
    start().publish(3);
    await polling.poll(5004);
    expect(polling.answers).toBeGreaterThan(2);
    expect(polling.seen).toEqual([
      ended,
      [10, 10],
      ended,
      [11, 5010],
      test.host.epoch,
      { reason: 'agent_restart', fromMs: 5_010_000, toMs: 1000 },
      [1, 3],
    ]);
  });

  it('gets nothing while the history is being opened, and then everything', async () => {
    const ended = run(5);
    start({ isOpen: false });
    const polling = new PollingClient();
    const all = polling.poll(6, { backfill: 100 });
    await test.clock.advance(1000);
    test.host.history = history;
    test.publish();
    await all;
    expect(polling.seen).toEqual([
      ended,
      [1, 5],
      test.host.epoch,
      { reason: 'agent_restart', fromMs: 5000, toMs: 1000 },
      [1, 1],
    ]);
  });
});

describe('[TR-2] an event stream', () => {
  it('continues with its cursor after a restart', async () => {
    start().publish(3);
    const open = async (cursor?: string) => {
      const texts: string[] = [];
      const connection = {
        canSend: () => true,
        format: 'json' as const,
        send: ({ text }: { text: string }) => texts.push(text),
        close: () => {},
        round: () => {},
      };
      const request = { peer: LOCAL, token: undefined, subscriptions: [WISHES], cursor };
      const listener = await test.hub.openStream(connection, request);
      return {
        listener,
        messages: () =>
          texts
            .flatMap((text) => decodeServerFrame(text))
            .filter(({ type }) => type !== 'welcome' && type !== 'host'),
      };
    };
    const ended = test.host.epoch;
    const cursor = (await open()).listener.cursor();
    test.publish(4);
    start({ isOpen: false }).publish();
    const { listener, messages } = await open(cursor);
    // The position stays the client's own until there is an answer.
    expect(listener.cursor()).toMatch(cursor.slice(0, 20));
    test.host.history = history;
    test.publish();
    expect(brief(messages())).toEqual([
      { epoch: ended, seq: 7, recovered: true },
      [4, 7, { prev: 3 }],
      { epoch: test.host.epoch, seq: 2, recovered: true },
      restart(7000),
      [1, 2, { prev: 0 }],
    ]);
  });
});

describe('a history that is being opened', () => {
  it.each([
    ['since', () => since('', 0)],
    ['backfill', () => subscribe({ backfill: 100 })],
  ])('has %s wait for it', (_, request) => {
    const ended = run(5);
    start({ isOpen: false });
    const asked = request();
    if ('since' in asked) Object.assign(asked, { since: { epoch: ended, seq: 0, ts: 0 } });
    client.send(asked);
    test.publish();
    expect(take()).toEqual([]);
    test.host.history = history;
    test.publish();
    expect(takeBrief()).toEqual([
      expect.objectContaining({ epoch: ended, id: 1 }),
      [1, 5, expect.anything()],
      expect.objectContaining({ epoch: test.host.epoch }),
      restart(5000),
      [1, 2, { prev: 0 }],
    ]);
    test.publish();
    expect(takeBrief()).toEqual([[3, 3, { prev: 2 }]]);
  });

  it('is noticed within a second although no sample comes', async () => {
    const ended = run(5);
    start({ isOpen: false });
    client.send(since(ended, 2));
    test.host.history = history;
    await test.clock.advance(1100);
    expect(takeBrief()[0]).toMatchObject({ epoch: ended, recovered: true });
  });

  it('is waited for only for some seconds', () => {
    const ended = run(5);
    start({ isOpen: false });
    client.send(since(ended, 5));
    test.publish(3);
    expect(take()).toEqual([]);
    test.publish(2);
    expect(takeBrief()).toEqual([
      { epoch: test.host.epoch, seq: 4, recovered: false, id: 1 },
      restart(5000),
      [1, 5, { prev: 0 }],
    ]);
  });

  it('does not delay a subscription without a past, nor one that the store can answer', () => {
    start({ isOpen: false }).publish(5);
    client.send(subscribe());
    expect(takeBrief()).toEqual([expect.anything(), [5, 5, { prev: 0 }]]);
    client.send(since(test.host.epoch, 3));
    expect(takeBrief()).toEqual([expect.objectContaining({ recovered: true }), [4, 5, { prev: 3 }]]);
  });

  it('keeps the order of a client that does not read, or that subscribes again', () => {
    const ended = run(5);
    start({ isOpen: false });
    client.send(since(ended, 2));
    client.stopReading();
    test.publish();
    test.host.history = history;
    test.publish();
    client.readAgain();
    expect(takeBrief()).toEqual([
      { epoch: ended, seq: 5, recovered: true, id: 1 },
      [3, 5, { prev: 2 }],
      expect.anything(),
      restart(5000),
      [1, 2, { prev: 0 }],
    ]);
    client.send(subscribe({ id: 2 }));
    expect(takeBrief()).toEqual([expect.objectContaining({ id: 2 }), [2, 2, { prev: 0 }]]);
  });
});

describe('a history that fails', () => {
  it('while it looks for the first sample: everything is as without one', () => {
    const ended = run(5);
    start().publish(2);
    history.onRead = () => {
      throw new HistoryError('damaged');
    };
    client.send(since(ended, 2));
    expect(takeBrief()).toEqual([
      { epoch: test.host.epoch, seq: 2, recovered: false, id: 1 },
      restart(2000),
      [1, 2, { prev: 0 }],
    ]);
  });

  it('in the middle of a run: what was read is sent, and the rest is a gap', () => {
    const ended = run(500);
    start().publish(2);
    client.stopReadingAfter(1);
    client.send(since(ended, 0));
    let left = 120;
    history.onRead = () => {
      left -= 1;
      if (left < 0) throw new HistoryError('damaged');
    };
    client.readAgain();
    const [, [first, last], ...rest] = takeBrief() as [unknown, [number, number], ...unknown[]];
    expect([first, rest]).toEqual([
      1,
      [{ epoch: test.host.epoch, seq: 2, recovered: true }, restart(last * 1000), [1, 2, { prev: 0 }]],
    ]);
    expect(last).toBeGreaterThan(100);
  });

  it('in the evicted part of the present run: the rest of it is evicted', () => {
    start().publish(2000);
    client.stopReadingAfter(1);
    client.send(since(test.host.epoch, 0));
    let left = 120;
    history.onRead = () => {
      left -= 1;
      if (left < 0) throw new HistoryError('damaged');
    };
    client.readAgain();
    const [, [first, last], ...rest] = takeBrief() as [unknown, [number, number], ...unknown[]];
    const { oldest } = test.host.store;
    expect([first, rest]).toEqual([
      1,
      [
        { from: last + 1, to: oldest - 1, fromTs: last * 1000, toTs: oldest * 1000, reason: 'evicted' },
        [oldest, 2000, { prev: oldest - 1 }],
      ],
    ]);
  });
});
