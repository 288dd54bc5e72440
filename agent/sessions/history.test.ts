import { beforeEach, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { historySchema, serverMessageSchema, type History } from '../../shared/protocol/messages.ts';
import { HistoryError } from '../store/sample-history.ts';
import { MemoryHistory, type MemoryHistoryOptions } from '../testing/memory-history.ts';
import { PROCESSES, TestHub, type TestClient } from '../testing/test-hub.ts';

const SECONDS = (count: number): number[] => Array.from({ length: count }, (_, index) => (index + 1) * 1000);

let test: TestHub;
let client: TestClient;
let history: MemoryHistory;

function keep(options: MemoryHistoryOptions): void {
  history = new MemoryHistory(options);
  test.host.history = history;
}

beforeEach(() => {
  test = new TestHub();
  keep({ timesMs: SECONDS(1000) });
  client = test.connectV1();
});

const ask = (fields: object = {}) => ({
  action: 'history',
  id: 'a',
  metrics: ['cpu', 'memory'],
  from: 0,
  to: 10_000,
  ...fields,
});

/** The messages received, each checked against its schema. */
const take = () => client.takeMessages().map((message) => v.parse(serverMessageSchema, message));
const takeSlices = (): History[] => take().map((message) => v.parse(historySchema, message));

/** The points of an answer put together. */
function joined(slices: readonly History[]) {
  return {
    ts: slices.flatMap(({ ts }) => ts),
    mean: slices[0]?.mean.map((_, series) => slices.flatMap(({ mean }) => mean[series] ?? [])),
    gaps: slices.flatMap(({ gaps }) => gaps ?? []),
    done: slices.map(({ done }) => done),
  };
}

describe('history', () => {
  it('answers with the samples of a range, whose end is not included', () => {
    client.send(ask({ from: 2000, to: 4000 }));
    expect(take()).toMatchObject([
      {
        type: 'history',
        id: 'a',
        host: 'web-1',
        series: [{ name: 'cpu' }, { name: 'memory' }],
        tier: 'seconds',
        stepMs: 1000,
        gaps: [],
        tables: [],
        ts: [2000, 3000],
        mean: [
          [1, 2],
          [2, 3],
        ],
        done: true,
      },
    ]);
  });

  it('has min and max only where points are not samples', () => {
    client.send(ask({ to: 20_000, points: 20 }));
    client.send(ask({ to: 20_000, points: 10, metrics: ['cpu'] }));
    const [raw, stepped] = takeSlices();
    expect([raw?.min, raw?.max]).toEqual([undefined, undefined]);
    expect(stepped).toMatchObject({
      stepMs: 2000,
      ts: [0, 2000, 4000, 6000, 8000, 10_000, 12_000, 14_000, 16_000, 18_000],
    });
    expect(stepped?.min?.[0]?.slice(0, 3)).toEqual([0, 1, 3]);
    expect(stepped?.mean[0]?.slice(0, 3)).toEqual([0, 1.5, 3.5]);
    expect(stepped?.max?.[0]?.slice(0, 3)).toEqual([0, 2, 4]);
  });

  it('sends a long answer in slices of about 32 KB, the last of which is done, and each point once', () => {
    keep({ timesMs: SECONDS(10_000), sliceLength: 6000 });
    client.send(ask({ from: 1000, to: 10_001_000, points: 10_000 }));
    const texts = client.take();
    for (const text of texts) expect(text.length).toBeLessThan(33 * 1024);
    const slices = texts.map((text) => v.parse(historySchema, JSON.parse(text)));
    const { ts, mean, done } = joined(slices);
    expect(ts).toEqual(SECONDS(10_000));
    expect(mean?.[1]).toEqual(Array.from({ length: 10_000 }, (_, index) => index + 1));
    expect(done).toEqual([...Array<boolean>(done.length - 1).fill(false), true]);
    expect(slices.map(({ host }) => host)).toEqual(['web-1', ...Array<undefined>(done.length - 1)]);
  });

  it('says that nothing is kept in a range', () => {
    client.send(ask({ from: 5_000_000, to: 6_000_000 }));
    expect(take()).toMatchObject([
      { series: [{ name: 'cpu' }, { name: 'memory' }], ts: [], mean: [[], []], done: true },
    ]);
  });

  it('has the gaps with their causes', () => {
    keep({ gaps: [{ fromMs: 3000, toMs: 5000, reason: 'clock_step' }] });
    client.send(ask());
    expect(takeSlices()[0]?.gaps).toEqual([{ fromTs: 3000, toTs: 5000, reason: 'clock_step' }]);
  });

  it('spreads many gaps over several slices', () => {
    const gaps = Array.from({ length: 900 }, (_, index) => ({
      fromMs: index * 10,
      toMs: index * 10 + 5,
      reason: 'stall',
    }));
    keep({ gaps, timesMs: [1000] });
    client.send(ask());
    const slices = takeSlices();
    expect(slices.map((slice) => slice.gaps?.length)).toEqual([400, 400, 100]);
    expect(joined(slices)).toMatchObject({ ts: [1000], done: [false, false, true] });
    expect(slices[0]?.gaps?.[0]).toEqual({ fromTs: 0, toTs: 5, reason: 'stall' });
  });

  it('omits short gaps only if there are thousands, and never one that leaves out a point', () => {
    const gaps = Array.from({ length: 1500 }, (_, index) => ({
      fromMs: index * 4,
      toMs: index * 4 + 3,
      reason: 'stall',
    }));
    keep({ gaps: [...gaps, { fromMs: 8000, toMs: 9000, reason: 'suspend' }] });
    client.send(ask());
    expect(joined(takeSlices()).gaps).toEqual([{ fromTs: 8000, toTs: 9000, reason: 'suspend' }]);
  });

  it('has the rows of the worst second for each table that was asked for', () => {
    keep({ tables: [PROCESSES], table: { timestampMs: 4000, rows: '[[7,"hog"]]' } });
    client.send(ask({ metrics: [], tables: ['processes', 'processes'] }));
    expect(take()).toMatchObject([
      { series: [], tables: [{ ...PROCESSES, ts: 4000, rows: [[7, 'hog']] }], ts: [], mean: [], done: true },
    ]);
  });

  it('finds metrics that have vanished, by name and by glob, after the present ones', () => {
    keep({ metrics: ['memory', 'disk.sda', 'disk.sdb'], timesMs: [1000] });
    client.send(ask({ metrics: ['disk.sdb', '*'] }));
    const [slice] = takeSlices();
    expect(slice?.series?.map(({ name }) => name)).toEqual([
      'disk.sdb',
      'cpu',
      'memory',
      'memory.used',
      'disk.sda',
    ]);
    // Not kept yet.
    expect(slice?.mean[1]).toEqual([null]);
  });

  it.each([
    [{ host: 'other' }, 'unknown_host', 'Unknown host'],
    [{ metrics: ['cpu', 'gpu'] }, 'unknown_metric', 'Unknown metric: gpu'],
    [{ metrics: ['x*'] }, 'unknown_metric', 'No metric matches x*'],
    [{ tables: ['files'] }, 'unknown_table', 'Unknown table: files'],
  ])('answers %j with %s, in the words of subscribe', (fields, code, error) => {
    client.send(ask(fields));
    client.send({ ...ask(fields), action: 'subscribe' });
    const told = { type: 'error', code, error, id: 'a' };
    expect(take()).toEqual([told, told]);
  });

  it('says how to get a history where none is kept', () => {
    test.host.history = undefined;
    client.send(ask());
    expect(take()).toEqual([
      {
        type: 'error',
        error:
          'This agent keeps no history now: start it without --history off, or see in its log why it cannot',
        code: 'history_off',
        id: 'a',
      },
    ]);
  });

  it('says when to ask again while the history is being opened', () => {
    test.host.history = null;
    client.send(ask());
    expect(take()).toMatchObject([{ code: 'history_opening', retryMs: 1000, id: 'a' }]);
  });

  it('ends the answer with an error, and not the connection, when the history fails in the middle of it', () => {
    let steps = 0;
    const onStep = (): void => {
      steps += 1;
      if (steps === 3) throw new HistoryError('disk I/O error');
    };
    keep({ timesMs: SECONDS(1000), onStep });
    client.send(ask({ to: 1_000_000 }));
    expect(take()).toMatchObject([
      { type: 'history', done: false },
      { type: 'error', code: 'history_failed', id: 'a' },
    ]);
    client.sendText('ping');
    expect(client.take()).toEqual(['pong']);
    expect(history.openReads).toBe(0);
  });

  it('is an unknown action before a hello', () => {
    const plain = test.connect('plain');
    plain.send(ask());
    plain.send({ action: 'cancel', id: 'a' });
    expect(plain.takeMessages()).toEqual([
      { type: 'error', error: 'Unknown action: say "hello" first' },
      { type: 'error', error: 'Unknown action: say "hello" first' },
    ]);
  });
});

describe('an answer', () => {
  const long = (id: string) => ask({ id, to: 1_000_000 });

  it('waits while the client does not read: nothing of it is read ahead', () => {
    client.stopReadingAfter(2);
    client.send(long('a'));
    expect(client.take()).toHaveLength(2);
    expect(history.sliceCount).toBeLessThanOrEqual(3);
    client.readAgain();
    expect(joined(takeSlices()).done.at(-1)).toBe(true);
  });

  it('comes after the samples that are due, which it never delays', () => {
    client.send({ action: 'subscribe', metrics: ['cpu'] });
    client.take();
    let published = 0;
    keep({
      timesMs: SECONDS(1000),
      onStep: () => {
        if (published === 5) return;
        published += 1;
        test.publish();
        expect(client.takeMessages().at(-1)).toMatchObject({ type: 'metrics', seq: published });
      },
    });
    client.send(long('a'));
    expect(published).toBe(5);
  });

  it('waits for the past of a subscription', () => {
    test.publish(700);
    client.stopReading();
    client.send(long('a'));
    client.send({ action: 'subscribe', metrics: ['cpu'], backfill: 700 });
    client.readAgain();
    const types = take().map(({ type }) => type);
    expect(types.indexOf('history')).toBeGreaterThan(types.lastIndexOf('batch'));
  });

  it('takes turns with the other answers of its client', () => {
    for (const id of ['a', 'b', 'c']) client.send(long(id));
    client.stopReading();
    client.readAgain();
    client.take();
    client.stopReading();
    for (const id of ['a', 'b']) client.send(long(id));
    client.readAgain();
    const ids = takeSlices().map(({ id }) => id);
    expect(ids.lastIndexOf('a') - ids.lastIndexOf('b')).toBe(-1);
  });

  it('is one of four at most, and the error names the fix', () => {
    client.stopReading();
    for (const id of ['a', 'b', 'c', 'd', 'e']) client.send(long(id));
    // A message is handled before answers go on.
    client.readAgain();
    const messages = take();
    expect(messages[0]).toEqual({
      type: 'error',
      error: '4 history requests are not answered yet: wait for one, or cancel it',
      code: 'too_many_answers',
      id: 'e',
    });
    expect(messages.filter((message) => message.type === 'history' && message.done)).toHaveLength(4);
    client.send(long('f'));
    expect(takeSlices().at(-1)).toMatchObject({ id: 'f', done: true });
  });

  it('needs an id of its own', () => {
    client.stopReading();
    client.send(long('a'));
    client.send(long('a'));
    client.readAgain();
    expect(take()[0]).toMatchObject({ code: 'id_in_use', id: 'a' });
  });

  it('ends when it is cancelled, and another may have its id', () => {
    client.stopReadingAfter(1);
    client.send(long('a'));
    client.send({ action: 'cancel', id: 'a' });
    client.send(ask({ id: 'a', to: 2000 }));
    client.take();
    client.readAgain();
    expect(take()).toMatchObject([
      { type: 'cancelled', id: 'a' },
      { type: 'history', ts: [1000], done: true },
    ]);
    expect(history.openReads).toBe(0);
  });

  it('that has ended can still be cancelled', () => {
    client.send(ask());
    client.take();
    client.send({ action: 'cancel', id: 'a' });
    expect(take()).toEqual([{ type: 'cancelled', id: 'a' }]);
  });

  it('ends with the connection', () => {
    client.stopReadingAfter(1);
    client.send(long('a'));
    expect(history.openReads).toBe(1);
    client.leave();
    expect(history.openReads).toBe(0);
  });

  it('ends with its host', () => {
    client.stopReadingAfter(1);
    client.send(long('a'));
    client.take();
    test.hosts.add(new TestHub().host);
    expect(take()).toContainEqual({ type: 'cancelled', id: 'a' });
    expect(history.openReads).toBe(0);
  });

  it('holds as many values as 64 metrics by 10,000 points, and the error names the fix', () => {
    keep({ metrics: Array.from({ length: 2000 }, (_, index) => `m.${index}`) });
    client.send(ask({ metrics: ['m.*'] }));
    client.send(ask({ metrics: ['m.*'], points: 320 }));
    client.send(ask({ metrics: ['m.*'], points: 321 }));
    expect(take()).toMatchObject([
      {
        code: 'too_many_values',
        error:
          'Too many values: 2,000 series or more of 1,000 points are more than 640,000; ask for fewer metrics or points',
      },
      { type: 'history', done: true },
      { code: 'too_many_values' },
    ]);
  });
});

describe('hosts', () => {
  it('say whether they keep a history, and from when', () => {
    expect(test.connect('v1').takeMessages()[0]).toMatchObject({ hosts: [{ history: { oldestMs: 1000 } }] });
    test.host.history = null;
    test.host.learn({ cores: 2 });
    const [welcome] = test.connect('v1').takeMessages();
    expect(welcome).not.toHaveProperty(['hosts', 0, 'history']);
  });

  it('say nothing of a history that cannot be read', () => {
    class Damaged extends MemoryHistory {
      override get oldestMs(): number {
        throw new HistoryError('disk I/O error');
      }
    }
    test.host.history = new Damaged();
    const [welcome] = test.connect('v1').takeMessages();
    expect(welcome).toMatchObject({ hosts: [{ id: 'web-1' }] });
    expect(welcome).not.toHaveProperty(['hosts', 0, 'history']);
  });
});
